"""What is said of jobs, and that asking for them is quick."""

from __future__ import annotations

import resource
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from backupclient.agent.server import Agent
from backupclient.cli import at_work
from backupclient.cli.frame import FANCY, Display
from backupclient.cli.main import main
from backupclient.cli.reporting import JsonReporter, LineReporter
from backupclient.clock import SystemClock
from backupclient.events import (
    CheckProgress,
    JobState,
    Phase,
    Progress,
    RestoreProgress,
    StateChanged,
    Waiting,
)
from backupclient.wire.failure import Failure
from backupclient.wire.jobs import AnyProgress, JobInfo, JobKind, Outcome
from tests.cli.screens import Screen
from tests.cli.test_frame import picture
from tests.fakes import MIDDAY

BACKUP = JobInfo(
    job="7d4821db",
    kind=JobKind.BACKUP,
    location="/backup",
    subject=("/home/anna",),
    state=JobState.RUNNING,
    created=MIDDAY,
)


def with_state(state: JobState, **more: object) -> JobInfo:
    return JobInfo(
        **{name: getattr(BACKUP, name) for name in JobInfo.__struct_fields__}
        | {"state": state}
        | more
    )


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (BACKUP, "at work"),
        (with_state(JobState.QUEUED), "waits for its turn"),
        (with_state(JobState.PAUSED), "paused"),
        (with_state(JobState.PAUSED, pause_left=3000.0), "paused for 50 minutes"),
        (
            with_state(
                JobState.WAITING,
                waiting=Waiting(code="storage-full", seconds=300, attempt=3),
                next_try=MIDDAY + timedelta(seconds=240),
            ),
            "waiting: Your storage is full; next try in 4 minutes",
        ),
        (
            with_state(
                JobState.RUNNING,
                waiting=Waiting(code="storage-unreachable", seconds=30, attempt=3),
                next_try=MIDDAY + timedelta(seconds=8),
            ),
            "waiting: The storage does not answer; next try in 8 seconds",
        ),
        (
            with_state(
                JobState.FAILED,
                outcome=Outcome(state=JobState.FAILED, failure=Failure(code="wrong-password")),
            ),
            "failed (wrong-password)",
        ),
    ],
)
def test_where_a_job_stands(job: JobInfo, words: str) -> None:
    assert at_work.standing(job, MIDDAY) == words


@pytest.mark.parametrize(
    ("kind", "subject", "name"),
    [
        (JobKind.BACKUP, ("/home/anna",), "Backup of /home/anna"),
        (JobKind.BACKUP, ("/a", "/b", "/c", "/d"), "Backup of /a, /b, /c, …"),
        (JobKind.BACKUP, ("/a\nb",), 'Backup of "/a\\nb"'),
        (JobKind.RESTORE, ("/tmp/back",), "Restore to /tmp/back"),
        (JobKind.CHECK, (), "Check in /backup"),
    ],
)
def test_a_job_has_a_name(kind: JobKind, subject: tuple[str, ...], name: str) -> None:
    assert at_work.named(with_state(JobState.DONE, kind=kind, subject=subject)) == name


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (None, ""),
        (Progress(phase=Phase.LOOKING), ""),
        (
            Progress(phase=Phase.UPLOADING, bytes_total=10**10, bytes_safe=10**9, bytes_sent=10**9),
            "20 % of 10.0 GB",
        ),
        (RestoreProgress(bytes_total=1000, bytes_done=999), "99 % of 1.0 kB"),
        (CheckProgress(step="packs", done=1, total=3), "33 %"),
    ],
)
def test_how_far_a_job_is(progress: AnyProgress | None, words: str) -> None:
    assert at_work.done(progress) == words


def test_what_stopping_keeps_is_what_was_safe_and_what_went_over_the_line() -> None:
    progress = Progress(
        phase=Phase.UPLOADING, bytes_safe=41_200_000_000, bytes_sent=10**9, uploaded_bytes=3 * 10**8
    )
    kept = at_work.kept(with_state(JobState.STOPPING, progress=progress))
    assert kept.startswith("41.2 GB were already safe, 300 MB were sent since. ")
    assert at_work.kept(BACKUP) == "Nothing was changed."


# --- how a job's standing is shown while it runs --------------------------------------------------

