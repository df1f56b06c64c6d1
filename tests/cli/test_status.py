"""What `status` writes, for people and for programs, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from backupclient.cli.status_text import StatusText
from backupclient.wire.answers import (
    Amount,
    Chosen,
    FileAnswer,
    FileState,
    FolderAnswer,
    Kind,
    PathAnswer,
    PlaceStatus,
    ProblemFacts,
    Rollup,
    RuleMatch,
    StateCounts,
)
from tests.cli.screens import Screen
from tests.cli.test_commands import Computer, computer  # noqa: F401 - a fixture
from tests.patience import PATIENCE

YESTERDAY = Screen().clock.now() - timedelta(days=1, minutes=10)


@pytest.fixture
def backed_up(computer: Computer) -> Computer:  # noqa: F811
    computer.source = computer.home / "few"
    computer.source.mkdir()
    (computer.source / "one").write_bytes(b"12345")
    (computer.source / "two.o").write_bytes(b"12")
    computer.make_repository()
    computer.run("backup", computer.source, "--exclude", "*.o")
    return computer


def test_nothing_is_safe_where_nothing_was_backed_up(computer: Computer) -> None:  # noqa: F811
    done = computer.run("status", code=3)
    assert done.lines == ["Nothing was backed up from this computer yet."]
    computer.run("init")
    assert "Nothing is backed up there from this computer." in computer.run("status", code=3).out


def test_it_needs_no_password(backed_up: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESTIC_PASSWORD", raising=False)
    done = backed_up.run("status")
    assert done.lines[0].startswith("Everything is safe. The storage was last looked at just now")
    assert f"◐ Partly      {backed_up.source}" in done.lines


def test_without_a_named_place_every_known_one_is_told(
    backed_up: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESTIC_REPOSITORY", str(backed_up.home / "second"))
    backed_up.run("init")
    monkeypatch.delenv("RESTIC_REPOSITORY")
    done = backed_up.run("status", code=3)
    assert [line for line in done.lines if line.endswith(":")] == [
        f"{backed_up.home / 'repository'}:",
        f"{backed_up.home / 'second'}:",
    ]


def test_it_ends_with_3_if_anything_asked_for_is_not_safe(backed_up: Computer) -> None:
    backed_up.run("status", backed_up.source / "one", backed_up.source / "two.o")
    (backed_up.source / "one").write_bytes(b"changed")
    backed_up.run("status", backed_up.source / "two.o")
    backed_up.run("status", backed_up.source / "one", code=3)
    backed_up.run("status", "/etc", code=3)


def test_json_has_a_line_for_the_place_and_one_for_each_answer(backed_up: Computer) -> None:
    place, folder, file = backed_up.run(
        "status", "--json", backed_up.source, backed_up.source / "two.o"
    ).messages
    assert place["message_type"] == "place"
    assert place["location"] == str(backed_up.home / "repository")
    assert folder.keys() == {
        *("message_type", "path", "state", "chosen", "looked_at", "safe", "changed", "waiting"),
        *("problem", "left_out", "reason", "rule"),
    }
    assert (folder["state"], folder["safe"]) == ("partly-chosen", {"files": 1, "bytes": 5})
    assert file.keys() == {
        *(
            "message_type",
            "path",
            "state",
            "kind",
            "size",
            "version",
            "safe_since",
            "proven",
            "looked_at",
        ),
        *("earlier_version", "gone", "reason", "rule"),
    }
    assert (file["state"], file["size"]) == ("left-out", 2)
    assert file["rule"] == {"kind": "exclude", "text": "*.o", "origin": "--exclude"}


def test_files_in_a_state_are_listed(backed_up: Computer) -> None:
    listed = backed_up.run("status", "--json", "--state", "safe", "--state", "left-out").messages
    assert [(one["path"], one["state"]) for one in listed[1:]] == [
        (str(backed_up.source / "one"), "safe"),
        (str(backed_up.source / "two.o"), "left-out"),
    ]
    assert len(backed_up.run("status", "--json", "--state", "problem").messages) == 1
    assert backed_up.run("status", "--state", "problem").lines[-1] == "No file is in such a state."


def test_it_loads_no_storage_and_no_database_toolkit(backed_up: Computer) -> None:
    code = (
        "import sys; from backupclient.cli.main import main; main(['status']);"
        "print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert loaded.isdisjoint({"boto3", "botocore", "sqlalchemy", "alembic", "cryptography"})


# --- words ----------------------------------------------------------------------------------------


def test_what_the_last_backup_failed_with_is_said_until_there_is_a_better_one(
    backed_up: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as mistyped:
        mistyped.setenv("RESTIC_PASSWORD", "mistyped")
        backed_up.run("backup", backed_up.source, code=12)
    told = " ".join(backed_up.run("status").out.split())
    assert "The last backup could not begin (just now): The password is wrong." in told
    assert "'backupclient explain wrong-password' says what to do." in told
    failure = backed_up.run("status", "--json").messages[0]["last_failure"]
    assert isinstance(failure, dict)
    assert (failure["code"], failure["begun"]) == ("wrong-password", False)
    backed_up.run("backup", backed_up.source)
    assert "could not begin" not in backed_up.run("status").out


def written(*answers: PathAnswer, screen: Screen | None = None) -> list[str]:
    screen = screen or Screen()
    text = StatusText(screen.terminal)
    text.place(
        PlaceStatus(
            location="/there",
            repository_id="id",
            storage_seen=screen.clock.now() - timedelta(minutes=4),
            answers=answers,
        ),
        alone=True,
    )
    for answer in answers:
        text.answer(answer)
    return screen.out


def problem() -> FileAnswer:
    return FileAnswer(
        path=b"/home/anna/tax.ods",
        state=FileState.PROBLEM,
        size=4200,
        version=YESTERDAY,
        earlier_version=True,
        problem=ProblemFacts(reason="unreadable", raw="Permission denied", since=YESTERDAY),
    )


def test_a_problem_says_why_since_when_and_what_is_safe_of_it() -> None:
    lines = written(problem())
    assert lines[0].startswith("1 file could not be backed up. The storage was last looked at 4 mi")
    assert lines[2] == "✖ Problem     /home/anna/tax.ods"
    assert "(unreadable), since yesterday" in lines[3]
    assert "An earlier version, of yesterday" in lines[3]


def test_a_folder_says_how_many_there_are_of_each_state() -> None:
    counts = StateCounts(
        safe=Amount(56_214, 41_900_000_000), waiting=Amount(12, 3_000_000), left_out=Amount(5, 0)
    )
    lines = written(
        FolderAnswer(path=b"/home", rollup=Rollup.WAITING, counts=counts, chosen=Chosen.WHOLE)
    )
    assert lines[0].startswith("12 files wait to be backed up.")
    assert lines[2:] == [
        "… Waiting     /home",
        "              … Waiting            12     3.0 MB",
        "              ✔ Safe           56,214    41.9 GB",
        "              ○ Left out            5    0 bytes",
    ]


def test_icons_have_stand_ins_where_the_terminal_lacks_them() -> None:
    rule = RuleMatch("exclude", "*.tmp", "--exclude")
    answer = FileAnswer(path=b"/a", state=FileState.LEFT_OUT, kind=Kind.FOLDER, rule=rule)
    lines = written(answer, screen=Screen(encoding="ascii"))
    assert lines[2] == "- Left out    /a"


def test_lines_are_broken_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = written(problem(), screen=Screen(tty=True))
    assert max(map(len, lines)) <= 40


def test_names_that_play_tricks_are_quoted() -> None:
    odd = FileAnswer(path=b"/a\n\x1b[31m", state=None, gone=True)
    assert written(odd)[-2] == '· Not chosen  "/a\\n\\x1b[31m"'
