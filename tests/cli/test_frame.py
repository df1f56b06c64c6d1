"""What the live display looks like."""

from __future__ import annotations

import msgspec
import pytest
from rich.cells import cell_len

from backupclient.cli.frame import ASCII, FANCY, Display, Symbols, Tone, bar, elided, percent
from backupclient.events import (
    CheckProgress,
    Event,
    Phase,
    Progress,
    RestoreProgress,
    Waiting,
)

UPLOADING = Progress(
    phase=Phase.UPLOADING,
    seconds=70,
    files_total=56_214,
    files_safe=40_000,
    files_sent=2_000,
    bytes_total=52_700_000_000,
    bytes_safe=41_200_000_000,
    bytes_sent=3_100_000_000,
    bytes_per_second=4.2e6,
    seconds_left=2040,
    problems=3,
    current=("/home/anna/Pictures/2024/our holiday in the mountains with 日本語/holiday-2024.mov",),
)


def picture(*events: Event, width: int = 80, symbols: Symbols = FANCY, now: float = 0) -> list[str]:
    """The lines after all `events` came at time 0, looked at `now`."""
    display = Display(symbols)
    for event in events:
        display.update(event, 0)
    lines = display.lines(width, now)
    text = ["".join(piece.text for piece in line) for line in lines]
    for line in text:
        assert cell_len(line) <= width, line
    return text


def test_a_backup_on_80_columns() -> None:
    assert picture(UPLOADING) == [
        "Uploading · 42,000 of 56,214 files · 84 %       4.2 MB/s · about 35 minutes left",
        "█" * 62 + "▒" * 5 + "░" * 13,
        "█ already safe 41.2 GB   ▒ sent now 3.1 GB   ░ left 8.4 GB            3 problems",
        "/home/anna/Pictures/2024/o…holiday in the mountains with 日本語/holiday-2024.mov",
    ]


def test_a_backup_on_120_columns() -> None:
    first, tones, legend, current = picture(UPLOADING, width=120)
    assert first.startswith("Uploading · 42,000 of 56,214 files · 84 %   ")
    assert first.endswith("   4.2 MB/s · about 35 minutes left")
    assert len(first) == 120
    assert tones == "█" * 93 + "▒" * 7 + "░" * 20
    assert legend.endswith("   3 problems")
    assert current == UPLOADING.current[0]


def test_a_backup_without_the_characters_for_it() -> None:
    assert picture(UPLOADING, symbols=ASCII)[:3] == [
        "Uploading - 42,000 of 56,214 files - 84 %       4.2 MB/s - about 35 minutes left",
        "#" * 62 + "=" * 5 + "." * 13,
        "# already safe 41.2 GB   = sent now 3.1 GB   . left 8.4 GB            3 problems",
    ]


@pytest.mark.parametrize("width", [1, 2, 5, 10, 20, 30, 40, 50, 60, 79, 81, 200])
@pytest.mark.parametrize("symbols", [FANCY, ASCII], ids=["fancy", "ascii"])
def test_no_line_is_wider_than_the_terminal(width: int, symbols: Symbols) -> None:
    display = Display(symbols)
    display.update(UPLOADING, 0)
    for line in display.lines(width, 0):
        assert cell_len("".join(piece.text for piece in line)) <= width


def test_the_time_left_is_hidden_while_it_is_worth_nothing() -> None:
    early = msgspec.structs.replace(UPLOADING, seconds=9.9)
    assert picture(early)[0].endswith("4.2 MB/s")
    unknown = msgspec.structs.replace(UPLOADING, seconds_left=None)
    assert picture(unknown)[0].endswith("4.2 MB/s")


def test_counting_before_the_total_is_known() -> None:
    looking = Progress(phase=Phase.LOOKING, files_safe=1200, files_sent=5)
    assert picture(looking) == ["Looking for changes · 1,205 files so far"]
    assert picture(Progress(phase=Phase.OPENING)) == ["Opening the backup"]


