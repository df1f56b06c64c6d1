"""Storages that misbehave on purpose, and one that remembers: wrappers of any storage.

`FaultyStorage` does one wrong thing at a call of given number. To try every fault at every call,
run with `Fault(kind, at=n)` for n = 1, 2, … until `fired` stays empty because the run needed fewer
calls. `RecordingStorage` notes every change, so that the store can be built as a crash after any
of them would leave it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeVar

from backupclient.clock import Clock, SystemClock
from backupclient.errors import (
    NotTheStorage,
    ObjectDamaged,
    StorageError,
    StorageFault,
    StorageUnreachable,
)
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo, Storage, StorageWrapper

Result = TypeVar("Result")


class Method(StrEnum):
    PUT = "put"
    GET = "get"
    STAT = "stat"
    LIST = "list"
    DELETE = "delete"
    CREATE = "create"
    NOW = "now"


class FaultKind(StrEnum):
    ERROR_BEFORE = "error-before"
    """`Fault.error` is raised and nothing is done."""
    LOST_ANSWER = "lost-answer"
    """It is done, and StorageUnreachable raised; a list breaks off in its middle."""
    TIMEOUT = "timeout"
    """A minute passes; nothing is done; StorageUnreachable is raised."""
    LOGIN_PAGE = "login-page"
    """Nothing is done; NotTheStorage is raised."""
    TRUNCATED_READ = "truncated-read"
    """The object has lost its second half: a whole get returns less, a range is ObjectDamaged."""
    BIT_FLIP = "bit-flip"
    """One bit of what get returns is wrong."""
    EMPTY_OBJECT = "empty-object"
    """A put stores no bytes and fails; a get finds the object empty."""
    STALE_LIST = "stale-list"
    """A list lacks the newest object it should have."""
    GHOST_LIST = "ghost-list"
    """A list still has what was deleted (through this wrapper, or is named in `deleted`)."""


_EVERY_METHOD = frozenset(Method)
APPLIES_TO: Mapping[FaultKind, frozenset[Method]] = {
    FaultKind.ERROR_BEFORE: _EVERY_METHOD,
    FaultKind.LOST_ANSWER: _EVERY_METHOD,
    FaultKind.TIMEOUT: _EVERY_METHOD,
    FaultKind.LOGIN_PAGE: _EVERY_METHOD,
    FaultKind.TRUNCATED_READ: frozenset({Method.GET}),
    FaultKind.BIT_FLIP: frozenset({Method.GET}),
    FaultKind.EMPTY_OBJECT: frozenset({Method.PUT, Method.GET}),
    FaultKind.STALE_LIST: frozenset({Method.LIST}),
    FaultKind.GHOST_LIST: frozenset({Method.LIST}),
}


class Fault(NamedTuple):
    kind: FaultKind
    at: int
    """The number of the call that fails, from 1: of all calls, or of those of `method`."""
    calls: int = 1
    """How many calls in a row fail."""
    method: Method | None = None
    error: Callable[[], StorageError] = StorageFault
    """What ERROR_BEFORE raises."""


def _stored_at(info: ObjectInfo) -> float:
    return info.modified.timestamp() if info.modified else 0.0


class FaultyStorage:
    """`inner` with `faults`. A fault that does not fit the call it meets does nothing. May be used
    from any thread; with several, which of them meets a fault is up to them."""

    def __init__(
        self,
        inner: Storage,
        faults: Sequence[Fault] = (),
        clock: Clock | None = None,
        *,
        deleted: Iterable[ObjectInfo] = (),
    ) -> None:
        self.fired: list[Fault] = []
        self.calls = 0
        self._inner = inner
        self._faults = faults
        self._clock = clock or SystemClock()
        self._counts = dict.fromkeys(Method, 0)
        self._deleted = list(deleted)
        self._lock = threading.Lock()

    @property
    def location(self) -> str:
        return self._inner.location

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        fault = self._next(Method.PUT)
        if fault and fault.kind is FaultKind.EMPTY_OBJECT:
            self._inner.put(key, b"", overwrite=overwrite)
            raise StorageFault(key=key, status=500)
        self._call(fault, lambda: self._inner.put(key, data, overwrite=overwrite, meter=meter))

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        fault = self._next(Method.GET)
        data = self._call(
            fault, lambda: self._inner.get(key, offset=offset, length=length, meter=meter)
        )
        match fault.kind if fault else None:
            case FaultKind.BIT_FLIP if data:
                middle = len(data) // 2
                return data[:middle] + bytes([data[middle] ^ 0x10]) + data[middle + 1 :]
            case FaultKind.TRUNCATED_READ | FaultKind.EMPTY_OBJECT if offset or length is not None:
                raise ObjectDamaged(key=key, reason="short")
            case FaultKind.TRUNCATED_READ:
                return data[: len(data) // 2]
            case FaultKind.EMPTY_OBJECT:
                return b""
        return data

    def stat(self, key: str) -> ObjectInfo:
        return self._call(self._next(Method.STAT), lambda: self._inner.stat(key))

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        return self._listing(self._next(Method.LIST), prefix)

    def _listing(self, fault: Fault | None, prefix: str) -> Iterator[ObjectInfo]:
        lost = fault is not None and fault.kind is FaultKind.LOST_ANSWER
        found = self._call(None if lost else fault, lambda: list(self._inner.list(prefix)))
        if lost:
            yield from found[: len(found) // 2]
            raise StorageUnreachable(reason="cut-off")
        if fault and fault.kind is FaultKind.STALE_LIST and found:
            found.remove(max(reversed(found), key=_stored_at))
        if fault and fault.kind is FaultKind.GHOST_LIST:
            there = {info.key for info in found}
            with self._lock:
                ghosts = [info for info in self._deleted if info.key.startswith(prefix)]
            found += [ghost for ghost in ghosts if ghost.key not in there]
        yield from found

    def delete(self, key: str) -> None:
        with contextlib.suppress(StorageError):
            info = self._inner.stat(key)
            with self._lock:
                self._deleted.append(info)
        self._call(self._next(Method.DELETE), lambda: self._inner.delete(key))

    def create(self) -> None:
        self._call(self._next(Method.CREATE), self._inner.create)

    def now(self) -> datetime:
        return self._call(self._next(Method.NOW), self._inner.now)

    def close(self) -> None:
        self._inner.close()

    def _next(self, method: Method) -> Fault | None:
        """Count this call; the fault that it meets."""
        with self._lock:
            self.calls += 1
            self._counts[method] += 1
            for fault in self._faults:
                number = self._counts[method] if fault.method is method else self.calls
                fits = fault.method in (None, method) and method in APPLIES_TO[fault.kind]
                if fits and fault.at <= number < fault.at + fault.calls:
                    self.fired.append(fault)
                    return fault
        return None

    def _call(self, fault: Fault | None, call: Callable[[], Result]) -> Result:
        match fault.kind if fault else None:
            case FaultKind.ERROR_BEFORE if fault:
                raise fault.error()
            case FaultKind.LOGIN_PAGE:
                raise NotTheStorage(reason="login-page", status=200)
            case FaultKind.TIMEOUT:
                self._clock.wait(threading.Event(), 60)
                raise StorageUnreachable(reason="read-timeout")
            case FaultKind.LOST_ANSWER:
                call()
                raise StorageUnreachable(reason="cut-off")
        return call()


# --- recording ------------------------------------------------------------------------------------


class Change(NamedTuple):
    """One object put (`body`) or deleted (None)."""

    key: str
    body: bytes | None


class RecordingStorage(StorageWrapper):
    """`inner`, and every change that it made, in their order. May be used from any thread."""

    def __init__(self, inner: Storage) -> None:
        self.changes: list[Change] = []
        super().__init__(inner)
        self._lock = threading.Lock()

    def states(self, before: Mapping[str, bytes]) -> Iterator[Mapping[str, bytes]]:
        """What the store holds after none, one, two … of the changes, when it held `before`."""
        state = dict(before)
        yield dict(state)
        for change in self.changes:
            if change.body is None:
                state.pop(change.key, None)
            else:
                state[change.key] = change.body
            yield dict(state)

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        self._inner.put(key, data, overwrite=overwrite, meter=meter)
        with self._lock:
            self.changes.append(Change(key, bytes(data)))

    def delete(self, key: str) -> None:
        self._inner.delete(key)
        with self._lock:
            self.changes.append(Change(key, None))


def contents(storage: Storage) -> Mapping[str, bytes]:
    """Everything that is stored."""
    return {info.key: storage.get(info.key) for info in storage.list("")}


def fill(storage: Storage, state: Mapping[str, bytes]) -> None:
    """Make the (empty) `storage` hold `state`."""
    storage.create()
    for key, body in state.items():
        storage.put(key, body)
