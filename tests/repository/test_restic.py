"""What restic wrote is read here, what is written here restic reads, and trees are the same."""

# Names are bytes here, which pathlib does not take.
from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from backupclient.clock import SystemClock
from backupclient.control import Control
from backupclient.errors import RepositoryLocked
from backupclient.repository.blob import BlobType
from backupclient.repository.found_locks import find_locks, unlock
from backupclient.repository.identity import Identity
from backupclient.repository.lock import RepositoryLock
from backupclient.repository.names import is_valid_name
from backupclient.repository.pack import PackEntry, pack_size
from backupclient.repository.repository import Repository
from backupclient.repository.tree import Node, NodeType, decode_tree
from backupclient.storage.folder import FolderStorage
from tests.repository.conftest import ANNA, CHEAP, PASSWORD, ROOT
from tests.repository.mirror import Mirror
from tests.repository.restic import Restic
from tests.trees import odd_tree, random_bytes

pytestmark = pytest.mark.needs_restic


@pytest.fixture
def restic(tmp_path: Path) -> Restic:
    (tmp_path / "home").mkdir()
    return Restic(tmp_path / "repository", tmp_path / "home")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything odd. Symlinks whose targets are no text have a field that restic 0.14 lacks."""
    root = tmp_path_factory.mktemp("source") / "odd"
    odd_tree(root, undecodable_targets=False)
    return root


@pytest.fixture(params=["UTC", "Europe/Berlin", "America/St_Johns"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The zone of this process, and of the restic that it starts."""
    name: str = request.param
    monkeypatch.setenv("TZ", name)
    time.tzset()
    yield name
    monkeypatch.undo()
    time.tzset()


def open_folder(restic: Restic) -> Repository:
    return Repository.open(FolderStorage(restic.path, SystemClock()), PASSWORD, SystemClock())


def create_in_folder(restic: Restic) -> Repository:
    storage = FolderStorage(restic.path, SystemClock())
    return Repository.create(storage, PASSWORD, SystemClock(), identity=ANNA, cost=CHEAP)


