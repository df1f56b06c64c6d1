"""Restoring into a .zip: what comes out of it by other programs is what was backed up."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backupclient.control import Control
from backupclient.errors import Cancelled
from backupclient.events import FileProblem, Reason
from backupclient.operations.archive import zip_format
from backupclient.operations.archive.proof import wrong_members
from backupclient.operations.archive.run import run_archive
from backupclient.operations.archive.zip_file import Part, ZipWriter
from backupclient.operations.archive.zip_format import DEFLATED, STORED, Entry, Written
from backupclient.repository.blob import blob_id
from backupclient.requests import Overwrite, RestoreRequest
from backupclient.storage.base import Storage
from tests.fakes import ManualClock
from tests.operations.computer import Computer
from tests.operations.restoring import ColdStorage, Restored, WatchedStorage, packs
from tests.trees import MIB, random_bytes, write_file

NOON = datetime(2026, 3, 12, 12, 30, 8, tzinfo=UTC)


def archive(
    computer: Computer,
    target: Path,
    *,
    storage: Storage | None = None,
    control: Control | None = None,
    **options: object,
) -> Restored:
    made = {"snapshot": "latest", "target": os.fsencode(target), "verify": True} | options
    request = RestoreRequest(as_zip=True, **made)  # type: ignore[arg-type]
    with computer.session(storage=storage, control=control) as session:
        return Restored(run_archive(session, request), computer.events)


@pytest.fixture
def backed_up(computer: Computer, source: Path) -> Path:
    """Text that shrinks, noise that does not, a link, a script, an empty file and a folder."""
    (source / "letters").mkdir()
    (source / "empty folder").mkdir()
    for number in range(40):
        (source / "letters" / f"letter-{number}.txt").write_text(f"Dear {number}, " * 400)
    write_file(bytes(source / "film.mov"), random_bytes(1, 5 * MIB + 17))
    write_file(bytes(source / "log"), b"the same line\n" * 300_000)
    (source / "empty").touch()
    (source / "Grüße.txt").write_text("hello")
    (source / "script").write_text("#!/bin/sh\n")
    (source / "script").chmod(0o755)
    (source / "link").symlink_to("letters/letter-1.txt")
    for path in source.rglob("*"):
        if not path.is_symlink():
            os.utime(path, (NOON.timestamp(), NOON.timestamp() + 0.25))
    computer.backup(source)
    return source


def test_what_lies_in_cold_storage_costs_its_files_alone(
    computer: Computer, backed_up: Path, tmp_path: Path, place: Path
) -> None:
    cold = ColdStorage(computer.storage, packs(place)[0])
    made = archive(computer, tmp_path / "all.zip", storage=cold, subfolder=str(backed_up))
    assert {reason for _, reason in made.problems} == {Reason.ARCHIVED}
    with zipfile.ZipFile(tmp_path / "all.zip") as rest:
        assert rest.testzip() is None
        files = [one for one in rest.namelist() if not one.endswith("/")]
    assert 0 < len(files) == 46 - len(made.problems)


def test_everything_comes_out_as_it_was(
    computer: Computer, backed_up: Path, tmp_path: Path
) -> None:
    made = archive(computer, tmp_path / "out" / "all.zip", subfolder=str(backed_up))
    assert made.problems == []
    assert made.summary.target == str(tmp_path / "out" / "all.zip")
    assert made.summary.files_restored == made.summary.files_total == 46
    assert made.summary.verified == 46
    assert os.listdir(tmp_path / "out") == ["all.zip"], "nothing else is left"
    seen = set()
    with zipfile.ZipFile(tmp_path / "out" / "all.zip") as archived:
        assert archived.testzip() is None
        for one in archived.infolist():
            path = backed_up / one.filename
            seen.add(path)
            info = path.lstat()
            assert one.external_attr >> 16 == info.st_mode
            if stat.S_ISLNK(info.st_mode):
                assert archived.read(one).decode() == os.readlink(path)
            elif not one.is_dir():
                assert archived.read(one) == path.read_bytes()
                there = datetime.fromtimestamp(info.st_mtime).astimezone()
                assert one.date_time == (*there.timetuple()[:5], there.second // 2 * 2)
                assert one.extra[:5] == b"UT\x05\x00\x01"
                assert int.from_bytes(one.extra[5:9], "little") == int(NOON.timestamp())
        assert archived.getinfo("film.mov").compress_type == STORED
        assert archived.getinfo("log").compress_size < 100_000
    assert seen == set(backed_up.rglob("*"))


def test_only_what_is_chosen_is_in_it(computer: Computer, backed_up: Path, tmp_path: Path) -> None:
    paths = tuple(os.fsencode(backed_up / name) for name in ("letters", "log"))
    archive(computer, tmp_path / "some.zip", paths=paths)
    names = zipfile.ZipFile(tmp_path / "some.zip").namelist()
    assert len(names) == 42
    assert {name.split("/")[0] for name in names} == {"letters", "log"}


def test_what_is_there_stays_unless_it_is_to_be_replaced(
    computer: Computer, backed_up: Path, tmp_path: Path
) -> None:
    target = tmp_path / "a.zip"
    target.write_text("mine")
    kept = archive(computer, target, overwrite=Overwrite.KEEP_BOTH, include=("script",))
    assert kept.summary.target == str(tmp_path / "a (2).zip")
    assert target.read_text() == "mine"
    archive(computer, target, overwrite=Overwrite.ALWAYS, include=("script",))
    assert zipfile.is_zipfile(target)


def test_damage_is_told_and_the_rest_is_whole(
    computer: Computer, backed_up: Path, tmp_path: Path
) -> None:
    largest = max(computer.storage.list("data/"), key=lambda one: one.size)
    computer.storage.delete(largest.key)
    made = archive(computer, tmp_path / "rest.zip")
    lost = [one for one in computer.events if isinstance(one, FileProblem)]
    assert {one.reason for one in lost} == {Reason.DAMAGED}
    with zipfile.ZipFile(tmp_path / "rest.zip") as archived:
        assert archived.testzip() is None
        files = [one for one in archived.namelist() if not one.endswith("/")]
    assert len(files) == 46 - len(lost) == made.summary.verified
    assert lost


def test_a_trial_writes_nothing(computer: Computer, backed_up: Path, tmp_path: Path) -> None:
    before = os.listdir(tmp_path)
    assert archive(computer, tmp_path / "a.zip", dry_run=True).summary.files_restored == 46
    assert os.listdir(tmp_path) == before


def test_a_stop_leaves_nothing(computer: Computer, backed_up: Path, tmp_path: Path) -> None:
    control = Control(ManualClock())
    watched = WatchedStorage(computer.storage, control, stop_after=1)
    (tmp_path / "out").mkdir()
    with pytest.raises(Cancelled):
        archive(computer, tmp_path / "out" / "a.zip", storage=watched, control=control)
    assert os.listdir(tmp_path / "out") == []


def test_a_name_that_is_no_text_gets_one_and_is_told(
    computer: Computer, source: Path, tmp_path: Path
) -> None:
    folder = os.path.join(bytes(source), b"caf\xe9")
    os.mkdir(folder)
    write_file(os.path.join(folder, b"menu"), b"soup")
    computer.backup(source)
    made = archive(computer, tmp_path / "a.zip", subfolder=str(source))
    assert [reason for _, reason in made.problems] == [Reason.ODD_NAME]
    names = zipfile.ZipFile(tmp_path / "a.zip").namelist()
    assert len(names) == 2
    assert names[1] == names[0] + "menu", "it is in the folder of that name"


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_a_bit_that_rots_is_noticed(tmp_path: Path, method: int) -> None:
    contents = [random_bytes(1, 5000), b"a" * 3_000_000]
    with open(tmp_path / "a.zip", "w+b") as file:
        writer = ZipWriter(file, io.BytesIO(), io.BytesIO())
        for number, data in enumerate(contents):
            writer.begin(Entry(b"%d" % number, 0o100644, NOON, len(data), method))
            writer.add(Part(blob_id(data), len(data)), data)
            writer.end()
        writer.finish()
        control = Control(ManualClock())
        assert [wrong for _, wrong in wrong_members(file, writer, control)] == [False, False]
        last = list(writer.promises())[1]
        file.seek(last.content + last.packed // 2)
        file.write(b"?")
        file.flush()
        assert [wrong for _, wrong in wrong_members(file, writer, control)] == [False, True]
        file.seek(writer.central[0] + 50)
        file.write(b"?")
        file.flush()
        with pytest.raises(OSError, match="list of the archive"):
            list(wrong_members(file, writer, control))


def test_large_members_are_understood_by_others(tmp_path: Path) -> None:
    with open(tmp_path / "a.zip", "w+b") as file:
        writer = ZipWriter(file, io.BytesIO(), io.BytesIO())
        for name, data in ((b"large", b"0123456789"), (b"small", b"abc")):
            writer.begin(Entry(name, 0o100644, NOON, len(data), large_from=4))
            writer.add(Part(blob_id(data), len(data)), data)
            writer.end()
        writer.finish()
    with zipfile.ZipFile(tmp_path / "a.zip") as archived:
        assert archived.read("large") == b"0123456789"
        assert archived.read("small") == b"abc"


def test_members_beyond_four_gigabytes_are_found(tmp_path: Path) -> None:
    far = 5 << 30
    entry = Entry(b"far", 0o100644, NOON, 3)
    checksum = 0x352441C2  # of "abc"
    header = zip_format.local_header(entry, checksum, 3)
    record = zip_format.central_record(entry, Written(far, checksum, 3))
    end = zip_format.end_records(1, far + len(header) + 3, len(record))
    with open(tmp_path / "a.zip", "wb") as file:  # with a hole: it takes no room
        file.seek(far)
        file.write(header + b"abc" + record + end)
    with zipfile.ZipFile(tmp_path / "a.zip") as archived:
        assert archived.read("far") == b"abc"


def test_more_members_than_the_old_format_counts(tmp_path: Path) -> None:
    file = io.BytesIO()
    writer = ZipWriter(file, io.BytesIO(), io.BytesIO())
    for number in range(70_000):
        writer.begin(Entry(b"%d" % number, 0o100644, NOON, 0))
        writer.end()
    writer.finish()
    assert len(zipfile.ZipFile(file).namelist()) == 70_000
