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

pytestmark = pytest.mark.needs_restic

SCRIPT = Path(__file__).with_name("everyday.sh")

JSON_STEPS = (
    *("backup", "backup-again", "backup-dry-run"),
    *("snapshots", "snapshots-chosen", "snapshots-latest"),
    *("ls", "ls-folder", "find", "find-nothing", "stats", "stats-raw", "key-list"),
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


def run_script(argv: Sequence[str], base: Path, name: str) -> Run:
    make_home(base / "home")
    results = base / name / "results"
    results.mkdir(parents=True)
    program = base / name / "program"
    program.write_text('#!/bin/sh\nexec {} "$@"\n'.format(" ".join(f"'{a}'" for a in argv)))
    program.chmod(0o755)
    client = Client(argv, FolderPlace(base / name / "repository"), base / name)
    client.init()
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


def same_exit_codes(theirs: Run, ours: Run) -> None:
    assert ours.codes == theirs.codes
    failed = [line.split()[0] for line in theirs.codes if not line.endswith(" 0")]
    assert failed == ["unknown-verb", "unknown-snapshot", "missing-folder"]


def no_key_of_restic_is_missing(theirs: Run, ours: Run, step: str) -> None:
    # A snapshot that was not made has no id; restic before 0.17 gave it one all the same.
    unwanted = {".snapshot_id"} if step == "backup-dry-run" else set()
    answered = answers(ours.out(step))
    expected = answers(theirs.out(step))
    assert len(answered) == len(expected)
    for their, our in zip(expected, answered, strict=True):
        assert set(keys(their)) - unwanted <= set(keys(our))


def same_names_listed(theirs: Run, ours: Run) -> None:
    for step in ("ls", "ls-folder"):
        expected, listed = (
            [msgspec.json.decode(line, type=Names).path for line in run.out(step).splitlines()]
            for run in (theirs, ours)
        )
        assert listed == expected


def same_names_found(theirs: Run, ours: Run) -> None:
    for step in ("find", "find-nothing"):
        expected, found = (
            msgspec.json.decode(run.out(step), type=list[Matches]) for run in (theirs, ours)
        )
        assert found == expected


def same_snapshots_chosen(theirs: Run, ours: Run) -> None:
    for step in ("snapshots", "snapshots-chosen", "snapshots-latest"):
        expected, chosen = (
            [(s.paths, s.hostname, s.tags) for s in Finished(step, 0, run.out(step), "").snapshots]
            for run in (theirs, ours)
        )
        assert chosen == expected


def same_amounts_counted(theirs: Run, ours: Run) -> None:
    expected, counted = (
        msgspec.json.decode(run.out("stats"), type=Stats) for run in (theirs, ours)
    )
    assert counted == expected


def same_files_restored(theirs: Run, ours: Run) -> None:
    for target in ("restored", "included", "excluded"):
        assert len(read_tree(bytes(theirs.results / target))) > 3
        roots = theirs.results / target, ours.results / target
        assert compare_trees(*roots, ignore=[Aspect.MTIME]) == []


COMPARISONS = (
    same_exit_codes,
    same_names_listed,
    same_names_found,
    same_snapshots_chosen,
    same_amounts_counted,
    same_files_restored,
)


def test_the_script_does_the_same_with_both(
    command: Sequence[str], tmp_path: Path, subtests: pytest.Subtests
) -> None:
    # One test, so that however tests are spread, the script runs but twice.
    theirs = run_script(["restic"], tmp_path, "restic")
    ours = run_script(command, tmp_path, "ours")
    for comparison in COMPARISONS:
        with subtests.test(comparison.__name__):
            comparison(theirs, ours)
    for step in JSON_STEPS:
        with subtests.test("the JSON keys of restic", step=step):
            no_key_of_restic_is_missing(theirs, ours, step)
    with subtests.test("the version names the program"):
        assert ours.out("version").decode().split()[:2] == ["backupclient", "0.1.0"]


def test_a_password_can_come_from_a_file_or_a_command(
    computer: NewClient, folder_place: FolderPlace, tmp_path: Path
) -> None:
    client = computer(folder_place)
    client.init()
    file = tmp_path / "password"
    file.write_text(client.password + "\n")
    client.password = ""
    client.run("snapshots", "--password-file", file)
    client.run("snapshots", "--password-command", f"cat '{file}'")
