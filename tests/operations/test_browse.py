"""Looking into a repository, with restic as the judge of what there is to see."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backupclient.errors import DataDamaged, InvalidRequest, SnapshotMissing
from backupclient.events import Damage
from backupclient.operations.browse import (
    FindRequest,
    LsRequest,
    Stats,
    StatsMode,
    StatsRequest,
    add_up,
    find_entries,
    list_entries,
)
from backupclient.operations.select import (
    GroupBy,
    GroupKey,
    SnapshotQuery,
    find_name,
    find_snapshot,
    list_snapshots,
)
from backupclient.operations.trees import DAMAGE, TreeReader
from backupclient.repository.snapshot import Snapshot
from backupclient.repository.tree import Node
from backupclient.requests import SnapshotFilter
from tests.operations.computer import Computer
from tests.operations.forge import Forge
from tests.operations.restoring import damage, packs
from tests.repository.restic import Restic
from tests.trees import odd_tree

needs_restic = pytest.mark.needs_restic


def json_of(output: bytes) -> Any:
    return msgspec.json.decode(output)


# --- snapshots ------------------------------------------------------------------------------------


@pytest.fixture
def snapshots(computer: Computer) -> list[str]:
    """Of two computers, two folders, several tags; oldest first."""
    forge = Forge(computer)
    names = []
    files: list[Node] = []
    for day, (host, folder, *tags) in enumerate(
        [
            ("laptop", "docs"),
            ("laptop", "docs", "weekly", "big"),
            ("desk", "docs", "weekly"),
            ("laptop", "music", "big"),
            ("laptop", "docs", "monthly"),
        ]
    ):
        noon = datetime(2026, 1, day + 1, 12, tzinfo=UTC)
        if folder == "docs":
            files.append(forge.file(b"file %d" % day, b"%d" % day))
        names.append(
            forge.snapshot(
                forge.tree(*files) if folder == "docs" else forge.tree(),
                Snapshot(
                    time=noon, tree_hex="", paths=[f"/home/{folder}"], hostname=host, tags=tags
                ),
            )
        )
    return names


def listed(computer: Computer, query: SnapshotQuery) -> list[list[str]]:
    with computer.session() as session:
        groups = list_snapshots(session, query)
    return [[item.name for item in group.snapshots] for group in groups]


FILTERS = [
    ([], SnapshotFilter()),
    (["--host", "desk"], SnapshotFilter(hosts=("desk",))),
    (["--host", "desk", "--host", "laptop"], SnapshotFilter(hosts=("desk", "laptop"))),
    (["--tag", "weekly,big"], SnapshotFilter(tags=(("weekly", "big"),))),
    (["--tag", "weekly", "--tag", "monthly"], SnapshotFilter(tags=(("weekly",), ("monthly",)))),
    (["--tag", ""], SnapshotFilter(tags=(("",),))),
    (["--path", "/home/docs"], SnapshotFilter(paths=("/home/docs",))),
    (
        ["--host", "laptop", "--tag", "big", "--path", "/home/music"],
        SnapshotFilter(hosts=("laptop",), tags=(("big",),), paths=("/home/music",)),
    ),
]


@needs_restic
def test_filters_take_what_restic_takes(
    computer: Computer, restic: Restic, snapshots: list[str]
) -> None:
    for options, wanted in FILTERS:
        theirs = [one["id"] for one in json_of(restic("snapshots", "--json", *options))]
        assert listed(computer, SnapshotQuery(filter=wanted)) == [theirs], options


def test_groups_and_the_latest_of_each(computer: Computer, snapshots: list[str]) -> None:
    first, second, third, fourth, fifth = snapshots
    assert listed(computer, SnapshotQuery(latest=1)) == [[third, fourth, fifth]]
    assert listed(computer, SnapshotQuery(latest=2)) == [[second, third, fourth, fifth]]
    by_host = SnapshotQuery(group_by=(GroupBy.HOST,))
    assert listed(computer, by_host) == [[third], [first, second, fourth, fifth]]
    assert listed(computer, msgspec.structs.replace(by_host, latest=1)) == [[third], [fifth]]
    with computer.session() as session:
        groups = list_snapshots(session, SnapshotQuery(group_by=(GroupBy.HOST, GroupBy.TAGS)))
    assert GroupKey(hostname="laptop", tags=("big", "weekly")) in [group.key for group in groups]


def test_a_snapshot_by_the_start_of_its_id_or_as_the_latest(
    computer: Computer, snapshots: list[str]
) -> None:
    with computer.session() as session:
        assert find_name(session, snapshots[2][:9].upper()) == snapshots[2]
        assert find_snapshot(session, snapshots[0]).name == snapshots[0]
        assert find_snapshot(session, "latest").name == snapshots[4]
        desk = SnapshotFilter(hosts=("desk",))
        assert find_snapshot(session, "latest", desk).name == snapshots[2]
        assert find_snapshot(session, snapshots[0], desk).name == snapshots[0]
        found = find_snapshot(session, "latest:/some/folder/")
        assert found.subfolder == (b"some", b"folder")
        with pytest.raises(SnapshotMissing):
            find_snapshot(session, "latest", SnapshotFilter(hosts=("nobody",)))
        with pytest.raises(SnapshotMissing):
            find_name(session, "xyz")
        with pytest.raises(InvalidRequest) as raised:
            find_name(session, "")
        assert raised.value.facts["reason"] == "ambiguous-snapshot"
    assert listed(computer, SnapshotQuery(ids=(snapshots[3][:8], snapshots[1]))) == [
        [snapshots[1], snapshots[3]]
    ]


def test_a_damaged_snapshot_hides_no_other(
    computer: Computer, snapshots: list[str], place: Path
) -> None:
    damage(place / "snapshots" / snapshots[1], at=50)
    assert listed(computer, SnapshotQuery()) == [[snapshots[0], *snapshots[2:]]]
    told = [event for event in computer.events if isinstance(event, Damage)]
    assert [(one.code, one.item) for one in told] == [("backup-entry-damaged", snapshots[1])]


# --- ls -------------------------------------------------------------------------------------------


def ls(computer: Computer, **options: object) -> list[str]:
    request = LsRequest(**{"snapshot": "latest"} | options)  # type: ignore[arg-type]
    with computer.session() as session:
        return [entry.path for entry in list_entries(session, request).entries]


@pytest.fixture
def nested(restic: Restic, source: Path) -> Path:
    for name in ("a/b/c/deep", "a/b/file", "a/file", "ab/file", "c/d/e", "c/f"):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    restic.backup(source)
    return source


LISTINGS = [
    ((), False),
    (("/a",), False),
    (("/a",), True),
    (("/a/b", "/c"), False),
    (("/a/b/", "/c"), True),
    (("/",), False),
    (("/",), True),
    (("/nothing",), True),
    (("/a/file",), False),
]


@needs_restic
def test_ls_lists_what_restic_lists(computer: Computer, restic: Restic, nested: Path) -> None:
    for folders, recursive in LISTINGS:
        options = ["--recursive"] if recursive else []
        lines = restic("ls", "--json", *options, "latest", *folders).splitlines()
        theirs = [json_of(line)["path"] for line in lines[1:]]
        assert ls(computer, folders=folders, recursive=recursive) == theirs, folders


@needs_restic
def test_ls_below_a_folder_of_the_snapshot(computer: Computer, nested: Path) -> None:
    assert ls(computer, snapshot="latest:a/b") == ["/c", "/c/deep", "/file"]


@needs_restic
def test_ls_tells_odd_names_and_all_of_a_node(
    computer: Computer, restic: Restic, tmp_path: Path
) -> None:
    odd_tree(tmp_path / "odd", undecodable_targets=False)
    restic.backup(tmp_path / "odd")
    with computer.session() as session:
        entries = list(list_entries(session, LsRequest(snapshot="latest")).entries)
    root = bytes(tmp_path / "odd")
    found = {os.fsencode(entry.path): entry.node for entry in entries}
    expected = {
        os.path.join(folder, name)[len(root) :]
        for folder, folders, files in os.walk(root)
        for name in (*folders, *files)
    }
    assert found.keys() == expected
    for path, node in found.items():
        info = os.lstat(root + path)
        assert node.mtime_ns == info.st_mtime_ns
        assert node.uid == info.st_uid


# --- find -----------------------------------------------------------------------------------------


def find(computer: Computer, *patterns: str, **options: object) -> dict[str, list[str]]:
    """Paths by snapshot."""
    request = FindRequest(patterns=patterns, **options)  # type: ignore[arg-type]
    found: dict[str, list[str]] = {}
    with computer.session() as session:
        for item, entry in find_entries(session, request):
            found.setdefault(item.name, []).append(entry.path)
    return found


SEARCHES = [
    (("file",), False),
    (("/a",), False),
    (("B", "f"), True),
    (("/a/**/deep",), False),
    (("*e*",), False),
    (("nothing",), False),
]


@needs_restic
def test_find_finds_what_restic_finds(computer: Computer, restic: Restic, nested: Path) -> None:
    (nested / "a" / "file").write_text("changed")
    (nested / "file of the second").touch()
    restic.backup(nested)
    for patterns, ignore_case in SEARCHES:
        options = ["--ignore-case"] if ignore_case else []
        theirs = {
            one["snapshot"]: [match["path"] for match in one["matches"]]
            for one in json_of(restic("find", "--json", *options, *patterns))
        }
        assert find(computer, *patterns, ignore_case=ignore_case) == theirs, patterns


@needs_restic
def test_find_within_times(computer: Computer, restic: Restic, source: Path) -> None:
    for day in (1, 2, 3):
        path = source / f"file {day}"
        path.touch()
        noon = datetime(2026, 1, day, 12, tzinfo=UTC).timestamp()
        os.utime(path, (noon, noon))
    restic.backup(source)
    second = datetime(2026, 1, 2, 12, tzinfo=UTC)
    (late,) = find(computer, "file*", oldest=second).values()
    (early,) = find(computer, "file*", newest=second).values()
    (both,) = find(computer, "file*", oldest=second, newest=second).values()
    assert (late, early) == (["/file 2", "/file 3"], ["/file 1", "/file 2"])
    assert both == ["/file 2"]


def test_find_in_some_snapshots(computer: Computer, snapshots: list[str]) -> None:
    assert len(find(computer, "file 0")) == 4
    assert find(computer, "file 0", snapshots=(snapshots[1][:8],)).keys() == {snapshots[1]}
    desk = SnapshotFilter(hosts=("desk",))
    assert find(computer, "file 0", filter=desk).keys() == {snapshots[2]}


def test_find_goes_on_past_a_folder_that_cannot_be_read(computer: Computer) -> None:
    forge = Forge(computer)
    inner = forge.tree(forge.file(b"x", b"1"))
    missing = bytes(32)
    forge.snapshot(forge.tree(forge.folder(b"gone", missing), forge.folder(b"here", inner)))
    assert list(find(computer, "x").values()) == [["/here/x"]]
    told = [event for event in computer.events if isinstance(event, Damage)]
    assert [(one.code, one.affected) for one in told] == [("tree-damaged", ("/gone",))]


# --- stats ----------------------------------------------------------------------------------------


def stats(computer: Computer, mode: StatsMode, *names: str) -> Stats:
    with computer.session() as session:
        return add_up(session, StatsRequest(mode=mode, snapshots=names))


@needs_restic
def test_stats_add_up_as_restic_adds_up(computer: Computer, restic: Restic, source: Path) -> None:
    for number in range(5):
        (source / f"{number}").write_bytes(b"same" * 100 if number % 2 else b"%d" % number)
    (source / "folder").mkdir()
    os.link(source / "0", source / "folder" / "linked")
    (source / "empty").touch()
    (source / "way").symlink_to("empty")
    restic.backup(source)
    (source / "more").write_bytes(b"more")
    restic.backup(source)
    for mode in StatsMode:
        theirs = json_of(restic("stats", "--json", "--mode", mode))
        ours = stats(computer, mode)
        assert ours.total_size == theirs["total_size"], mode
        assert ours.total_file_count == theirs.get("total_file_count", 0), mode
        assert ours.total_blob_count == theirs.get("total_blob_count", 0), mode
        assert ours.snapshots_count == 2
        assert stats(computer, mode, "latest").snapshots_count == 1


def test_stats_tell_the_size_before_compression(computer: Computer, source: Path) -> None:
    (source / "text").write_bytes(b"again and again " * 10_000)
    computer.backup(source)
    found = stats(computer, StatsMode.RAW_DATA)
    assert found.total_uncompressed_size > 160_000 > found.total_size * 10


def test_stats_refuse_to_guess(computer: Computer, source: Path, place: Path) -> None:
    (source / "file").write_bytes(b"content")
    computer.backup(source)
    for pack in packs(place):
        pack.unlink()
    with pytest.raises(DAMAGE):
        stats(computer, StatsMode.RESTORE_SIZE)


# --- reading trees --------------------------------------------------------------------------------


def test_a_tree_that_is_not_there_is_damage(computer: Computer) -> None:
    with computer.session() as session, pytest.raises(DataDamaged) as raised:
        TreeReader(session).load(bytes(32))
    assert raised.value.facts["blob"] == bytes(32).hex()
