"""Snapshots of what an unfinished backup has stored so far, so that anybody can restore it.

A checkpoint's tree holds what the run and the unfinished ones before it have stored, in place of
what the parent has there; what was not reached is the parent's. So it never holds less than the
last complete snapshot. The new one is written before the old one is deleted.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable

import msgspec

from backupclient.clock import nanoseconds
from backupclient.decoding import from_json
from backupclient.errors import (
    AccessDenied,
    BackupError,
    Cancelled,
    SnapshotMissing,
    StorageError,
    StorageUnreachable,
)
from backupclient.manifest.checkpointed import Checkpoint
from backupclient.operations.backup.adopt import Parent
from backupclient.operations.backup.checkpoint_tree import CheckpointTree, TreePacks
from backupclient.operations.backup.ledger import Ledger
from backupclient.operations.backup.result import RunFacts, make_checkpoint
from backupclient.operations.backup.targets import Target
from backupclient.operations.session import Session
from backupclient.operations.sets import chosen_paths, within
from backupclient.operations.trees import DAMAGE
from backupclient.repository.layout import CONFIG_KEY
from backupclient.repository.snapshot import Snapshot

_EVERY = 600.0
_PAUSE = 3.0
"""After one that took long, the time until the next is so many times as long."""
_LAST_WORDS_SECONDS = 5.0
"""How long a job that ends may take to write one."""
_ANSWER_SECONDS = 1.0
"""How long a storage may take to answer a job that was stopped, before it is left in peace."""
_FACT = "checkpoints"


class Checkpoints:
    """Those of one run. Belongs to the job's thread."""

    def __init__(
        self,
        session: Session,
        facts: RunFacts,
        ledger: Ledger,
        root: Target,
        parent: Parent | None,
        *,
        look_for_leftovers: bool,
    ) -> None:
        self._session = session
        self._facts = facts
        self._ledger = ledger
        self._root = root
        self._parent = parent
        self._look_for_leftovers = look_for_leftovers
        self._trees = CheckpointTree(session, with_atime=facts.request.with_atime)
        self._tree = None if parent is None else parent.snapshot.tree
        self._interval = _EVERY
        self._next = session.clock.monotonic() + self._interval

    @property
    def due(self) -> bool:
        return self._session.clock.monotonic() >= self._next

    def write(self) -> None:
        """Save a checkpoint if anything was stored since the last, and delete those before it.
        Where nothing may be deleted, each comes after twice the time of the one before."""
        began = self._session.clock.monotonic()
        self._ledger.commit()
        with contextlib.suppress(*DAMAGE):  # then the parent is no good base, nor is it restored
            self._save()
        now = self._session.clock.monotonic()
        self._next = now + max(self._interval, _PAUSE * (now - began))

    def write_last(self) -> None:
        """The same for a job that is stopped, or gives its turn away because it cannot go on:
        quickly or not at all."""
        if self._ledger.in_doubt or (self._session.control.stopped and not self._is_there()):
            return
        with (
            contextlib.suppress(BackupError, Cancelled),  # it ends, whatever else
            self._session.control.last_words(_LAST_WORDS_SECONDS),
            self._session.control.briefly(_LAST_WORDS_SECONDS),
        ):
            self.write()

    def _is_there(self) -> bool:
        """Whether the storage answers now. A line that was cut since it was last used shows only
        after a request has hung for longer than whoever stops a job will wait: so one that nobody
        needs is sent ahead, in a thread that may be left to itself."""
        answered = threading.Event()

        def ask() -> None:
            # It may hang until after the storage was closed, and then fail with anything.
            with contextlib.suppress(Cancelled, Exception):
                try:
                    self._session.repository.storage.stat(CONFIG_KEY)
                except StorageUnreachable:
                    return
                except StorageError:
                    pass  # also an answer
                answered.set()

        threading.Thread(target=ask, name="last-question", daemon=True).start()
        return answered.wait(_ANSWER_SECONDS)

    def _save(self) -> None:
        packs = TreePacks(self._session, self._ledger)
        try:
            tree = self._trees.build(self._root, self._parent, packs)
            packs.send()
        except BaseException:  # stopped, too
            self._trees.forget()
            raise
        if tree is None or tree == self._tree:
            return
        self._ledger.write_index()
        self._session.prove_lock()
        parent = "" if self._parent is None else self._parent.name
        snapshot = make_checkpoint(self._facts, tree, parent=parent)
        name = self._session.repository.save_snapshot(snapshot)
        self._tree = tree
        manifest = self._session.manifest
        with manifest.transaction():
            saved = Checkpoint(name, nanoseconds(self._session.clock.now()))
            manifest.checkpoints.saved(self._facts.set_key, saved, self._trees.holds)
        self._trees.holds.clear()
        if not self._delete(self._known(), but=name):
            self._interval *= 2

    def hand_over(self, run_no: int) -> None:
        """The run that this number stands for ends in a complete snapshot: what checkpoints hold of
        what it looked at, those of other sets too, is held by that. Part of the open
        transaction."""
        checkpoints = self._session.manifest.checkpoints
        checkpoints.forget(self._facts.set_key)
        for key in checkpoints.all():
            if self._holds(chosen_paths(key)):
                checkpoints.take_over(key, run_no)

    def remove_all(self) -> None:
        """A complete snapshot was saved: what this computer has left of unfinished ones goes."""
        names = self._known()
        if self._look_for_leftovers:
            names |= {name for name in self._session.snapshot_names if self._is_ours(name)}
        if names:
            self._delete(names)

    def _is_ours(self, name: str) -> bool:
        try:
            snapshot = self._session.load_snapshot(name)
        except (SnapshotMissing, *DAMAGE):
            return False
        return snapshot.is_checkpoint and self._covers(snapshot)

    def _covers(self, snapshot: Snapshot) -> bool:
        """Whether this run's snapshot holds whatever that one was to hold."""
        return self._facts.is_ours(snapshot) and self._holds(map(os.fsencode, snapshot.paths))

    def _holds(self, paths: Iterable[bytes]) -> bool:
        ours = [os.fsencode(path) for path in self._facts.paths]
        return all(any(within(path, top) for top in ours) for path in paths)

    def _known(self) -> set[str]:
        """The checkpoints of this set that may still be stored."""
        return {name for name, key in self._remembered().items() if key == self._facts.set_key}

    def _remembered(self) -> dict[str, str]:
        text = self._session.manifest.fact(_FACT)
        return from_json(text, dict[str, str]) if text else {}

    def _delete(self, names: set[str], but: str = "") -> bool:
        """Delete checkpoints, and remember `but` and those that cannot be deleted; false if there
        are any."""
        left = self._remembered()
        if but:
            left[but] = self._facts.set_key
        self._remember(left)
        refused = False
        for name in names - {but}:
            try:
                self._session.repository.delete_snapshot(name)
            except StorageError as error:
                refused = refused or isinstance(error, AccessDenied)
                left[name] = self._facts.set_key
            else:
                left.pop(name, None)
                self._session.manifest.note_deleted(name, but or None)
        self._remember(left)
        return not refused

    def _remember(self, names: dict[str, str]) -> None:
        with self._session.manifest.transaction():
            self._session.manifest.remember(_FACT, msgspec.json.encode(names).decode())
