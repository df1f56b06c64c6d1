"""Restore beside what is there: nothing that somebody has is changed, nothing restored is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backupclient.requests import Overwrite
from tests.operations.computer import Computer
from tests.operations.restoring import restore

MARK = " (from 11 November)"


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def backed_up(computer: Computer, source: Path) -> Path:
    """A folder with two letters, after a backup of it."""
    (source / "letters").mkdir()
    (source / "letters" / "report.odt").write_text("old")
    (source / "letters" / "same.txt").write_text("same")
    computer.backup(source)
    return source


def keep_both(computer: Computer, target: Path, *paths: Path) -> object:
    return restore(
        computer,
        target,
        paths=tuple(map(os.fsencode, paths)),
        overwrite=Overwrite.KEEP_BOTH,
        second_name=MARK,
        verify=True,
    ).summary


def test_a_file_gets_a_new_name_beside_another(computer: Computer, backed_up: Path) -> None:
    letters = backed_up / "letters"
    (letters / "report.odt").write_text("new")
    for _ in range(2):  # the second time all of it is there
        keep_both(computer, letters, letters / "report.odt", letters / "same.txt")
        assert contents(letters) == {
            "report.odt": "new",
            f"report{MARK}.odt": "old",
            "same.txt": "same",
        }
    (letters / f"report{MARK}.odt").write_text("changed, too")
    summary = keep_both(computer, letters, letters / "report.odt", letters / "same.txt")
    assert contents(letters)[f"report{MARK} 2.odt"] == "old"
    assert contents(letters)[f"report{MARK}.odt"] == "changed, too"
    assert (summary.renamed, summary.unchanged, summary.problems) == (1, 1, 0)  # type: ignore[attr-defined]


def test_what_is_equal_is_not_touched(computer: Computer, backed_up: Path) -> None:
    same = backed_up / "letters" / "same.txt"
    os.utime(same, (1, 1))
    backed_up.chmod(0o750)
    keep_both(computer, backed_up, backed_up / "letters")
    assert same.stat().st_mtime == 1
    assert backed_up.stat().st_mode & 0o777 == 0o750


def test_a_folder_does_not_take_the_place_of_a_file(computer: Computer, backed_up: Path) -> None:
    for path in (backed_up / "letters").iterdir():
        path.unlink()
    (backed_up / "letters").rmdir()
    (backed_up / "letters").write_text("a file now")
    keep_both(computer, backed_up, backed_up / "letters")
    assert contents(backed_up) == {
        "letters": "a file now",
        f"letters{MARK}/report.odt": "old",
        f"letters{MARK}/same.txt": "same",
    }


def test_links_and_further_names_keep_both(
    computer: Computer, source: Path, tmp_path: Path
) -> None:
    (source / "one").write_text("twice")
    os.link(source / "one", source / "two")
    (source / "link").symlink_to("one")
    computer.backup(source)
    target = tmp_path / "target"
    target.mkdir()
    (target / "two").write_text("something else")
    (target / "link").symlink_to("elsewhere")
    keep_both(computer, target, source / "one", source / "two", source / "link")
    assert (target / "two").read_text() == "something else"
    assert (target / f"two{MARK}").read_text() == "twice"
    assert (target / "one").read_text() == "twice"
    assert os.readlink(target / "link") == "elsewhere"
    assert os.readlink(target / f"link{MARK}") == "one"
    empty = tmp_path / "empty"
    keep_both(computer, empty, source / "one", source / "two")
    assert os.path.samefile(empty / "one", empty / "two"), "where nothing is there, one file"


def test_only_the_chosen_paths_come_back(computer: Computer, source: Path, tmp_path: Path) -> None:
    for name in ("a/b/one[1].txt", "a/b/one1.txt", "a/c/deep/two.txt", "a/c/other.txt", "z.txt"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)
    computer.backup(source)
    chosen = (source / "a/b/one[1].txt", source / "a/c/deep")
    keep_both(computer, tmp_path / "some", *chosen)
    assert set(contents(tmp_path / "some")) == {"b/one[1].txt", "c/deep/two.txt"}
    keep_both(computer, tmp_path / "one", source / "z.txt")
    assert set(contents(tmp_path / "one")) == {"z.txt"}
