"""Folders, entries, runs: what is remembered, and which runs vouch for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from backupclient.errors import ManifestDamaged
from backupclient.manifest.manifest import ROOT, Entry, EntryKind, EntryState, Manifest, RunState
from tests.manifest.packs import blob

STORED, WAITING = EntryState.STORED, EntryState.WAITING


def file(name: bytes, run_no: int = 1) -> Entry:
    kind = EntryKind.FILE
    return Entry(name, kind, 0o100644, 5, 10, 20, 30, 40, STORED, 0, run_no, None, blob("x"), b"")


def folder_entry(name: bytes, child: int, run_no: int = 1) -> Entry:
    return file(name, run_no)._replace(kind=EntryKind.FOLDER, child=child, content=blob("tree"))


@pytest.fixture
def home(manifest: Manifest) -> int:
    """`/home` with the files a and b, and the folder `docs` with c, and `deep` in it with d."""
    home = manifest.ensure_folder(b"/home")
    docs = manifest.new_folder(home, b"docs")
    deep = manifest.new_folder(docs, b"deep")
    manifest.put_entries(deep, [file(b"d")])
    manifest.put_entries(docs, [file(b"c"), folder_entry(b"deep", deep)])
    manifest.put_entries(home, [file(b"a"), file(b"b"), folder_entry(b"docs", docs)])
    return home


def state_at(manifest: Manifest, *path: bytes) -> int | None:
    above = manifest.find_folder(b"/" + b"/".join(path[:-1]))
    assert above is not None
    entry = manifest.entry(above, path[-1])
    return None if entry is None else entry.state


def run_numbers(manifest: Manifest, *path: bytes) -> dict[bytes, int]:
    folder = manifest.find_folder(b"/" + b"/".join(path))
    assert folder is not None
    return {name: entry.run_no for name, entry in manifest.entries_of(folder).items()}


# --- folders and entries ------------------------------------------------------------


def test_a_folder_is_found_by_its_path(manifest: Manifest, home: int) -> None:
    assert manifest.find_folder(b"/") == ROOT
    assert manifest.find_folder(b"/home") == home
    assert manifest.find_folder(b"/home/docs/deep") not in (None, home, ROOT)
    assert manifest.find_folder(b"/home/a") is None
    assert manifest.find_folder(b"/home/none/deep") is None


def test_a_folder_gets_one_number_only(manifest: Manifest, home: int) -> None:
    assert manifest.ensure_folder(b"/home") == home
    assert manifest.ensure_folder(b"/home/docs/deep") == manifest.find_folder(b"/home/docs/deep")
    other = manifest.ensure_folder(b"/other/place")
    assert manifest.ensure_folder(b"/other/place") == other
    assert manifest.find_folder(b"/other/place") == other


def test_folders_made_later_never_take_a_number_in_use(folder: Path) -> None:
    for path in (b"/one", b"/two"):
        manifest = Manifest.open(folder)
        with manifest.transaction():
            number = manifest.ensure_folder(path)
            manifest.put_entries(number, [file(path[1:])])
        manifest.close()
    manifest = Manifest.open(folder)
    for path in (b"/one", b"/two"):
        number = manifest.ensure_folder(path)
        assert manifest.entries_of(number).keys() == {path[1:]}
    manifest.close()


def test_entries_come_back_as_they_were_put(manifest: Manifest, home: int) -> None:
    odd = file(b"latin1-\xe9\xff")._replace(mtime=-(1 << 62), inode=(1 << 63) - 1, fingerprint=None)
    manifest.put_entries(home, [odd])
    assert manifest.entry(home, odd.name) == odd
    changed = odd._replace(size=6)
    manifest.put_entries(home, [changed])
    assert manifest.entries_of(home)[odd.name] == changed


def test_a_dropped_folder_takes_all_below_it_along(manifest: Manifest, home: int) -> None:
    docs, deep = manifest.find_folder(b"/home/docs"), manifest.find_folder(b"/home/docs/deep")
    assert docs is not None
    assert deep is not None
    manifest.drop_entries(home, [b"docs", b"a", b"never seen"])
    assert manifest.entries_of(home).keys() == {b"b"}
    assert manifest.entries_of(docs) == {}
    assert manifest.entries_of(deep) == {}
    assert manifest.find_folder(b"/home/docs") is None


def test_what_is_distrusted_is_kept_but_no_run_stands_for_it_at_any_depth(
    manifest: Manifest, home: int
) -> None:
    manifest.distrust(home, [b"docs"])
    assert run_numbers(manifest, b"home") == {b"a": 1, b"b": 1, b"docs": 0}
    assert run_numbers(manifest, b"home", b"docs") == {b"c": 0, b"deep": 0}
    assert run_numbers(manifest, b"home", b"docs", b"deep") == {b"d": 0}
    assert 0 not in manifest.holding_runs({"any"})


def test_a_change_in_a_folder_unsettles_its_tree_until_that_is_put(
    manifest: Manifest, home: int
) -> None:
    docs = manifest.find_folder(b"/home/docs")
    assert docs is not None
    assert state_at(manifest, b"home", b"docs") == STORED
    manifest.put_entries(docs, [file(b"new")])
    assert state_at(manifest, b"home", b"docs") == WAITING
    manifest.put_entries(home, [folder_entry(b"docs", docs)])
    assert state_at(manifest, b"home", b"docs") == STORED
    manifest.drop_entries(docs, [b"new"])
    assert state_at(manifest, b"home", b"docs") == WAITING
    assert state_at(manifest, b"home", b"a") == STORED


def test_a_folder_that_is_settled_already_stays_so(manifest: Manifest, home: int) -> None:
    docs = manifest.find_folder(b"/home/docs")
    assert docs is not None
    manifest.put_entries(docs, [file(b"new")], settled=True)
    assert state_at(manifest, b"home", b"docs") == STORED


# --- transactions ------------------------------------------------------------


def test_a_transaction_that_fails_leaves_nothing(manifest: Manifest) -> None:
    def change_and_fail() -> None:
        with manifest.transaction():
            manifest.remember("key", "value")
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        change_and_fail()
    assert manifest.fact("key") is None


def test_what_was_not_committed_is_gone_with_the_program(folder: Path) -> None:
    manifest = Manifest.open(folder)
    with manifest.transaction():
        manifest.remember("key", "old")
    manifest.begin()
    manifest.remember("key", "new")
    manifest.close()
    again = Manifest.open(folder)
    assert again.fact("key") == "old"
    again.close()


# --- runs ------------------------------------------------------------


def run(manifest: Manifest, set_key: str, snapshot: str | None, state: RunState) -> int:
    number = manifest.begin_run(set_key, started=1)
    manifest.end_run(number, state, ended=2, snapshot_id=snapshot)
    return number


def complete(manifest: Manifest, set_key: str, snapshot: str) -> int:
    return run(manifest, set_key, snapshot, RunState.COMPLETE)


def holding(manifest: Manifest, listed: set[str]) -> set[int]:
    """The runs themselves: what a complete snapshot holds of a run it holds with either sign."""
    held = manifest.holding_runs(listed)
    assert {-no for no in held} == held
    return {no for no in held if no > 0}


def test_runs_are_listed_newest_first(manifest: Manifest) -> None:
    first = complete(manifest, "s", "A")
    other = complete(manifest, "t", "B")
    last = run(manifest, "s", None, RunState.FAILED)
    assert [one.no for one in manifest.runs()] == [last, other, first]
    assert [one.no for one in manifest.runs("s")] == [last, first]
    assert [one.state for one in manifest.runs("s")] == [RunState.FAILED, RunState.COMPLETE]


def test_a_listed_snapshot_vouches_for_its_run_and_those_before(manifest: Manifest) -> None:
    first, second = complete(manifest, "s", "A"), complete(manifest, "s", "B")
    assert holding(manifest, {"A", "B"}) == {first, second}
    assert holding(manifest, {"B"}) == {first, second}
    assert holding(manifest, {"A"}) == {first}
    assert holding(manifest, {"C"}) == frozenset()
    assert holding(manifest, set()) == frozenset()


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.STOPPED, RunState.RUNNING])
def test_a_run_cut_short_is_vouched_for_by_a_later_one_only(
    manifest: Manifest, state: RunState
) -> None:
    first = complete(manifest, "s", "A")
    cut = run(manifest, "s", None, state)
    assert holding(manifest, {"A"}) == {first}
    last = complete(manifest, "s", "B")
    assert holding(manifest, {"A", "B"}) == {first, cut, last}
    assert holding(manifest, {"A"}) == {first}


def test_a_set_does_not_vouch_for_the_runs_of_another(manifest: Manifest) -> None:
    mine, other = complete(manifest, "s", "A"), complete(manifest, "t", "B")
    later = complete(manifest, "s", "C")
    assert holding(manifest, {"C"}) == {mine, later}
    assert holding(manifest, {"B"}) == {other}


def test_an_adopted_snapshot_vouches_like_a_run(manifest: Manifest) -> None:
    adopted = run(manifest, "s", "A", RunState.ADOPTED)
    assert holding(manifest, {"A"}) == {adopted}
    assert holding(manifest, {"B"}) == frozenset()


def test_once_something_was_lost_no_earlier_run_is_trusted(manifest: Manifest) -> None:
    complete(manifest, "s", "A")
    manifest.trust_no_earlier_run()
    assert holding(manifest, {"A"}) == frozenset()
    cut = run(manifest, "s", None, RunState.FAILED)
    assert holding(manifest, {"A"}) == frozenset()
    last = complete(manifest, "s", "B")
    assert holding(manifest, {"A", "B"}) == {cut, last}


def test_a_database_without_its_tables_is_damaged(manifest: Manifest) -> None:
    manifest._connection.execute("DROP TABLE entries")
    with pytest.raises(ManifestDamaged):
        manifest.entries_of(ROOT)