class Blobs:
    """All blobs of a repository, by what its index files say."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.packs = {
            pack.name: pack.entries
            for name in repository.list_index()
            for pack in repository.load_index(name)
        }
        self.places = {
            entry.id: (name, entry) for name, entries in self.packs.items() for entry in entries
        }

    def load(self, blob: bytes) -> bytes:
        pack, entry = self.places[blob]
        return self.repository.load_blob(pack, entry)

    def of(self, type_: BlobType) -> set[bytes]:
        return {blob for blob, (_, entry) in self.places.items() if entry.type is type_}

    def walk(self, tree: bytes, path: bytes = b"") -> Iterator[tuple[bytes, Node]]:
        for node in decode_tree(self.load(tree)):
            yield path + b"/" + node.name, node
            if node.subtree is not None:
                yield from self.walk(node.subtree, path + b"/" + node.name)


def test_everything_restic_wrote_is_read(restic: Restic, source: Path) -> None:
    restic("init")
    restic.backup(source, "--tag", "one")
    repository = open_folder(restic)
    (name,) = repository.list_snapshots()
    snapshot = repository.load_snapshot(name)
    assert (snapshot.paths, snapshot.tags) == ([str(source)], ["one"])
    blobs = Blobs(repository)
    sizes = {pack.name: pack.size for pack in repository.list_packs()}
    for pack, entries in blobs.packs.items():
        in_order = sorted(entries, key=lambda entry: entry.offset)
        assert list(repository.load_pack_header(pack, sizes[pack])) == in_order
        assert pack_size(entries) == sizes[pack] == len(repository.load_pack(pack))
    found = dict(blobs.walk(snapshot.tree, os.fsencode(source)))
    for folder, _, files in os.walk(os.fsencode(source)):
        for file in files:
            path = os.path.join(folder, file)
            node = found[path]
            assert node.mtime_ns == os.lstat(path).st_mtime_ns
            if node.type is NodeType.FILE:
                assert node.content is not None
                with open(path, "rb") as opened:
                    assert b"".join(map(blobs.load, node.content)) == opened.read()
    (key,) = repository.keys.list()
    assert key.current


def test_trees_are_restics_byte_for_byte(restic: Restic, source: Path, zone: str) -> None:
    """All but those of the folder with large files, which restic cuts elsewhere."""
    create_in_folder(restic)
    restic.backup(source, "--exclude", "/**/odd/sizes")
    repository = open_folder(restic)
    (name,) = repository.list_snapshots()
    blobs = Blobs(repository)
    mirror = Mirror(repository, leave_out=b"sizes")
    root = mirror.tree(os.fsencode(source))
    ours = {blob.id: blob for blob in mirror.blobs.values() if blob.type is BlobType.TREE}
    assert len(ours) > 30
    for tree in ours.keys() - blobs.places.keys():
        plain = repository.codec.decode(ours[tree].sealed, ours[tree].uncompressed_length)
        assert plain in {blobs.load(other) for other in blobs.of(BlobType.TREE)}
    assert root == repository.load_snapshot(name).tree


def test_any_name_is_written_as_restic_writes_it(restic: Restic, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path / "names")
    os.mkdir(folder)
    for name in random_names(600):
        os.symlink(b"x", os.path.join(folder, name))
    repository = create_in_folder(restic)
    restic.backup(tmp_path / "names")
    (snapshot,) = repository.list_snapshots()
    assert Mirror(repository).tree(folder) == repository.load_snapshot(snapshot).tree


def random_names(count: int) -> set[bytes]:
    """Bytes that are no text, and text of characters on whose kind all versions of Unicode agree:
    what is printable depends on it."""
    choice = random.Random(20)
    settled = [
        char
        for char in map(chr, (*range(0x3000), *range(0xD7A4, 0xD800), *range(0xE000, 0x110000, 7)))
        if char not in "/\0" and unicodedata.category(char) == unicodedata.ucd_3_2_0.category(char)
    ]
    texts = ("".join(choice.choices(settled, k=choice.randint(1, 12))) for _ in range(count))
    noise = (choice.randbytes(choice.randint(1, 40)) for _ in range(count))
    found = {text.encode() for text in texts} | set(noise)
    return {name for name in found if is_valid_name(name)}


def test_a_repository_made_here_is_a_repository(restic: Restic, source: Path) -> None:
    repository = create_in_folder(restic)
    stored = Mirror(repository).store(str(source))
    restic.check()
    target = restic.path.parent / "restored"
    restic("restore", stored.snapshot, "--target", target, "--verify")
    listed = restic("ls", stored.snapshot, "--json").splitlines()
    assert len(listed) > 100


def test_restic_goes_on_where_this_program_stopped(restic: Restic, tmp_path: Path) -> None:
    small = tmp_path / "small"
    (small / "inner").mkdir(parents=True)
    for number in range(30):
        (small / "inner" / f"{number}").write_bytes(random_bytes(number, number * 17_000))
    repository = create_in_folder(restic)
    stored = Mirror(repository).store(str(small))
    summary = restic.backup(small, "--force")
    assert summary["data_blobs"] == 0
    assert summary["tree_blobs"] == 0
    others = set(repository.list_snapshots()) - {stored.snapshot}
    assert {repository.load_snapshot(name).tree for name in others} == {stored.root}
    restic.check()
    unmodified = restic.backup(small, "--parent", stored.snapshot)
    assert (unmodified["files_new"], unmodified["files_unmodified"]) == (0, 30)


def test_a_snapshot_written_here_lives_beside_restics(restic: Restic, tmp_path: Path) -> None:
    for name in ("theirs", "ours"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    create_in_folder(restic)
    restic.backup(tmp_path / "theirs")
    stored = Mirror(open_folder(restic)).store(str(tmp_path / "ours"))
    restic.check()
    assert restic("dump", stored.snapshot, "/file") == b"ours"
    restic("forget", stored.snapshot, "--prune")
    restic.check()
    assert stored.snapshot not in open_folder(restic).list_snapshots()


def test_keys_are_exchanged(restic: Restic, tmp_path: Path) -> None:
    repository = create_in_folder(restic)
    repository.keys.add("second", ANNA, CHEAP)
    (tmp_path / "new").write_text("third\n")
    restic("key", "add", "--new-password-file", tmp_path / "new")
    storage = FolderStorage(restic.path, SystemClock())
    for password in ("second", "third"):
        opened = Repository.open(storage, password, SystemClock(), expected_id=repository.id)
        assert opened.master_key == repository.master_key
    repository.keys.change_password("fourth", ANNA, CHEAP)
    assert restic.run("snapshots").returncode != 0
    listed = msgspec.json.decode(
        Restic(restic.path, tmp_path / "home")(
            "--password-command", "echo fourth", "key", "list", "--json"
        )
    )
    assert len(listed) == 3


def test_an_index_of_many_blobs_is_read(restic: Restic, tmp_path: Path) -> None:
    """A header longer than the first read of it."""
    many = tmp_path / "many"
    many.mkdir()
    for number in range(400):
        (many / str(number)).write_bytes(number.to_bytes(2, "big"))
    create_in_folder(restic)
    restic.backup(many)
    repository = open_folder(restic)
    blobs = Blobs(repository)
    sizes = {pack.name: pack.size for pack in repository.list_packs()}
    longest: tuple[PackEntry, ...] = ()
    for pack, size in sizes.items():
        entries = repository.load_pack_header(pack, size)
        assert set(entries) == set(blobs.packs[pack])
        longest = max(longest, entries, key=len)
    assert len(longest) == 400


HOLDER = """
import sys
from pathlib import Path
from backupclient.clock import SystemClock
from backupclient.control import Control
from backupclient.repository.identity import Identity
from backupclient.repository.lock import RepositoryLock, ignore_hangup
from backupclient.repository.repository import Repository
from backupclient.storage.folder import FolderStorage

