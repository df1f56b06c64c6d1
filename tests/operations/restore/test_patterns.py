"""restic's patterns, with restic as the judge of what they mean."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from backupclient.errors import InvalidRequest
from backupclient.operations.restore.choice import Choice
from backupclient.pipeline.patterns import PatternSet
from tests.operations.computer import Computer
from tests.operations.restoring import restore
from tests.repository.restic import Restic

NAMES = (
    "a/b/c/deep.txt",
    "a/b/file.txt",
    "a/file.TXT",
    "a/x.d/file",
    "b/a/b/file.txt",
    "b/ab/acb",
    "b/[x]/y",
    "b/*/star",
    "c",
    "d/back\\slash",
    "\u00fc/\u00dcber.txt",
)
PATTERNS = (
    "a",
    "/a",
    "a/b",
    "/a/b",
    "*.txt",
    "/*",
    "/*/b",
    "/a/*/c",
    "/a/**/deep.txt",
    "**/file.txt",
    "a/**/c",
    "**",
    "a?b",
    "[^ab]",
    "[a-b]/[!b]",
    r"\[x\]",
    r"back\\slash",
    "./a/../b",
    "//a",
    "?ber.txt",
)


@pytest.fixture
def tree(source: Path) -> Path:
    for name in NAMES:
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return source


def names_in(folder: Path) -> set[str]:
    """Files only: 0.14 makes folders in which nothing is restored, newer ones do not."""
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def chosen(choice: Choice) -> set[str]:
    """The files that a walk which asks `choice` at every step comes to, and takes."""
    taken = set()
    for name in NAMES:
        *folders, _ = name.split("/")
        above = ["/" + "/".join(folders[: depth + 1]) for depth in range(len(folders))]
        if all(map(choice.may_take_below, above)) and choice.takes("/" + name):
            taken.add(name)
    return taken


def judged(restic: Restic, folder: Path, option: str, pattern: str) -> set[str]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    restic("restore", "latest", "--target", folder, option, pattern)
    return names_in(folder)


@pytest.mark.needs_restic
def test_a_pattern_means_what_it_means_to_restic(
    computer: Computer, restic: Restic, tree: Path, tmp_path: Path
) -> None:
    restic.backup(tree)
    theirs = tmp_path / "theirs"
    for pattern in PATTERNS:
        choice = Choice([pattern], [], [], [])
        assert chosen(choice) == judged(restic, theirs, "--include", pattern), pattern
    for pattern in PATTERNS[1:4]:
        choice = Choice([], [], [pattern], [])
        assert chosen(choice) == judged(restic, theirs, "--exclude", pattern), pattern
    for pattern in ("\u00dc", "/B/AB"):
        choice = Choice([], [pattern], [], [])
        assert chosen(choice) == judged(restic, theirs, "--iinclude", pattern), pattern


def test_excludes_count_within_includes(computer: Computer, tree: Path, tmp_path: Path) -> None:
    computer.backup(tree)
    restore(
        computer,
        tmp_path / "t",
        subfolder=str(tree),
        include=("/a",),
        exclude=("*.txt",),
        iexclude=("X.D",),
    )
    assert names_in(tmp_path / "t") == {"a/file.TXT"}


def test_folders_that_lead_to_what_is_wanted_have_their_metadata(
    computer: Computer, tree: Path, tmp_path: Path
) -> None:
    (tree / "a").chmod(0o750)
    computer.backup(tree)
    restore(computer, tmp_path / "t", subfolder=str(tree), include=("deep.txt",))
    assert names_in(tmp_path / "t") == {"a/b/c/deep.txt"}
    assert (tmp_path / "t" / "a").stat().st_mode == (tree / "a").stat().st_mode
    assert (tmp_path / "t" / "a").stat().st_mtime_ns == (tree / "a").stat().st_mtime_ns


def test_a_later_pattern_takes_back_what_an_earlier_one_matched() -> None:
    patterns = PatternSet(["*.txt", "!keep.txt", "/a/keep.txt"])
    assert patterns.matches("/x/other.txt")
    assert not patterns.matches("/x/keep.txt")
    assert patterns.matches("/a/keep.txt")


@pytest.mark.parametrize("pattern", ["[", "[]", "a[b", "a\\", "[-a]", "[z-a]"])
def test_a_pattern_that_cannot_be_is_told(pattern: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        PatternSet([pattern])
    assert raised.value.facts["pattern"] == pattern


def test_only_folders_that_may_hold_a_match_are_looked_into() -> None:
    patterns = PatternSet(["/home/*/docs", "/var/**/log"])
    assert patterns.may_match_below("/home")
    assert patterns.may_match_below("/home/anna/docs/old")
    assert patterns.may_match_below("/var/a/b/c")
    assert not patterns.may_match_below("/home/anna/music")
    assert not patterns.may_match_below("/etc")
    assert PatternSet(["log"]).may_match_below("/etc")
