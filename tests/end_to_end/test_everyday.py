"""A script written for restic runs with us unchanged: same exit codes, same answers."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from tests.compare import Aspect, compare_trees, read_tree
from tests.end_to_end.clients import Client, Finished
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.places import FolderPlace
from tests.trees import random_bytes, write_file

pytestmark = [pytest.mark.needs_restic, pytest.mark.timeout(180)]

SCRIPT = Path(__file__).with_name("everyday.sh")

JSON_STEPS = (
    *("backup", "backup-again", "backup-dry-run"),
    *("snapshots", "snapshots-chosen", "snapshots-latest", "snapshots-left"),
    *("ls", "ls-folder", "find", "find-nothing", "stats", "stats-raw", "key-list"),
    "forget-dry-run",
)


class Names(msgspec.Struct, frozen=True):
    path: str = ""


class Matches(msgspec.Struct, frozen=True):
    hits: int
    matches: list[Names]


class Stats(msgspec.Struct, frozen=True):
    total_size: int
    total_file_count: int
    snapshots_count: int


class Run(NamedTuple):
    """One run of the script: its "step code" lines, and the folder with the output of each."""

    codes: Sequence[str]
    results: Path

    def out(self, step: str) -> bytes:
        return (self.results / f"{step}.out").read_bytes()


def make_home(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "letters").mkdir(parents=True)
    write_file(bytes(folder / "diary.txt"), b"dear diary\n")
    write_file(bytes(folder / "letters" / "to a friend.txt"), b"dear friend\n" * 100)
    write_file(bytes(folder / "photo.jpg"), random_bytes(1, 700_000))
    write_file(bytes(folder / "scratch.tmp"), b"not worth keeping")
    write_file(bytes(folder / "letters" / "old.bak"), b"not worth keeping either")


@pytest.fixture(scope="module")
def runs(command: Sequence[str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    """The script with restic and with us, over the same folder at the same path."""
    base = tmp_path_factory.mktemp("everyday")
    return run_script(["restic"], base, "restic"), run_script(command, base, "ours")


def run_script(argv: Sequence[str], base: Path, name: str) -> Run:
    make_home(base / "home")
    results = base / name / "results"
    results.mkdir(parents=True)
    program = base / name / "program"
    program.write_text('#!/bin/sh\nexec {} "$@"\n'.format(" ".join(f"'{a}'" for a in argv)))
    program.chmod(0o755)
    client = Client(argv, FolderPlace(base / name / "repository"), base / name)
    done = subprocess.run(
        ["sh", SCRIPT, program, base / "home", results],
        env=client.environment(),
        capture_output=True,
        check=True,
        text=True,
    )
    assert not done.stderr
    return Run(done.stdout.splitlines(), results)


def keys(value: object, at: str = "") -> Iterator[str]:
    """Every key in a JSON value, by its place; the entries of a list count as one place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{at}.{key}"
            yield from keys(inner, f"{at}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner, f"{at}[]")


def answers(output: bytes) -> list[object]:
    """The JSON values of an output, one a line, without the progress of a backup."""
    values = [msgspec.json.decode(line) for line in output.splitlines()]
    return [v for v in values if not (isinstance(v, dict) and v.get("message_type") == "status")]


def test_every_step_ends_with_the_same_exit_code(runs: tuple[Run, Run]) -> None:
    theirs, ours = runs
    assert ours.codes == theirs.codes
    failed = [line.split()[0] for line in theirs.codes if not line.endswith(" 0")]
    assert failed == ["unknown-verb", "unknown-snapshot", "missing-folder"]


@pytest.mark.parametrize("step", JSON_STEPS)
def test_every_json_answer_has_the_keys_of_restic(runs: tuple[Run, Run], step: str) -> None:
    theirs, ours = (answers(run.out(step)) for run in runs)
    assert len(ours) == len(theirs)
    # A snapshot that was not made has no id; restic before 0.17 gave it one all the same.
    unwanted = {".snapshot_id"} if step == "backup-dry-run" else set()
    for their, our in zip(theirs, ours, strict=True):
        assert set(keys(their)) - unwanted <= set(keys(our))


def test_listing_and_finding_name_the_same_files(runs: tuple[Run, Run]) -> None:
    for step in ("ls", "ls-folder"):
        theirs, ours = (
            [msgspec.json.decode(line, type=Names).path for line in run.out(step).splitlines()]
            for run in runs
        )
        assert ours == theirs
    for step in ("find", "find-nothing"):
        found, expected = (
            msgspec.json.decode(run.out(step), type=list[Matches]) for run in reversed(runs)
        )
        assert found == expected


def test_the_same_snapshots_are_chosen(runs: tuple[Run, Run]) -> None:
    for step in ("snapshots", "snapshots-chosen", "snapshots-latest", "snapshots-left"):
        theirs, ours = (
            [(s.paths, s.hostname, s.tags) for s in Finished(step, 0, run.out(step), "").snapshots]
            for run in runs
        )
        assert ours == theirs


def test_the_same_amounts_are_counted(runs: tuple[Run, Run]) -> None:
    theirs, ours = (msgspec.json.decode(run.out("stats"), type=Stats) for run in runs)
    assert ours == theirs


@pytest.mark.parametrize("restored", ["restored", "included", "excluded"])
def test_the_same_files_are_restored(runs: tuple[Run, Run], restored: str) -> None:
    theirs, ours = (run.results / restored for run in runs)
    assert len(read_tree(bytes(theirs))) > 3
    assert compare_trees(theirs, ours, ignore=[Aspect.MTIME]) == []


def test_the_version_names_the_program(runs: tuple[Run, Run]) -> None:
    _, ours = runs
    assert ours.out("version").decode().split()[:2] == ["backupclient", "0.1.0"]


def test_a_password_can_come_from_a_file_or_a_command(
    computer: NewClient, folder_place: FolderPlace, tmp_path: Path
) -> None:
    client = computer(folder_place)
    client.run("init")
    file = tmp_path / "password"
    file.write_text(client.password + "\n")
    client.password = ""
    client.run("snapshots", "--password-file", file)
    client.run("snapshots", "--password-command", f"cat '{file}'")