PAUSED = StateChanged(state=JobState.PAUSED)
RUNNING = StateChanged(state=JobState.RUNNING)
SENDING = Progress(phase=Phase.UPLOADING, bytes_total=100, bytes_sent=10)


def test_a_pause_is_shown_until_it_is_over() -> None:
    sentence = "Paused; 'backupclient resume' goes on with it."
    assert sentence in picture(SENDING, PAUSED)
    assert sentence in picture(SENDING, PAUSED, now=1000)  # and not that nothing moves
    assert len(picture(SENDING, PAUSED, now=1000)) == len(picture(SENDING)) + 1
    assert sentence not in picture(SENDING, PAUSED, RUNNING)
    timed = StateChanged(state=JobState.PAUSED, seconds=3600)
    assert "Paused for 1 hour; 'backupclient resume' ends it." in picture(SENDING, timed)


def test_who_stopped_a_job_here_is_not_told_twice() -> None:
    stopping = StateChanged(state=JobState.STOPPING)
    assert picture(SENDING, stopping)[-1] == "Stopping."
    display = Display(FANCY)
    display.note = "Stopping. All is kept."
    display.update(stopping, 0)
    assert [piece.text for line in display.lines(80, 0) for piece in line] == [display.note]
    screen = Screen().configure()
    lines = LineReporter(screen.terminal, screen.clock, None)
    lines.emit(stopping)
    lines.note("Stopping. All is kept.")
    lines.emit(stopping)
    assert screen.err == ["Stopping."]


def test_lines_and_json_tell_of_a_pause_once() -> None:
    screen = Screen().configure()
    lines = LineReporter(screen.terminal, screen.clock, None)
    for event in (RUNNING, PAUSED, SENDING, RUNNING, SENDING):
        lines.emit(event)
    assert screen.err == ["Paused; 'backupclient resume' goes on with it.", "Going on."]
    screen = Screen().configure(json=True)
    json = JsonReporter(screen.terminal, "archival")
    json.emit(RUNNING)  # as every job does, and no message of restic says
    assert screen.json == []
    for event in (StateChanged(state=JobState.PAUSED, seconds=5), RUNNING):
        json.emit(event)
    assert screen.json == [
        {"message_type": "state", "state": "paused", "seconds": 5.0},
        {"message_type": "state", "state": "running", "seconds": None},
    ]


# --- the commands ---------------------------------------------------------------------------------


def test_with_nothing_at_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--data-dir", str(tmp_path / "data"))
    assert main(["jobs", *here]) == 0
    assert capsys.readouterr().out == "Nothing is at work.\n"
    assert main(["jobs", "--json", *here]) == 0
    assert capsys.readouterr().out == "[]\n"
    for command in (["pause"], ["resume"], ["stop"], ["limit", "--upload", "5"]):
        assert main([*command, *here]) == 1
        assert capsys.readouterr().err.startswith("Nothing is at work right now.\n")
    assert main(["limit", *here]) == 1
    assert capsys.readouterr().err.startswith("No limit to change was named.\n")
    assert not (tmp_path / "data").exists()


def children_cost() -> float:
    """The processor seconds of every process that was waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("verb", ["jobs", "status"])
def test_asking_the_engine_is_quick_and_loads_nothing_of_it(tmp_path: Path, verb: str) -> None:
    """The best of some: with much else at work each costs more. Processor time, because how long it
    has to wait for a processor says nothing of it; less than a tenth of a second alone."""
    data = tmp_path / "data"
    command = [sys.executable, "-m", "backupclient", "--data-dir", str(data), verb]
    took: list[float] = []
    with Agent(data, SystemClock(), lasting=True):
        while len(took) < 40 and (not took or min(took) >= 0.25):
            began = children_cost()
            assert subprocess.run(command, check=False, capture_output=True).returncode in (0, 3)
            took.append(children_cost() - began)
        loaded = subprocess.run(
            [sys.executable, "-X", "importtime", *command[1:]],
            check=False,
            capture_output=True,
            text=True,
        ).stderr
    assert min(took) < 0.25, took
    unneeded = "boto3 sqlalchemy sqlite3 filelock cryptography rich tempfile shutil"
    for heavy in unneeded.split():
        assert f" {heavy}\n" not in loaded, heavy
    assert "backupclient.engine\n" not in loaded
    assert "backupclient.link\n" in loaded
