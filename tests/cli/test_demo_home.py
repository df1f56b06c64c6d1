"""What the demonstration finds and keeps: a folder, a password, a copy that goes away again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backupclient.cli.demo_home import (
    chosen_folder,
    count_files,
    kept_password,
    literal_pattern,
    only_one,
    temporary_copy,
    usual_folder,
)
from backupclient.errors import InvalidRequest, SourceUnavailable
from backupclient.pipeline.excludes import Excludes
from backupclient.requests import BackupRequest, ExcludeRule


def folder_of(root: Path, name: str, files: int) -> Path:
    folder = root / name
    folder.mkdir()
    for number in range(files):
        (folder / str(number)).touch()
    return folder


def test_counts_at_every_depth_up_to_a_limit(tmp_path: Path) -> None:
    folder_of(folder_of(tmp_path, "a", 3), "b", 4)
    assert count_files(tmp_path, 100) == 7
    assert count_files(tmp_path, 5) == 5
    assert count_files(tmp_path / "missing", 5) == 0


def test_the_usual_folder_has_enough_files_but_not_too_many(
    tmp_path: Path,
) -> None:
    few, some = folder_of(tmp_path, "few", 5), folder_of(tmp_path, "some", 15)
    enough, many = folder_of(tmp_path, "enough", 30), folder_of(tmp_path, "many", 60)
    missing = tmp_path / "missing"
    assert usual_folder([missing, few, many, enough], 20, 50) == enough
    assert usual_folder([missing, few, some, many], 20, 50) == some
    assert usual_folder([many], 20, 50) == many


def test_without_a_name_there_is_a_folder_on_every_computer(tmp_path: Path) -> None:
    folder = chosen_folder(None, tmp_path)
    assert folder.is_absolute()
    assert count_files(folder, 500) == 500


def test_a_named_folder_must_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(tmp_path, "folder", 1)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("folder")
    assert chosen_folder("folder", tmp_path / "home") == folder
    assert chosen_folder("link", tmp_path / "home") == folder
    for name in ("missing", "folder/0"):
        with pytest.raises(SourceUnavailable):
            chosen_folder(name, tmp_path / "home")


def test_its_own_folder_is_refused(tmp_path: Path) -> None:
    inside = folder_of(tmp_path, "inside", 0)
    for folder in (tmp_path, inside):
        with pytest.raises(InvalidRequest):
            chosen_folder(str(folder), tmp_path)


def test_the_password_is_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "password"
    password = kept_password(file)
    assert len(password) >= 32
    assert kept_password(file) == password
    assert file.stat().st_mode & 0o777 == 0o600
    assert kept_password(tmp_path / "other") != password


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from backupclient.cli.demo_home import only_one\n"
        "with only_one(Path(sys.argv[1])): pass\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "home")]
    with only_one(tmp_path / "home"):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "InvalidRequest" in done.stderr
    subprocess.run(command, check=True)


def test_the_copy_goes_away_even_when_closed_and_with_those_of_killed_runs(
    tmp_path: Path,
) -> None:
    left = tmp_path / "restored-killed"
    left.mkdir()
    (tmp_path / "data").mkdir()
    with temporary_copy(tmp_path) as copy:
        assert not left.exists()
        inner = folder_of(folder_of(copy, "closed", 1), "inner", 1)
        (copy / "link").symlink_to(tmp_path / "data")
        inner.chmod(0)
        inner.parent.chmod(0o500)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize("name", ["plain", "[a]*?", "#hash", "!bang", "back\\slash", "with space "])
def test_the_pattern_fits_its_path_alone(name: str) -> None:
    path = Path("/home") / name
    rule = ExcludeRule(literal_pattern(path))
    excludes = Excludes(BackupRequest(paths=(b"/home",), rules=(rule,)))
    assert excludes.rule_for(os.fsencode(path)) == rule
    assert excludes.rule_for(os.fsencode(path / "below")) == rule
    for other in ("/home/other", "/home/a", "/home/back", "/elsewhere/plain"):
        assert excludes.rule_for(os.fsencode(other)) is None