clock = SystemClock()
ignore_hangup()
repository = Repository.open(FolderStorage(Path(sys.argv[1]), clock), sys.argv[2], clock)
lock = RepositoryLock(
    repository, clock, Control(clock), Identity.of_this_process(), exclusive=False
)
lock.acquire()
print("locked", flush=True)
sys.stdin.readline()
lock.check()
lock.release()
print("released", flush=True)
"""


def test_restic_sees_our_lock_and_its_unlock_leaves_it(restic: Restic) -> None:
    repository = create_in_folder(restic)
    command = [sys.executable, "-c", HOLDER, str(restic.path), PASSWORD]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == "locked\n"
            restic("snapshots")  # shared, as ours is
            assert b"already locked" in restic.run("check").stderr
            restic("unlock")
            assert len(find_locks(repository)) == 1
            assert holder.poll() is None
            holder.stdin.write("\n")
            holder.stdin.flush()
            assert holder.stdout.readline() == "released\n"
        finally:
            holder.kill()
    restic.check()


def test_we_see_restics_lock(restic: Restic) -> None:
    repository = create_in_folder(restic)
    clock = SystemClock()
    lock = RepositoryLock(
        repository, clock, Control(clock), Identity.of_this_process(), exclusive=True
    )
    with restic.start("backup", "--stdin") as running:
        try:
            for _ in range(500):
                if find_locks(repository):
                    break
                clock.wait(threading.Event(), 0.02)
            with pytest.raises(RepositoryLocked) as caught:
                lock.acquire()
            assert caught.value.facts["pid"] == running.pid
            assert caught.value.facts["exclusive"] is False
        finally:
            running.kill()
    # It was killed and left its lock. What looks dead from here may live in a sandbox, or on a
    # computer of the same name: somebody has to say so.
    assert len(find_locks(repository)) == 1
    with pytest.raises(RepositoryLocked):
        lock.acquire()
    assert len(unlock(repository, clock, Identity.of_this_process())) == 1
    lock.acquire()
    lock.release()
    assert find_locks(repository) == []
