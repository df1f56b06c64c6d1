"""Events as lines, as JSON, and on a live display."""

from __future__ import annotations

import re

import msgspec
import pytest

from backupclient.cli.frame import FANCY
from backupclient.cli.reporting import (
    SHOWN_PER_CAUSE,
    answering,
    frames_per_second,
    reporter,
)
from backupclient.events import (
    BackupSummary,
    Damage,
    DamageCode,
    Event,
    FileAction,
    FileDone,
    FileProblem,
    NoticeCode,
    Noticed,
    Phase,
    Progress,
    Reason,
    RestoreProgress,
    Waiting,
)
from tests.cli.screens import Screen

PROGRESS = Progress(
    phase=Phase.UPLOADING,
    seconds=70.5,
    files_total=100,
    files_safe=40,
    files_sent=20,
    bytes_total=1000,
    bytes_safe=400,
    bytes_sent=200,
    uploaded_bytes=150,
    bytes_per_second=4.5,
    seconds_left=88.9,
    problems=1,
    current=("/a", "/b\udcff"),
)
EVENTS: tuple[Event, ...] = (
    PROGRESS,
    FileDone(path="/a", action=FileAction.NEW, size=3_000_000),
    FileProblem(path="/c\n", reason=Reason.UNREADABLE, raw="Permission denied"),
    Noticed(code=NoticeCode.NOTES_REBUILT),
    BackupSummary(snapshot_id="1" * 64),
)


def reported(screen: Screen, *events: Event, during: str = "archival") -> None:
    with reporter(screen.terminal, during) as shown:
        for event in events:
            shown.emit(event)
    shown.conclude()


def test_lines_when_no_terminal_is_there() -> None:
    screen = Screen()
    reported(screen, *EVENTS)
    assert screen.out == [
        "new        /a, 3.0 MB",
        "The program's own notes were damaged and are written anew.",
    ]
    assert screen.err == [
        '"/c\\n": Not allowed to read',
        "",
        "Not allowed to read (1):",
        "  Your data: There is no new copy of it. An earlier version, if there is one, is kept.",
        "  Next: Give your account the right to read it, or leave it out with --exclude.",
    ]


def test_quiet_shows_problems_alone() -> None:
    screen = Screen().configure(quiet=True)
    reported(screen, *EVENTS)
    assert screen.out == []
    assert len(screen.err) == 5


def test_problems_are_grouped_by_cause_with_the_worst_first() -> None:
    screen = Screen(tty=True)
    many = [FileProblem(path=f"/{n}", reason=Reason.LOCKED) for n in range(SHOWN_PER_CAUSE + 1202)]
    reported(screen, FileProblem(path="/x", reason=Reason.ODD_NAME), *many)
    text = screen.stderr.text
    assert text.index("In use by another program (1,212):") < text.index("Has a name or a link")
    assert "  /9\n  and 1,202 more; -v names them all\n" in text
    assert "\n  /10\n" not in text


def test_details_name_every_problem_at_once_on_a_terminal() -> None:
    screen = Screen(tty=True).configure(verbose=1)
    many = [FileProblem(path=f"/{n}", reason=Reason.LOCKED, raw="why") for n in range(30)]
    reported(screen, *many)
    assert screen.stdout.text.count(": In use by another program (why)") == 30
    assert "more" not in screen.stderr.text


def test_a_notice_is_one_line_and_says_more_on_request() -> None:
    notice = Noticed(code=NoticeCode.DELETE_REFUSED)
    title = "Old data cannot be removed with this key."
    screen = Screen()
    reported(screen, notice)
    assert screen.out == [title]
    detailed = Screen().configure(verbose=1)
    reported(detailed, notice)
    assert detailed.out[:2] == [title, "  Your data: All your backups are safe."]
    assert len(detailed.out) == 4


def test_damage_names_what_it_affects() -> None:
    screen = Screen()
    reported(screen, Damage(code=DamageCode.PACK_MISSING, item="data/ab", affected=("/a", "/b\n")))
    assert screen.err[:5] == [
        "A part of the backup is missing in the storage: data/ab",
        "  affects /a",
        '  affects "/b\\n"',
        "",
        "A part of the backup is missing in the storage (1):",
    ]
    assert screen.err[5].startswith("  Your data: ")
    assert screen.err[6].startswith("  Next: ")


def test_waiting_is_told_once_a_minute_when_no_terminal_is_there() -> None:
    screen = Screen()
    waiting = Waiting(code="storage-busy", seconds=12)
    with reporter(screen.terminal, "archival") as shown:
        shown.emit(waiting)
        screen.clock.advance(59)
        shown.emit(waiting)
        shown.emit(Waiting(code="backup-locked", seconds=0))
        screen.clock.advance(60)
        shown.emit(Waiting(code="backup-locked", seconds=0))
    busy = "The storage is busy and asks for a slower pace; next try in 12 seconds."
    locked = "Another program is working on this backup; waiting for it."
    assert screen.err == [busy, locked, locked]


