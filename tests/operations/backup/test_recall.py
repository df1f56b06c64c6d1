"""What counts as unchanged: only what can be proven to be so, by times that can be trusted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backupclient.manifest.manifest import Entry, EntryKind, EntryState, Manifest
from backupclient.operations.backup.recall import Recall
from backupclient.pipeline.scanner import Found
from backupclient.repository.blob import BlobType
from backupclient.requests import BackupRequest
from tests.fakes import ManualClock
from tests.manifest.packs import blob, pack, send

SECOND = 1_000_000_000
LONG = 3600 * SECOND
RUN = 7
NEEDED = blob("content")


@pytest.fixture
def found(tmp_path: Path) -> Found:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    return looked_at(path)


def looked_at(path: Path) -> Found:
    found = Found.of(os.fsencode(path.name), path.lstat())
    assert found is not None
    return found


def recall(
    manifest: Manifest, request: BackupRequest | None = None, holding: frozenset[int] = frozenset()
) -> Recall:
    asked = request or BackupRequest(paths=(b"/",))
    return Recall(manifest, asked, ManualClock(), run_no=RUN, holding=holding)


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    """The blob `NEEDED` is stored."""
    manifest = Manifest.open(tmp_path)
    send(manifest, pack("p", NEEDED))
    yield manifest
    manifest.close()


def stored(manifest: Manifest, found: Found, *, seen: int | None = None) -> Entry:
    """As run 3 stored it, long after it was changed if nothing else is said."""
    row = recall(manifest).stored(
        found,
        NEEDED,
        size=found.stat.st_size,
        seen=found.stat.st_ctime_ns + LONG if seen is None else seen,
    )
    return row._replace(run_no=3)


HELD = frozenset({3})


def test_what_looks_as_it_did_and_is_held_by_a_snapshot_is_unchanged(
    manifest: Manifest, found: Found
) -> None:
    before = stored(manifest, found)
    assert recall(manifest, holding=HELD).unchanged(found, before)
    assert recall(manifest, holding=HELD).vouched_for(before)


@pytest.mark.parametrize("field", ["mtime", "ctime", "size", "inode", "mode"])
def test_any_difference_in_how_it_looks_is_a_change(
    manifest: Manifest, found: Found, field: str
) -> None:
    before = stored(manifest, found)
    other = before._replace(**{field: getattr(before, field) + 1})
    assert not recall(manifest, holding=HELD).unchanged(found, other)


@pytest.mark.parametrize(
    ("ignored", "field"), [("ignore_ctime", "ctime"), ("ignore_inode", "inode")]
)
def test_what_is_to_be_ignored_is_no_change(
    manifest: Manifest, found: Found, ignored: str, field: str
) -> None:
    before = stored(manifest, found)
    other = before._replace(**{field: getattr(before, field) + 1})
    request = BackupRequest(paths=(b"/",), **{ignored: True})  # type: ignore[arg-type]
    assert recall(manifest, request, HELD).unchanged(found, other)


def test_another_device_number_is_no_change(manifest: Manifest, found: Found) -> None:
    before = stored(manifest, found)
    assert recall(manifest, holding=HELD).unchanged(found, before._replace(device=99))


@pytest.mark.parametrize("holding", [HELD, frozenset[int]()], ids=["held", "not held"])
def test_whoever_holds_it_an_entry_is_worth_what_the_index_says(
    manifest: Manifest, found: Found, holding: frozenset[int]
) -> None:
    before = stored(manifest, found)
    asked = recall(manifest, holding=holding)
    assert asked.vouched_for(before) is bool(holding)
    assert asked.unchanged(found, before)
    assert asked.unchanged(found, before._replace(content=NEEDED + NEEDED))
    two = before._replace(content=NEEDED + blob("other"))
    assert not asked.unchanged(found, two)
    manifest.blobs.claim(BlobType.DATA, [blob("other")])  # this run is about to store it
    assert asked.unchanged(found, two)


def test_what_was_distrusted_is_vouched_for_by_nobody(manifest: Manifest, found: Found) -> None:
    before = stored(manifest, found)._replace(run_no=0)
    assert not recall(manifest, holding=frozenset(range(1, 9))).vouched_for(before)


def test_an_empty_file_needs_nothing_of_the_index(manifest: Manifest, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    found = looked_at(tmp_path / "empty")
    before = stored(manifest, found)._replace(content=b"")
    assert recall(manifest).unchanged(found, before)


@pytest.mark.parametrize("state", [EntryState.WAITING, EntryState.PROBLEM])
def test_what_was_not_stored_is_never_unchanged(
    manifest: Manifest, found: Found, state: EntryState
) -> None:
    before = stored(manifest, found)._replace(state=state)
    assert not recall(manifest, holding=HELD).unchanged(found, before)


def test_when_all_is_to_be_read_only_what_this_run_stored_is_unchanged(
    manifest: Manifest, found: Found
) -> None:
    before = stored(manifest, found)
    forced = recall(manifest, BackupRequest(paths=(b"/",), force=True), HELD)
    assert not forced.unchanged(found, before)
    assert forced.unchanged(found, before._replace(run_no=RUN))


# --- times too near to each other -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "unchanged"),
    [
        (LONG, True),
        (2 * SECOND, True),
        (2 * SECOND - 1, False),
        (0, False),
        (-SECOND, False),
        # Looked at, changed an hour later, and read right after that: a change a moment after the
        # reading would not show.
        (-LONG, False),
    ],
)
def test_what_changed_shortly_before_it_was_looked_at_or_after_is_read_once_more(
    manifest: Manifest, found: Found, age: int, unchanged: bool
) -> None:
    seen = found.stat.st_ctime_ns + age
    before = stored(manifest, found, seen=seen)
    assert recall(manifest, holding=HELD).unchanged(found, before) is unchanged


@pytest.mark.parametrize(
    ("age", "unchanged"), [(LONG, True), (SECOND, False), (-SECOND, False), (-LONG, True)]
)
def test_a_time_of_modification_that_somebody_set_counts_where_it_is_near(
    manifest: Manifest, found: Found, tmp_path: Path, age: int, unchanged: bool
) -> None:
    """A year ahead by itself says nothing: the change of the inode is what cannot be set."""
    path = tmp_path / "file"
    seen = found.stat.st_ctime_ns + LONG
    os.utime(path, ns=(seen - age, seen - age))
    found = looked_at(path)
    before = stored(manifest, found, seen=seen)
    assert recall(manifest, holding=HELD).unchanged(found, before) is unchanged


def test_what_changed_while_it_was_read_is_read_once_more(manifest: Manifest, found: Found) -> None:
    seen = found.stat.st_ctime_ns + LONG
    row = recall(manifest).stored(found, NEEDED, size=7, seen=seen, racy=True)
    assert not recall(manifest).unchanged(found, row)


def test_the_time_of_looking_is_the_wall_clocks(manifest: Manifest) -> None:
    clock = ManualClock(datetime(2026, 1, 1, microsecond=123456, tzinfo=UTC))
    asked = BackupRequest(paths=(b"/",))
    now = Recall(manifest, asked, clock, run_no=RUN, holding=frozenset()).now()
    assert now == 1_767_225_600_123_456_000


def test_the_size_of_what_is_no_file_says_nothing(manifest: Manifest, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("there")
    found = looked_at(link)
    assert found.kind is EntryKind.SYMLINK
    before = stored(manifest, found)._replace(content=None, size=0)
    assert recall(manifest).unchanged(found, before)
