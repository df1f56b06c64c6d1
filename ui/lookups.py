"""Questions about what is in the backups, on a connection of their own: they may take long, and
must not hold up any other. Of each kind only the newest counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject

from backupclient.errors import BackupError, EngineGone, EngineNotRunning
from backupclient.link import Link
from backupclient.wire.envelope import Reply
from backupclient.wire.protocol import AnyRequest
from ui.relay import Relay

_PATIENCE = 600.0
"""Seconds. A place far away may take long to open; who does not want to wait goes elsewhere."""
_AGAIN_SECONDS = 0.2
_TRIES = 75

Then = Callable[[Reply], None]
Otherwise = Callable[[BackupError], None]


class _Question(NamedTuple):
    kind: str
    number: int
    make: Callable[[int], AnyRequest]
    then: Then
    otherwise: Otherwise


class Lookups(QObject):
    """Everything public belongs to the window's thread. Expects that somebody else starts the
    engine."""

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self._newest: dict[str, int] = {}
        self._count = 0
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._waiting: dict[str, _Question] = {}
        self._link: Link | None = None
        self._closing = False
        self._thread: threading.Thread | None = None
        self._relay = Relay()
        self._relay.sent.connect(self._deliver)

    def ask(
        self,
        kind: str,
        make: Callable[[int], AnyRequest],
        then: Then,
        otherwise: Otherwise,
    ) -> None:
        """One of the two is called later, unless the next question of that kind comes first."""
        self._count += 1
        self._newest[kind] = self._count
        with self._changed:
            self._waiting[kind] = _Question(kind, self._count, make, then, otherwise)
            self._changed.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="lookups", daemon=True)
            self._thread.start()

    def forget(self, *kinds: str) -> None:
        """The answers to these are not wanted any more; without kinds, to any."""
        with self._changed:
            for kind in kinds or tuple(self._newest):
                self._newest.pop(kind, None)
                self._waiting.pop(kind, None)

    def hang_up(self) -> None:
        """Nobody looks any more: what is in work is given up."""
        self.forget()
        with self._changed:
            if self._link is not None:
                self._link.close()

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify()
        self.hang_up()
        if self._thread is not None:
            self._thread.join(_AGAIN_SECONDS * 10)

    def _deliver(self, question: _Question, what: Reply | BackupError) -> None:
        if self._newest.get(question.kind) != question.number:
            return
        if isinstance(what, BackupError):
            question.otherwise(what)
        else:
            question.then(what)

    # --- the thread -------------------------------------------------------------------------------

    def _work(self) -> None:
        while (question := self._next()) is not None:
            try:
                what: Reply | BackupError = self._answer_to(question)
            except BackupError as error:
                what = error
            self._relay.send(question, what)
        self._drop()

    def _next(self) -> _Question | None:
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            if self._closing:
                return None
            return self._waiting.pop(next(iter(self._waiting)))

    def _answer_to(self, question: _Question) -> Reply:
        """Once more, if the connection was an old one."""
        old = self._link
        link = old or self._connect()
        try:
            return link.ask(question.make(link.new_id()), Reply)
        except EngineGone:
            self._drop()
            if old is None:
                raise
        link = self._connect()
        return link.ask(question.make(link.new_id()), Reply)

    def _connect(self) -> Link:
        for number in range(_TRIES):
            try:
                link = Link(self._data, _PATIENCE)
            except EngineNotRunning:
                if number == _TRIES - 1:
                    raise
                with self._changed:
                    if self._closing:
                        raise
                    self._changed.wait(_AGAIN_SECONDS)
            else:
                break
        with self._changed:
            self._link = link
        return link

    def _drop(self) -> None:
        with self._changed:
            link, self._link = self._link, None
        if link is not None:
            link.close()
