"""The commands on a real repository in a folder."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from backupclient.cli.main import main
from backupclient.requests import Place
from tests.cheap_key import ease_key, make_repository
from tests.patience import PATIENCE
from tests.trees import random_bytes

PASSWORD = "made up for this test"


class Finished(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def messages(self) -> list[dict[str, object]]:
        return [msgspec.json.decode(line, type=dict[str, object]) for line in self.lines]

    @property
    def answer(self) -> list[dict[str, object]]:
        return msgspec.json.decode(self.out, type=list[dict[str, object]])


class Computer:
    """Runs commands in this process; everything of it lies below `home`."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.source = home / "source"
        self.repository = home / "repository"
        self.data = home / "data"
        self._capsys = capsys

    def make_repository(self) -> None:
        """As `init`, with a key that opens at once."""
        make_repository(self._place())

    def ease_key(self) -> None:
        ease_key(self._place())

    def _place(self) -> Place:
        return Place(location=str(self.repository), password=PASSWORD, data_dir=str(self.data))

    def run(self, *arguments: str | Path, code: int = 0) -> Finished:
        self._capsys.readouterr()
        left = main([*map(str, arguments)])
        out, err = self._capsys.readouterr()
        finished = Finished(left, out, err)
        assert left == code, finished
        return finished