def test_only_what_is_done_is_100_percent() -> None:
    assert percent(999, 1000) == "99 %"
    assert percent(1000, 1000) == "100 %"
    nearly = bar((999_999, 0), 1_000_000, 80, FANCY)
    assert nearly[0].text == "█" * 79
    assert nearly[2].text == "░"


def test_the_bar_holds_more_than_was_expected() -> None:
    tones = bar((50, 100), 100, 30, FANCY)
    assert [(len(piece.text), piece.tone) for piece in tones] == [
        (10, Tone.SAFE),
        (20, Tone.SENT),
        (0, Tone.LEFT),
    ]


def test_waiting_says_for_what_and_counts_down() -> None:
    waiting = Waiting(code="storage-unreachable", seconds=48, attempt=2)
    assert picture(UPLOADING, waiting)[-1] == (
        "The storage does not answer; next try in 48 seconds."
    )
    assert picture(UPLOADING, waiting, now=40)[-1].endswith("next try in 8 seconds.")
    assert picture(UPLOADING, waiting, now=49)[-1].endswith("trying again now.")


def test_waiting_for_another_program_says_for_how_long() -> None:
    waiting = Waiting(code="backup-locked", seconds=0, waited_seconds=120)
    assert picture(waiting, now=5) == [
        "Another program is working on this backup; waiting, 2 minutes 5 seconds so far."
    ]


def test_waiting_is_over_when_something_was_stored() -> None:
    waiting = Waiting(code="storage-unreachable", seconds=48)
    same = msgspec.structs.replace(UPLOADING, seconds=71)
    tried = msgspec.structs.replace(UPLOADING, uploaded_bytes=UPLOADING.uploaded_bytes + 1)
    stored = msgspec.structs.replace(UPLOADING, bytes_sent=UPLOADING.bytes_sent + 1)
    assert len(picture(UPLOADING, waiting, same)) == 5
    assert len(picture(UPLOADING, waiting, tried)) == 5, "which may fail as the one before"
    assert len(picture(UPLOADING, waiting, stored)) == 4


def test_standing_still_for_two_minutes_is_said() -> None:
    assert len(picture(UPLOADING, now=119)) == 4
    assert picture(UPLOADING, now=200)[-1] == (
        "Nothing has moved for 3 minutes. It goes on trying by itself."
    )


def test_a_note_stays_below() -> None:
    display = Display(FANCY)
    display.update(UPLOADING, 0)
    display.note = "Stopping. Everything is kept."
    assert display.lines(80, 0)[-1][0].text == display.note


def test_a_restore() -> None:
    progress = RestoreProgress(
        seconds=30, files_total=3000, files_done=120, bytes_total=1000, bytes_done=413,
        seconds_left=600,
    )  # fmt: skip
    assert picture(progress) == [
        "Restoring · 120 of 3,000 files · 41 %                      about 10 minutes left",
        "█" * 33 + "░" * 47,
    ]
    verifying = msgspec.structs.replace(progress, verifying=True)
    assert picture(verifying)[0].startswith("Comparing with the backup · 120 of 3,000 files")


def test_a_check() -> None:
    assert picture(CheckProgress(step="packs", done=1, total=4))[1] == "█" * 20 + "░" * 60
    assert len(picture(CheckProgress(step="packs"))) == 1


def test_a_name_cannot_play_tricks() -> None:
    nasty = msgspec.structs.replace(UPLOADING, current=("/a\x1b[2J\n\udcff",))
    assert picture(nasty)[-1] == '"/a\\x1b[2J\\n\\xff"'


@pytest.mark.parametrize(
    ("width", "shown"),
    [(40, "/home/anna/Pictures/holiday.jpg"), (20, "/home/…s/holiday.jpg"), (1, "…"), (0, "")],
)
def test_names_are_cut_in_the_middle(width: int, shown: str) -> None:
    assert elided("/home/anna/Pictures/holiday.jpg", width, "…") == shown


def test_wide_characters_count_twice() -> None:
    assert cell_len(elided("/日本語/日本語/日本語.txt", 12, "…")) <= 12