def test_json_has_restics_messages_and_ours_beside() -> None:
    screen = Screen().configure(json=True)
    reported(screen, *EVENTS)
    assert screen.json == [
        {
            "message_type": "status",
            "seconds_elapsed": 70,
            "seconds_remaining": 88,
            "percent_done": 0.6,
            "total_files": 100,
            "files_done": 60,
            "total_bytes": 1000,
            "bytes_done": 600,
            "error_count": 1,
            "current_files": ["/a", "/b\ufffd"],
            "phase": "uploading",
            "files_safe": 40,
            "bytes_safe": 400,
            "files_sent": 20,
            "bytes_sent": 200,
            "uploaded_bytes": 150,
            "bytes_per_second": 4,
        },
        {"message_type": "verbose_status", "action": "new", "item": "/a", "data_size": 3_000_000},
        {
            "message_type": "notice",
            "code": "notes-rebuilt",
            "message": "The program's own notes were damaged and are written anew",
            "facts": {},
        },
    ]
    assert screen.json_errors == [
        {
            "message_type": "error",
            "error": {"message": "Not allowed to read"},
            "during": "archival",
            "item": "/c\n",
            "code": "unreadable",
            "raw": "Permission denied",
        }
    ]


def test_json_of_a_restore_and_of_waiting_and_damage() -> None:
    screen = Screen().configure(json=True)
    restoring = RestoreProgress(files_total=4, files_done=1, bytes_total=100, bytes_done=25)
    waiting = Waiting(code="storage-busy", seconds=1.5, attempt=2)
    damaged = Damage(code=DamageCode.PACK_MISSING, item="x")
    reported(screen, restoring, waiting, damaged, during="restore")
    status, wait = screen.json
    assert (status["percent_done"], status["phase"]) == (0.25, "restoring")
    assert "seconds_remaining" not in status
    assert (wait["message_type"], wait["code"], wait["seconds"]) == ("waiting", "storage-busy", 1.5)
    (damage,) = screen.json_errors
    assert (damage["message_type"], damage["item"], damage["affected"]) == ("error", "x", [])


def test_json_shows_progress_at_most_ten_times_a_second_and_never_when_quiet() -> None:
    screen = Screen().configure(json=True)
    with reporter(screen.terminal, "archival") as shown:
        for _ in range(20):
            shown.emit(PROGRESS)
            screen.clock.advance(1 / 16)
    assert len(screen.out) == 10
    quiet = Screen().configure(json=True, quiet=True)
    reported(quiet, PROGRESS)
    assert quiet.out == []


def test_an_answer_in_json_stands_alone_on_the_output() -> None:
    screen = Screen().configure(json=True)
    shown = answering(screen.terminal)
    shown.emit(Waiting(code="storage-busy", seconds=1))
    shown.emit(Noticed(code=NoticeCode.NOTES_REBUILT))
    shown.emit(Damage(code=DamageCode.PACK_MISSING, item="x"))
    assert screen.out == []
    assert len(screen.json_errors) == 1


@pytest.mark.parametrize(
    ("given", "frames"), [("", 5), ("2", 2), ("60", 10), ("0", 5), ("-1", 5), ("many", 5)]
)
def test_the_pace_of_progress_can_be_chosen(given: str, frames: float) -> None:
    assert frames_per_second(Screen(environ={"RESTIC_PROGRESS_FPS": given}).terminal, 5) == frames


def test_the_live_display_draws_the_bar_and_takes_it_away_again() -> None:
    screen = Screen(tty=True, environ={"RESTIC_PROGRESS_FPS": "10"})
    with reporter(screen.terminal, "archival") as shown:
        shown.emit(PROGRESS)
        screen.terminal.say("a line above")
        shown.emit(msgspec.structs.replace(PROGRESS, files_sent=21))
    written = screen.stdout.text
    assert f"{FANCY.safe} already safe 400 bytes" in written
    assert "a line above" in written
    assert written.index("\x1b[?25l") < written.index("Uploading") < written.rindex("\x1b[?25h")
    assert re.search(r"\x1b\[2K", written), "the bar is not erased at the end"
    assert screen.terminal.above is None


def test_without_colours_the_tones_still_differ() -> None:
    for environ, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        screen = Screen(tty=True, environ=environ)
        reported(screen, PROGRESS)
        assert ("\x1b[32m" in screen.stdout.text) is coloured
        assert "█" in screen.stdout.text
        assert "▒" in screen.stdout.text