@pytest.fixture
def computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Computer]:
    for name in ("RESTIC_HOST", "RESTIC_PASSWORD_FILE", "RESTIC_PASSWORD_COMMAND", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    computer = Computer(tmp_path, capsys)
    monkeypatch.setenv("RESTIC_REPOSITORY", str(computer.repository))
    monkeypatch.setenv("RESTIC_PASSWORD", PASSWORD)
    monkeypatch.setenv("BACKUPCLIENT_DATA_DIR", str(computer.data))
    source = tmp_path / "source"
    (source / "letters").mkdir(parents=True)
    (source / "diary.txt").write_text("dear diary\n")
    (source / "letters" / "to a friend.txt").write_text("dear friend\n" * 100)
    (source / "scratch.tmp").write_text("not worth keeping")
    hangup = signal.getsignal(signal.SIGHUP)
    yield computer
    signal.signal(signal.SIGHUP, hangup)


def test_a_backup_is_made_listed_and_restored(computer: Computer) -> None:
    made = computer.run("init")
    assert made.lines[0].startswith("created restic repository ")
    assert made.lines[0].endswith(f" at {computer.home / 'repository'}")
    done = computer.run(
        *("backup", "--tag", "a,b", "-e", "*.tmp", "--host", "desk", computer.source)
    )
    assert done.err == ""
    assert done.lines[0].startswith("Backup done: 2 files, 1.2 kB, in ")
    assert done.lines[1] == "2 new, 0 changed, 0 unchanged."
    assert done.lines[3].startswith("snapshot ")
    assert done.lines[3].endswith(" saved")
    name = done.lines[3].split()[1]
    listed = computer.run("snapshots")
    assert listed.lines[0].split() == ["ID", "Time", "Host", "Tags", "Size", "Paths"]
    assert listed.lines[2].split()[0] == name
    assert listed.lines[-1] == "1 snapshot"
    target = computer.home / "restored"
    back = computer.run("restore", f"latest:{computer.source}", "--target", target, "--verify")
    assert back.lines[-1] == "Compared with the backup: 2 files, all equal."
    assert (target / "diary.txt").read_text() == "dear diary\n"
    assert not (target / "scratch.tmp").exists()


def test_json_of_the_everyday_commands(computer: Computer) -> None:
    (made,) = computer.run("init", "--json").messages
    assert made["message_type"] == "initialized"
    computer.ease_key()
    *_, summary = computer.run("backup", "--json", computer.source).messages
    assert summary["message_type"] == "summary"
    assert summary["files_new"] == 3
    (snapshot,) = computer.run("snapshots", "--json").answer
    assert snapshot["id"] == summary["snapshot_id"]
    assert snapshot["paths"] == [str(computer.source)]
    (group,) = computer.run("snapshots", "--json", "--group-by", "host,paths").answer
    assert set(group) == {"group_key", "snapshots"}
    first, *nodes = computer.run("ls", "--json", "latest").messages
    assert (first["struct_type"], first["id"]) == ("snapshot", summary["snapshot_id"])
    assert {node["struct_type"] for node in nodes} == {"node"}
    (found,) = computer.run("find", "--json", "DIARY*", "-i").answer
    assert found["hits"] == 1
    assert computer.run("find", "--json", "nothing like it").answer == []
    (stats,) = computer.run("stats", "--json", "--mode", "raw-data").messages
    assert stats["snapshots_count"] == 1
    *_, restored = computer.run(
        "restore", "latest", "--target", computer.home / "r", "--json"
    ).messages
    assert restored["message_type"] == "summary"
    (key,) = computer.run("key", "list", "--json").answer
    assert key["current"] is True
    assert set(key) == {"current", "id", "userName", "hostName", "created"}


def test_listing_and_finding_in_text(computer: Computer) -> None:
    computer.make_repository()
    computer.run("backup", "-q", computer.source)
    listed = computer.run("ls", "-l", "latest", f"{computer.source}/letters")
    assert listed.lines[0].startswith("snapshot ")
    assert listed.lines[-1].endswith("/letters/to a friend.txt")
    found = computer.run("find", "*.txt")
    assert found.lines[0].startswith("Found matching entries in snapshot ")
    assert len(found.lines) == 3
    assert "Total Size:" in computer.run("stats").lines[-1]


def test_a_trial_saves_nothing(computer: Computer) -> None:
    computer.make_repository()
    tried = computer.run("backup", "--dry-run", computer.source)
    assert tried.lines[0].startswith("Nothing was saved, this was a trial: 3 files")
    assert "would be sent" in tried.lines[2]
    assert computer.run("snapshots", "--json").answer == []


def test_an_incomplete_backup_ends_with_3_and_says_why(computer: Computer) -> None:
    computer.make_repository()
    done = computer.run("backup", computer.source, "/proc/1/mem", code=3)
    assert done.err.splitlines()[0].startswith("/proc/1/mem: ")
    assert "1 problem" in done.lines[0]
    assert done.lines[-1].endswith(" saved")


def test_damage_is_found_and_what_it_means_is_said(computer: Computer) -> None:
    photo = computer.source / "photo.jpg"
    photo.write_bytes(random.Random(1).randbytes(100_000))
    computer.make_repository()
    computer.run("backup", "-q", computer.source)
    sound = computer.run("check", "--read-data")
    assert sound.lines[-1] == "no errors were found"
    assert "packs whole and compared every checksum." in sound.out
    packs = [*(computer.repository / "data").glob("*/*")]
    largest = max(packs, key=lambda pack: pack.stat().st_size)
    largest.unlink()
    broken = computer.run("check", code=1)
    assert f": {largest.name}\n" in broken.err
    assert f"  affects {photo}\n" in broken.err
    assert "  Your data: " in broken.err
    assert "\nThe check found damage: 1 in all.\n" in broken.err
    finished = computer.run("check", "--json", code=1)
    (summary,) = finished.messages
    assert (summary["num_errors"], summary["broken_packs"]) == (1, [largest.name])
    lost = computer.run("restore", "latest", "--target", computer.home / "restored", code=1)
    assert f"{photo}: Damaged in the backup\n" in lost.err


def test_what_was_forgotten_gives_its_space_back(computer: Computer) -> None:
    computer.make_repository()
    large = computer.source / "large"
    large.write_bytes(random_bytes(5, 300_000))
    computer.run("backup", computer.source)
    large.unlink()
    computer.run("backup", computer.source)
    computer.run("forget", "--keep-last", "1")
    (would,) = computer.run("prune", "--dry-run").lines
    assert would.startswith("would free 30")
    (done,) = computer.run("prune").lines
    assert done == would.replace("would free", "freed")
    assert computer.run("prune").lines[0].startswith("freed 0 bytes")
    computer.run("check", "--read-data")
    for pack in (computer.repository / "data").rglob("*"):
        if pack.is_file():
            pack.unlink()
    refused = computer.run("prune", code=1)
    assert "Cleaning up was refused, because something is missing" in refused.out


def test_passwords_are_added_changed_and_removed(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.make_repository()
    other = computer.home / "other"
    other.write_text("another password\n")
    added = computer.run("key", "add", "--new-password-file", other)
    name = added.lines[0].removeprefix("saved new key ")
    assert len(computer.run("key", "list").lines) == 5
    refused = computer.run("key", "remove", name, "--password-file", other, code=1)
    assert refused.err.startswith("This password is the one in use right now.\n")
    computer.run("key", "remove", name)
    computer.run("snapshots", "--password-file", other, code=12)
    computer.run("key", "passwd", "--new-password-file", other)
    computer.run("snapshots", code=12)
    assert computer.run("unlock", "--password-file", other).lines == ["no lock to remove"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("snapshots",), 10, "The place for the backup does not exist: "),
        (("backup",), 1, "Nothing to back up was named."),
        (("backup", "--stdin"), 1, "Backing up what a program prints is not possible yet."),
        (("restore", "latest"), 1, "No folder to restore to was named."),
        (("key", "remove"), 1, "No password to remove was named."),
        (("-r", "sftp:host:/x", "snapshots"), 1, "This kind of storage is not supported: sftp."),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_made(
    computer: Computer, arguments: tuple[str, ...], code: int, says: str
) -> None:
    refused = computer.run(*arguments, code=code)
    assert refused.out == ""
    assert refused.err.startswith(says)
    assert not (computer.repository).exists()


def test_ctrl_c_keeps_what_was_done_and_leaves_no_lock(computer: Computer) -> None:
    computer.make_repository()
    for number in range(20):
        (computer.source / f"large {number}").write_bytes(bytes([number]) * 100 + b"\0" * 3_000_000)
    command = (sys.executable, "-m", "backupclient", "backup", "--json", "--limit-upload", "1")
    process = subprocess.Popen(
        [*command, computer.source], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()  # the first progress: it is at work
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    message = msgspec.json.decode(err.splitlines()[-1], type=dict[str, object])
    assert (process.returncode, message["code"]) == (130, 130)
    assert [*(computer.repository / "locks").iterdir()] == []
    computer.run("backup", "-q", computer.source)
