"""The demonstration, as its user runs it: as a program of its own."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import msgspec
import psutil
import pytest

from tests.patience import PATIENCE
from tests.trees import odd_tree

pytestmark = pytest.mark.needs_seaweed


class Done(msgspec.Struct):
    """What the last line of --json says."""

    message_type: Literal["demo"]
    folder: str
    files_compared: int
    bytes_compared: int
    differences: int
    changed_meanwhile: int
    not_in_backup: int
    data_added_packed: int


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "my files"
    odd_tree(root)
    return root


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def command(data_dir: Path, *arguments: str | Path) -> list[str]:
    words = [sys.executable, "-m", "backupclient", "demo", "--data-dir", data_dir, *arguments]
    return [str(word) for word in words]


def count_regular_files(folder: Path) -> int:
    paths = (f"{root}/{name}" for root, _, names in os.walk(folder) for name in names)
    return sum(stat.S_ISREG(os.lstat(path).st_mode) for path in paths)


def weeds_below(data_dir: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(data_dir) in word for word in process.info["cmdline"] or [])
    ]


def test_backs_up_restores_and_finds_everything_equal_and_sends_nothing_twice(
    folder: Path, data_dir: Path
) -> None:
    files = count_regular_files(folder)
    first = subprocess.run(command(data_dir, folder), capture_output=True, text=True, check=False)
    assert first.returncode == 0, first.stderr
    assert f"Compared: {files:,} files" in first.stdout
    assert "every byte is equal" in first.stdout
    assert "demo --keep-running --data-dir" in first.stdout
    assert not weeds_below(data_dir)
    left = {path.name for path in (data_dir / "demo").iterdir()}
    assert left == {"data", "in-use", "password", "server"}

    second = subprocess.run(
        command(data_dir, folder, "--json"), capture_output=True, text=True, check=False
    )
    assert second.returncode == 0, second.stderr
    done = msgspec.json.decode(second.stdout.splitlines()[-1], type=Done)
    assert (done.folder, done.files_compared) == (str(folder), files)
    assert (done.differences, done.changed_meanwhile, done.not_in_backup) == (0, 0, 0)
    # Nothing of the folder; /tmp above it may have got another time, which is in the backup too.
    assert done.data_added_packed < 10_000


@pytest.mark.needs_restic
def test_restic_reads_it_while_the_server_is_kept(tmp_path: Path, data_dir: Path) -> None:
    folder = tmp_path / "few"
    folder.mkdir()
    (folder / "file").write_bytes(os.urandom(100_000))
    environment = data_dir / "demo" / "restic.env"
    with subprocess.Popen(
        command(data_dir, folder, "--keep-running"), stdout=subprocess.PIPE, text=True
    ) as demo:
        deadline = time.monotonic() + PATIENCE
        while not environment.exists() and demo.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert environment.stat().st_mode & 0o777 == 0o600
        script = f". '{environment}' && restic --no-cache check --read-data"
        check = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
        demo.send_signal(signal.SIGINT)
        output, _ = demo.communicate(timeout=PATIENCE)
    assert check.returncode == 0, check.stderr
    assert "no errors were found" in check.stdout
    assert demo.returncode == 0
    assert "The server is stopped." in output
    assert not environment.exists()
    assert not weeds_below(data_dir)


def test_a_stop_in_the_middle_leaves_neither_server_nor_copy(
    tmp_path: Path, data_dir: Path
) -> None:
    large = tmp_path / "large"
    large.mkdir()
    for number in range(12):
        (large / str(number)).write_bytes(os.urandom(8 << 20))
    with subprocess.Popen(
        command(data_dir, large),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as demo:
        assert demo.stdout is not None
        while "Backing up" not in demo.stdout.readline():
            pass
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=PATIENCE)
    assert demo.returncode == 130
    assert not weeds_below(data_dir)
    assert not list((data_dir / "demo").glob("restored-*"))


def test_a_missing_folder_is_explained_before_anything_starts(data_dir: Path) -> None:
    done = subprocess.run(
        command(data_dir, "/does/not/exist"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "/does/not/exist" in done.stderr
    assert "Traceback" not in done.stderr
    assert not data_dir.exists()
