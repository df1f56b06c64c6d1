"""Random histories in which the storage loses and spoils what it was given and others tidy up:
once that was noticed, by whatever run or check, however it ended, nothing is called safe that is
not there; and after a backup everything is."""

from __future__ import annotations

import contextlib
import os
import shutil
from random import Random

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from backupclient.control import Control
from backupclient.errors import BackupError, Cancelled
from backupclient.events import Damage, Event, NoticeCode, Noticed
from backupclient.manifest.contents import blob_ids
from backupclient.operations.check.run import run_check
from backupclient.operations.index_repair import is_to_be_mended, mend
from backupclient.operations.session import LockMode
from backupclient.operations.trees import DAMAGE, TreeReader
from backupclient.repository.index import IndexedPack
from backupclient.repository.layout import pack_key
from backupclient.requests import CheckRequest
from backupclient.wire.answers import FileState
from tests.operations.computer import Computer
from tests.operations.test_status_histories import (
    Histories,
    chosen,
    folders,
    left_out,
    moments,
    names,
    picked,
)
from tests.repository.memory_storage import MemoryStorage

A_WEEK = 8 * 86400
places = st.sampled_from(("a/f0", "b/f0", "a/in"))


class LostHistories(Histories):
    def __init__(self) -> None:
        super().__init__()
        self.unnoticed: set[bytes] = set()
        """Blobs that are gone or spoilt, and nobody has come to see it."""
        for file in self.home.rglob("kept"):
            os.utime(file, (1, 1))  # what was changed lately is sent ahead of it

    @property
    def storage(self) -> MemoryStorage:
        assert isinstance(self.computer.storage, MemoryStorage)
        return self.computer.storage

    def packs(self) -> dict[str, IndexedPack]:
        """Those that index files name."""
        repository = self.computer.open()
        return {p.name: p for one in repository.list_index() for p in repository.load_index(one)}

    def stored(self) -> dict[str, IndexedPack]:
        """Those of them that are there."""
        return {n: p for n, p in self.packs().items() if pack_key(n) in self.storage.objects}

    def readable(self) -> set[bytes]:
        repository, found = self.computer.open(), set()
        for pack in self.stored().values():
            for entry in pack.entries:
                with contextlib.suppress(*DAMAGE):
                    repository.load_blob(pack.name, entry)
                    found.add(entry.id)
        return found

    # --- what may happen ------------------------------------------------------------------------

    @rule(which=picked)
    def lose_a_pack(self, which: int) -> None:
        if packs := sorted(self.stored()):
            name = packs[which % len(packs)]
            self.unnoticed |= {entry.id for entry in self.packs()[name].entries}
            self.storage.delete(pack_key(name))
        self.computer.clock.advance(A_WEEK)

    @rule(which=picked)
    def spoil_a_blob(self, which: int) -> None:
        packs = self.stored()
        if blobs := [(name, each) for name in sorted(packs) for each in packs[name].entries]:
            name, blob = blobs[which % len(blobs)]
            body, at = self.storage.objects[pack_key(name)], blob.offset + 20
            self.storage.objects[pack_key(name)] = (
                body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
            )
            self.unnoticed.add(blob.id)

    @rule(which=picked, forgets=st.booleans())
    def somebody_prunes(self, which: int, forgets: bool) -> None:
        repository, snapshots = self.computer.open(), sorted(self.computer.snapshots())
        if forgets and snapshots:
            repository.delete_snapshot(snapshots[which % len(snapshots)])
        try:
            used = self.needed()
        except BackupError:
            return  # what is damaged is not pruned
        old = repository.list_index()
        kept = {n: p for n, p in self.packs().items() if any(e.id in used for e in p.entries)}
        if kept.keys() <= self.stored().keys():
            new = repository.save_index(kept.values()) if kept else ""
            for name in set(old) - {new}:
                repository.delete_index(name)
            for name in self.stored_names() - kept.keys():
                self.storage.delete(pack_key(name))
        with self.computer.session():
            pass  # the storage is looked at

    def stored_names(self) -> set[str]:
        return {key.rpartition("/")[2] for key in self.storage.objects if key.startswith("data/")}

    def needed(self) -> set[bytes]:
        """By the snapshots, as another computer finds it."""
        other = Computer(self.storage, self.folder / "other", self.computer.clock)
        used: set[bytes] = set()
        with other.session() as session:
            for snapshot in self.computer.snapshots().values():
                used.add(snapshot.tree)
                for _, node in TreeReader(session).walk(snapshot.tree):
                    used.update(node.content or (), filter(None, [node.subtree]))
        return used

    @rule()
    def check(self) -> None:
        self.run_a_check(Control(self.computer.clock))
        self.unnoticed.clear()

    @rule(at=moments)
    def check_cut_short(self, at: int) -> None:
        control = Control(self.computer.clock)
        left = at

        def count(_: Event) -> None:
            nonlocal left
            left -= 1
            if not left:
                control.stop()

        self.computer.on_event = count
        with contextlib.suppress(Cancelled):
            self.run_a_check(control)
        self.computer.on_event = lambda event: None
        packs = self.packs()
        for event in self.computer.events:
            if isinstance(event, Damage) and event.item in packs:
                self.unnoticed -= {entry.id for entry in packs[event.item].entries}

    def run_a_check(self, control: Control) -> None:
        mode = LockMode.EXCLUSIVE
        with self.computer.session(mode=mode, refresh=False, control=control) as session:
            run_check(session, CheckRequest(read_data=True), Random(1))

    @rule()
    def mend_what_can_be(self) -> None:
        with self.computer.session(mode=LockMode.EXCLUSIVE) as session:
            if is_to_be_mended(session.manifest):
                mend(session)

    @rule(place=places)
    def a_file_and_a_folder_change_places(self, place: str) -> None:
        path = self.home / place
        if path.is_dir():
            shutil.rmtree(path)
            path.write_bytes(b"a file now")
        else:
            path.unlink(missing_ok=True)
            path.mkdir(parents=True)
            (path / "f2").write_bytes(b"in a folder now")

    @rule(folder=folders, name=names)
    def add_or_change(self, folder: str, name: str) -> None:
        for path in (self.home / folder, self.home / folder / name):
            if path.exists() and path.is_dir() is (path.name == name):
                self.take_away(folder if path.name != name else f"{folder}/{name}")
        super().add_or_change(folder, name)

    @rule(folder=folders, name=names)
    def delete(self, folder: str, name: str) -> None:
        self.take_away(f"{folder}/{name}")

    def take_away(self, place: str) -> None:
        path = self.home / place
        if path.is_dir():
            shutil.rmtree(path)
        elif path.parent.is_dir():
            path.unlink(missing_ok=True)

    # --- what happens in the other histories, too -----------------------------------------------

    @rule(paths=chosen, without=left_out)
    def back_up(self, paths: tuple[str, ...], without: bool) -> None:
        super().back_up(paths, without)
        self.missing_was_seen()
        with self.computer.session():
            pass  # nothing that the run ended with is taken back at the next look
        for path in paths:
            self.check_complete((self.home / path).resolve(), without)

    @rule(paths=chosen, without=left_out, at=moments)
    def fail(self, paths: tuple[str, ...], without: bool, at: int) -> None:
        super().fail(paths, without, at)
        self.missing_was_seen()

    @rule(paths=chosen, without=left_out, at=moments, kill=st.booleans())
    def cut_short(self, paths: tuple[str, ...], without: bool, at: int, kill: bool) -> None:
        super().cut_short(paths, without, at, kill)
        self.missing_was_seen()

    def missing_was_seen(self) -> None:
        codes = [event.code for event in self.computer.events if isinstance(event, Noticed)]
        if NoticeCode.PACKS_MISSING in codes:
            self.unnoticed &= self.in_stored_packs()

    @rule()
    def lose_manifest(self) -> None:
        """What a check has found is known no more until the next."""
        super().lose_manifest()
        self.unnoticed |= self.in_stored_packs()

    def in_stored_packs(self) -> set[bytes]:
        return {entry.id for pack in self.stored().values() for entry in pack.entries}

    # --- what must hold -------------------------------------------------------------------------

    @invariant()
    def what_is_called_safe_is_in_a_listed_snapshot(self) -> None:
        """Of what nobody has noticed, nothing can be demanded."""
        there = self.readable() | self.unnoticed
        with self.computer.manifest() as manifest:
            for file in self.listed():
                row = manifest.entry_at(file.path)
                if file.state is FileState.SAFE:
                    assert row is not None
                    assert there.issuperset(blob_ids(row.content)), file.path

    @invariant()
    def nothing_is_known_below_a_file(self) -> None:
        folders = {file.path.rpartition(b"/")[0] for file in self.listed()}
        files = {file.path for file in self.listed()}
        assert folders.isdisjoint(files)


LostHistories.TestCase.settings = hypothesis.settings(
    max_examples=8,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
TestLostHistories = LostHistories.TestCase
del Histories  # its own tests are in its module
