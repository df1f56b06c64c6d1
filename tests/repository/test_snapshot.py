"""Snapshots carry what they were given, in the form that others read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from backupclient.errors import DataDamaged
from backupclient.repository.snapshot import (
    Snapshot,
    SnapshotSummary,
    decode_snapshot,
    encode_snapshot,
)

TIME = datetime(2026, 3, 1, 13, 30, 5, 120_000, timezone(timedelta(hours=1)))
TREE = "ab" * 32


def test_a_snapshot_comes_back() -> None:
    snapshot = Snapshot(
        time=TIME,
        parent="cd" * 32,
        tree_hex=TREE,
        paths=["/home/anna", "/etc"],
        hostname="laptop",
        username="anna",
        uid=1000,
        gid=100,
        excludes=["*.tmp"],
        tags=["device:1"],
        original="ef" * 32,
        program_version="plainkeep 0.1.0",
        summary=SnapshotSummary(backup_start=TIME, backup_end=TIME, files_new=3),
    )
    stored = msgspec.structs.replace(snapshot, stored_time="2026-03-01T13:30:05.120000+01:00")
    assert decode_snapshot(encode_snapshot(snapshot)) == stored
    assert snapshot.tree == b"\xab" * 32


def test_a_time_to_the_nanosecond_is_kept_as_it_is_written() -> None:
    snapshot = Snapshot(time=TIME, tree_hex=TREE, paths=["/"])
    data = encode_snapshot(snapshot).replace(b"05.120000+01:00", b"05.123456789+01:00")
    assert decode_snapshot(data).stored_time == "2026-03-01T13:30:05.123456789+01:00"
    assert b"stored_time" not in encode_snapshot(decode_snapshot(data))


def test_keys_are_in_the_order_of_the_format_and_empty_ones_left_out() -> None:
    everything = Snapshot(
        summary=SnapshotSummary(backup_start=TIME, backup_end=TIME),
        program_version="p",
        original=TREE,
        tags=["t"],
        excludes=["e"],
        gid=1,
        uid=1,
        username="u",
        hostname="h",
        paths=["/"],
        tree_hex=TREE,
        parent=TREE,
        time=TIME,
    )
    assert list(msgspec.json.decode(encode_snapshot(everything))) == [
        "time", "parent", "tree", "paths", "hostname", "username", "uid", "gid", "excludes",
        "tags", "original", "program_version", "summary",
    ]  # fmt: skip
    least = encode_snapshot(Snapshot(time=TIME, tree_hex=TREE, paths=["/"]))
    assert list(msgspec.json.decode(least)) == ["time", "tree", "paths"]


def test_the_time_keeps_its_zone_and_nanoseconds_are_rounded() -> None:
    json = b'{"time":"2026-03-01T13:30:05.12000060-03:30","tree":"%b","paths":["/"]}'
    snapshot = decode_snapshot(json % TREE.encode())
    assert snapshot.time.isoformat() == "2026-03-01T13:30:05.120001-03:30"
    assert snapshot.time.astimezone(UTC).hour == 17


def test_paths_that_are_no_text_are_stored_as_go_stores_them() -> None:
    snapshot = Snapshot(
        time=TIME, tree_hex=TREE, paths=["/caf\udce9"], hostname="\udcff", excludes=["\udc80*"]
    )
    read = decode_snapshot(encode_snapshot(snapshot))
    assert (read.paths, read.hostname, read.excludes) == (["/caf\ufffd"], "\ufffd", ["\ufffd*"])


def test_a_tree_that_is_no_id_is_not_written() -> None:
    with pytest.raises(ValueError, match="64 hex"):
        encode_snapshot(Snapshot(time=TIME, tree_hex="abc", paths=["/"]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("+01:00", ""),
        ("2026", "26"),
        (TREE, TREE[1:]),
        (TREE, TREE.upper()),
        ('["/"]', '"/"'),
        (',"paths":["/"]', ""),
        ("{", "["),
    ],
)
def test_nonsense_is_damage(old: str, new: str) -> None:
    good = encode_snapshot(Snapshot(time=TIME, tree_hex=TREE, paths=["/"])).decode()
    with pytest.raises(DataDamaged):
        decode_snapshot(good.replace(old, new, 1).encode())
