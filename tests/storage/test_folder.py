"""What is special about a folder: the disk below it, and that others touch it too."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backupclient import errors
from backupclient.clock import SystemClock
from backupclient.errors import StorageError
from backupclient.storage import folder as folder_module
from backupclient.storage.folder import FolderStorage
from tests.fakes import ManualClock
from tests.storage.contract import content, name_of

DAY = 24 * 3600


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "repository"


@pytest.fixture
def storage(root: Path) -> FolderStorage:
    storage = FolderStorage(root, SystemClock())
    storage.create()
    return storage


def files(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def name_behind(descriptor: int) -> str:
    return Path(f"/proc/self/fd/{descriptor}").readlink().name.partition("-tmp-")[0]


def test_an_object_is_synced_before_it_has_its_name_and_its_name_after(
    storage: FolderStorage, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, bool]] = []

    def fsync(descriptor: int) -> None:
        synced.append((name_behind(descriptor), (root / "keys/k").exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    storage.put("keys/k", b"x")
    assert synced == [("k", False), ("keys", True)]


def test_the_folder_of_a_new_folder_is_synced_too(
    storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(name_behind(fd)))
    storage.put("data/ab/abc", b"x")
    assert synced[0] == "data"
    assert synced[-1] == "ab"


def test_objects_are_read_only_and_private(storage: FolderStorage, root: Path) -> None:
    storage.put("data/ab/abc", b"x")
    assert (root / "data/ab/abc").stat().st_mode & 0o777 == 0o400
    assert (root / "data/ab").stat().st_mode & 0o777 == 0o700


def test_a_repository_shared_with_a_group_stays_shared(storage: FolderStorage, root: Path) -> None:
    (root / "config").write_bytes(b"config")
    (root / "config").chmod(0o640)
    storage.put("data/ab/abc", b"x")
    assert (root / "data/ab/abc").stat().st_mode & 0o777 == 0o440
    assert (root / "data/ab").stat().st_mode & 0o070 == 0o070 & ~current_umask()


def current_umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


# --- what a crash leaves --------------------------------------------------------------------------


def test_what_a_crash_left_half_written_is_no_object(storage: FolderStorage, root: Path) -> None:
    (root / "keys" / "abc-tmp-1234").write_bytes(b"half")
    assert list(storage.list("keys/")) == []
    assert (root / "keys" / "abc-tmp-1234").exists(), "somebody may be writing it now"


def test_what_a_crash_left_is_removed_after_a_day(root: Path) -> None:
    clock = ManualClock()
    storage = FolderStorage(root, clock)
    storage.create()
    now = clock.now().timestamp()
    for name, age in (("old-tmp-1", DAY + 60), ("new-tmp-1", DAY - 60), ("k", 30 * DAY)):
        (root / "keys" / name).write_bytes(b"x")
        os.utime(root / "keys" / name, (now - age, now - age))
    assert [info.key for info in storage.list("")] == ["keys/k"]
    assert files(root) == ["keys/k", "keys/new-tmp-1"]


# --- what the disk says ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, errors.StorageFull),
        (errno.EDQUOT, errors.StorageFull),
        (errno.EACCES, errors.AccessDenied),
        (errno.EROFS, errors.AccessDenied),
        (errno.EIO, errors.StorageFault),
        (errno.EMFILE, errors.StorageFault),
        (errno.ENODEV, errors.StorageUnreachable),
        (errno.ESTALE, errors.StorageUnreachable),
        (errno.EHOSTDOWN, errors.StorageUnreachable),
    ],
)
def test_what_the_disk_says_becomes_an_error_and_leaves_nothing(
    storage: FolderStorage,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    kind: type[StorageError],
) -> None:
    def fsync(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StorageError) as caught:
        storage.put("keys/k", b"x")
    assert type(caught.value) is kind
    assert caught.value.facts["storage_code"] == errno.errorcode[number]
    assert caught.value.facts["operation"] == "write"
    assert caught.value.facts["key"] == "keys/k"
    assert files(root) == []


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_share_that_cannot_sync_is_believed(
    storage: FolderStorage, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fsync(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fsync)
    storage.put("keys/k", b"x")
    assert storage.get("keys/k") == b"x"


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_system_that_takes_no_such_large_file_is_told(
    storage: FolderStorage, root: Path
) -> None:
    with largest_file(1_000_000), pytest.raises(errors.UploadTooLarge):
        storage.put("keys/k", content(1_500_000))
    assert files(root) == []


class Rival:
    """Somebody who takes the name `keys/k` while we write it."""

    def __init__(self, root: Path) -> None:
        self._path = root / "keys" / "k"

    def advance(self, count: int) -> None:
        self._path.write_bytes(b"rival")


@pytest.fixture(params=["links", "no links"])
def linking(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """File systems with links, and those without, as FAT."""

    def hardlink_to(self: Path, target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    if request.param == "no links":
        monkeypatch.setattr(Path, "hardlink_to", hardlink_to)


@pytest.mark.usefixtures("linking")
def test_a_name_that_is_taken_is_not_replaced(storage: FolderStorage, root: Path) -> None:
    storage.put("keys/k", b"first")
    storage.put("keys/k", b"first")
    with pytest.raises(errors.ObjectConflict):
        storage.put("keys/k", b"another")
    assert storage.get("keys/k") == b"first"
    assert files(root) == ["keys/k"]


@pytest.mark.usefixtures("linking")
def test_a_name_taken_while_it_is_written_is_not_replaced(
    storage: FolderStorage, root: Path
) -> None:
    with pytest.raises(errors.ObjectConflict):
        storage.put("keys/k", b"x", meter=Rival(root))
    assert storage.get("keys/k") == b"rival"
    storage.delete("keys/k")
    storage.put("keys/k", b"equal", meter=Rival(root))
    assert storage.get("keys/k") == b"rival", "of one size: by the contract one object"
    assert files(root) == ["keys/k"]


# --- the drive is pulled out ----------------------------------------------------------------------


def test_nothing_is_written_to_the_empty_place_of_a_drive(
    storage: FolderStorage, root: Path
) -> None:
    storage.put("config", b"config")
    shutil.rmtree(root)
    root.mkdir()
    data = content(10)
    with pytest.raises(errors.BucketMissing):
        storage.put(name_of(data), data)
    for ask in (storage.get, storage.stat, storage.delete):
        with pytest.raises(errors.BucketMissing):
            ask("config")
    with pytest.raises(errors.BucketMissing):
        list(storage.list("snapshots/"))
    with pytest.raises(errors.BucketMissing):
        storage.now()
    assert list(root.iterdir()) == []


def test_a_copy_that_lost_its_empty_folders_is_still_a_repository(root: Path) -> None:
    root.mkdir()
    (root / "config").write_bytes(b"config")
    storage = FolderStorage(root, SystemClock())
    assert [info.key for info in storage.list("")] == ["config"]
    storage.put("locks/l", b"x")
    assert storage.get("locks/l") == b"x"


def test_a_folder_is_not_an_object(storage: FolderStorage) -> None:
    for ask in (storage.get, storage.stat):
        with pytest.raises(errors.ObjectMissing):
            ask("data")


# --- time -----------------------------------------------------------------------------------------


def test_the_time_is_the_file_systems_and_leaves_nothing(root: Path) -> None:
    ours = ManualClock()
    storage = FolderStorage(root, ours)
    storage.create()
    before = SystemClock().now()
    assert abs((storage.now() - before).total_seconds()) < 5
    assert files(root) == []


def test_where_nothing_can_be_written_our_own_time_stands_in(
    storage: FolderStorage, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_file(**_: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    clock = ManualClock()
    monkeypatch.setattr(folder_module, "NamedTemporaryFile", no_file)
    assert FolderStorage(root, clock).now() == clock.now()


# --- restic ---------------------------------------------------------------------------------------


@pytest.mark.needs_restic
def test_restic_and_we_see_the_same_repository(tmp_path: Path, root: Path) -> None:
    environment = {
        "RESTIC_REPOSITORY": str(root),
        "RESTIC_PASSWORD": "made for this test",
        "RESTIC_CACHE_DIR": str(tmp_path / "cache"),
        "PATH": os.environ["PATH"],
    }

    def restic(*arguments: str) -> None:
        subprocess.run(["restic", *arguments], env=environment, check=True, capture_output=True)

    (tmp_path / "file").write_bytes(content(100_000))
    restic("init")
    restic("backup", str(tmp_path / "file"))
    storage = FolderStorage(root, SystemClock())
    keys = sorted(info.key for info in storage.list(""))
    assert keys == files(root)
    # Everything again through our hands; restic must be able to read, and to delete, all of it.
    stored = {key: storage.get(key) for key in keys}
    for key in keys:
        storage.delete(key)
    for key, data in stored.items():
        storage.put(key, data, overwrite=key != "config")
    restic("check", "--read-data")
    restic("forget", "--prune", "latest")
    assert not [key for key in files(root) if key.startswith(("data/", "snapshots/"))]
