"""The cache gives back what was put in or nothing, and never grows beyond its bounds."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

from backupclient.repository.cache import Cache
from backupclient.repository.layout import FileKind

PACK = "ab" * 32


def put(cache: Cache, data: bytes, kind: FileKind = FileKind.INDEX) -> str:
    name = hashlib.sha256(data).hexdigest()
    cache.put(kind, name, data)
    return name


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in files(folder))


def test_what_was_put_in_comes_out(tmp_path: Path) -> None:
    name = put(Cache(tmp_path / "deep" / "folder", 1000), b"data")
    cache = Cache(tmp_path / "deep" / "folder", 1000)
    assert cache.get(FileKind.INDEX, name) == b"data"
    assert cache.get(FileKind.SNAPSHOT, name) is None
    cache.drop(FileKind.INDEX, name)
    cache.drop(FileKind.INDEX, name)
    assert cache.get(FileKind.INDEX, name) is None


def test_damage_is_dropped(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1000)
    name = put(cache, b"data")
    (path,) = files(tmp_path)
    path.write_bytes(b"dato")
    assert cache.get(FileKind.INDEX, name) is None
    assert files(tmp_path) == []


def test_ranges_come_from_the_whole_pack_or_from_their_own_file(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1000)
    cache.put_range(PACK, 10, b"range")
    assert cache.get_range(PACK, 10, 5) == b"range"
    assert cache.get_range(PACK, 10, 6) is None
    assert cache.get_range(PACK, 11, 4) is None
    cache.put_pack(PACK, memoryview(b"0123456789"))
    assert cache.get_range(PACK, 3, 4) == b"3456"
    assert cache.get_range(PACK, 8, 3) is None
    cache.drop_pack(PACK)
    assert files(tmp_path) == []


def test_it_keeps_what_is_used(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 10_000)
    used = put(cache, os.urandom(1000))
    for number in range(60):
        put(cache, os.urandom(1000))
        for path in files(tmp_path):  # time passes
            stamp = path.stat().st_mtime - 10
            os.utime(path, (stamp, stamp))
        assert cache.get(FileKind.INDEX, used) is not None, number
        assert size(tmp_path) <= 10_000
    assert size(tmp_path) >= 7_000


def test_a_file_that_would_fill_it_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1000)
    name = put(cache, b"small")
    put(cache, bytes(900))
    assert len(files(tmp_path)) == 1
    assert cache.get(FileKind.INDEX, name) == b"small"


def test_what_another_process_left_counts(tmp_path: Path) -> None:
    for number in range(9):
        put(Cache(tmp_path, 10_000), bytes([number]) * 1000)
    put(Cache(tmp_path, 5000), b"x")
    assert size(tmp_path) <= 5000


def test_only_what_is_stored_is_retained(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1000)
    kept, gone = put(cache, b"kept"), put(cache, b"gone")
    snapshot = put(cache, b"snapshot", FileKind.SNAPSHOT)
    cache.retain(FileKind.INDEX, {kept})
    assert cache.get(FileKind.INDEX, kept) == b"kept"
    assert cache.get(FileKind.INDEX, gone) is None
    assert cache.get(FileKind.SNAPSHOT, snapshot) == b"snapshot"


def test_no_trouble_with_the_folder_leaves_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file", 1000)
    name = put(cache, b"data")
    assert cache.get(FileKind.INDEX, name) is None
    cache.drop(FileKind.INDEX, name)
    cache.retain(FileKind.INDEX, set())
    cache.put_pack(PACK, b"pack")
    assert cache.get_range(PACK, 0, 4) is None
    cache.drop_pack(PACK)


def test_many_threads_may_use_it_at_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 20_000)
    contents = [os.urandom(1000) for _ in range(40)]
    wrong: list[object] = []

    def work() -> None:
        try:
            for data in contents:
                found = cache.get(FileKind.INDEX, put(cache, data))
                if found not in (None, data):
                    wrong.append(found)
        except BaseException as exc:  # noqa: BLE001 - reported in the test's own thread
            wrong.append(exc)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert size(tmp_path) <= 26_000


def test_nobody_else_on_this_computer_may_read_it(tmp_path: Path) -> None:
    put(Cache(tmp_path, 1000), b"data")
    [file] = files(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
