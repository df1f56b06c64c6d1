"""Problems from run to run: since when they last, and what ends them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backupclient.events import NoticeCode
from backupclient.manifest.problems import Problem
from backupclient.requests import BackupRequest, ExcludeRule
from tests.manifest.counting import assert_counted
from tests.operations.computer import Computer, request


def problems(computer: Computer, run_no: int) -> list[Problem]:
    with computer.manifest() as manifest:
        assert_counted(manifest)
        return manifest.problems.of_run(run_no)


@pytest.fixture
def gone(source: Path) -> Path:
    """Chosen, and not there."""
    (source / "plain").write_bytes(b"plain")
    return source / "gone"


def test_a_problem_lasts_from_the_run_that_met_it_first(
    computer: Computer, source: Path, gone: Path
) -> None:
    both = request(source / "plain", gone)
    computer.backup(both)
    (first,) = problems(computer, 1)
    computer.backup(both)
    (second,) = problems(computer, 2)
    assert second == first._replace(last_run=2)
    assert second.path == os.fsencode(gone)
    assert second.ended is None


@pytest.mark.parametrize(("ending", "ended_by"), [("back", "backed-up"), ("left out", "left-out")])
def test_what_ended_a_problem_is_kept(
    computer: Computer, source: Path, gone: Path, ending: str, ended_by: str
) -> None:
    both = request(source / "plain", gone)
    computer.backup(both)
    gone.write_bytes(b"back")
    if ending == "left out":
        both = BackupRequest(paths=both.paths, rules=(ExcludeRule("gone"),))
    computer.backup(both)
    (problem,) = problems(computer, 2)
    assert (problem.ended_by, problem.ended_run) == (ended_by, 2)
    assert problem.ended is not None
    assert problem.ended > problem.since
    computer.backup(both)
    assert problems(computer, 3) == []


def test_a_snapshot_that_somebody_deleted_is_told_once(computer: Computer, source: Path) -> None:
    (source / "plain").write_bytes(b"plain")
    first = computer.backup(source).summary.snapshot_id
    computer.open().delete_snapshot(first)
    assert NoticeCode.SNAPSHOT_GONE in computer.backup(source).notices
    assert NoticeCode.SNAPSHOT_GONE not in computer.backup(source).notices
