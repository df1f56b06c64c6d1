"""Logs stay small, and whatever ends a program unexpectedly leaves a report of where it was."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backupclient.agent.diary import Diary
from backupclient.events import FileProblem, Reason
from backupclient.jobs.running import Jobs
from backupclient.logs import log as logs
from backupclient.logs.crashes import crashes, noticed
from backupclient.logs.discreet import Names
from backupclient.logs.log import Happened, Log, Program, names_key, read_log
from tests.fakes import ManualClock

NOW = datetime(2026, 11, 3, 21, 10, tzinfo=UTC)

_PROGRAM = """
import faulthandler, sys
from pathlib import Path
from backupclient.clock import SystemClock
from backupclient.logs.crashes import noticed
from backupclient.logs.log import Program
with noticed(Path(sys.argv[1]), Program.ENGINE, SystemClock()):
    faulthandler._sigsegv()
"""


def test_a_log_is_rotated_and_never_grows_beyond_its_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_MOST_BYTES", 2000)
    log = Log(tmp_path, Program.ENGINE, ManualClock(NOW))
    for number in range(100):
        log.write(Happened.WAITING, "storage-busy", {"attempt": number, "token": "secret"})
    log.close()
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 4
    assert sum(file.stat().st_size for file in files) < 9000
    last = read_log(tmp_path, Program.ENGINE, 5)
    assert [line.facts for line in last] == [{"attempt": number} for number in range(95, 100)]


def test_a_name_is_the_same_word_in_every_log_of_a_computer_and_on_no_other(tmp_path: Path) -> None:
    words = []
    for folder in ("here", "here", "there"):
        log = Log(tmp_path / folder, Program.ENGINE, ManualClock(NOW))
        log.write(Happened.FILE_PROBLEM, path="/home/anna/Tax letter.pdf")
        log.close()
        words.append(read_log(tmp_path / folder, Program.ENGINE, 1)[0].path)
    assert words[0] == words[1] != words[2]
    assert "anna" not in words[0]
    again = Names(key=lambda: names_key(tmp_path / "here"))
    assert again.path("/home/anna/Tax letter.pdf") == words[0]
    assert again.path(words[0]) == words[0], "what is hidden already is not hidden again"
    file = tmp_path / "here" / "names.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_bytes(b"a full disk left this")
    assert names_key(tmp_path / "here") == names_key(tmp_path / "here") != b"a full disk left this"


@pytest.mark.parametrize(("verbose", "lines"), [(False, 20), (True, 25)])
def test_of_a_job_the_first_problems_are_kept_and_all_if_asked_to(
    tmp_path: Path, *, verbose: bool, lines: int
) -> None:
    log = Log(tmp_path, Program.ENGINE, ManualClock(NOW), verbose=verbose)
    diary = Diary(log, Jobs(ManualClock(NOW)))
    for number in range(25):
        diary.news("1", FileProblem(path=f"/home/anna/{number}", reason=Reason.UNREADABLE))
    log.close()
    found = read_log(tmp_path, Program.ENGINE, 100)
    assert [line.event for line in found].count(Happened.FILE_PROBLEM) == lines


def test_what_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_bytes(b"a file where the folder should be")
    log = Log(tmp_path, Program.ENGINE, ManualClock(NOW))
    log.write(Happened.STARTED)
    log.close()


def test_a_mistake_of_ours_leaves_a_report_without_its_text(tmp_path: Path) -> None:
    def mistake() -> None:
        raise ValueError("/home/anna/diary.txt")

    with (
        pytest.raises(ValueError, match="diary"),
        noticed(tmp_path, Program.ENGINE, ManualClock(NOW)),
    ):
        mistake()
    (crash,) = crashes(tmp_path)
    assert crash.error == "ValueError"
    assert crash.frames[-1].function == "mistake"
    (file,) = (tmp_path / "logs").glob("crash-*.json")
    assert b"diary" not in file.read_bytes()


def test_what_kills_the_interpreter_is_reported(tmp_path: Path) -> None:
    argv = [sys.executable, "-X", "faulthandler=0", "-c", _PROGRAM, str(tmp_path)]
    assert subprocess.run(argv, capture_output=True, check=False).returncode < 0
    (left,) = crashes(tmp_path)
    subprocess.run(
        [*argv[:-2], _PROGRAM.replace("faulthandler._sigsegv()", "pass"), str(tmp_path)],
        check=True,
    )
    (crash,) = crashes(tmp_path)
    assert crash == left, "it is known before and after that start, and once"
    assert crash.error == "Segmentation fault"
    assert crash.program is Program.ENGINE
