"""The client's side of the engine's socket: small, blocking, and quick to load.

May import: wire, endpoint. Never the engine or anything it needs. What is not part of each
question is loaded when it is met.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

from backupclient import endpoint
from backupclient.decoding import json_decoder
from backupclient.endpoint import Channel
from backupclient.errors import EngineGone, EngineRefused, InvalidRequest
from backupclient.wire.envelope import Reply
from backupclient.wire.failure import error_of
from backupclient.wire.greeting import MAX_LINE, Hello, Refusal, Welcome

if TYPE_CHECKING:
    from backupclient.wire.protocol import AnyRequest, Batch

_Answer = TypeVar("_Answer", bound=Reply)
_Kind = TypeVar("_Kind")
_BATCH, _REFUSAL = "batch", "refusal"
_PATIENCE = 20.0
_LONGEST = 64 << 20
"""Bytes of one message. The engine is trusted; this is against running out of memory."""


class _Head(msgspec.Struct, frozen=True):
    """What every message of an engine has."""

    type: str
    id: int | None = None


class Link:
    """A connection to the engine of a data folder. Belongs to one thread, but `send` may be called
    by another while this one waits for news. Errors are those the engine answers with;
    `EngineGone` once it is no longer there, `EngineRefused` when it does not answer."""

    def __init__(self, data: Path, patience: float = _PATIENCE) -> None:
        """`patience` is how many seconds an answer may take. `EngineNotRunning` if there is no
        engine, `EngineRefused` if it is of another version."""
        self._patience = patience
        self._channel: Channel = endpoint.connect(data, _LONGEST)
        self._batches: deque[Batch] = deque()
        self._next_id = 0
        try:
            self.engine = self.ask(Hello(id=self.new_id()), Welcome)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._channel.close()

    def new_id(self) -> int:
        """For the next request."""
        self._next_id += 1
        return self._next_id

    def send(self, request: AnyRequest) -> None:
        """Without waiting for the reply, which is passed over unless it is asked for next."""
        try:
            message = msgspec.json.encode(request)
        except UnicodeEncodeError as error:
            raise InvalidRequest(str(error), reason="no-text") from error
        if len(message) > MAX_LINE:
            raise EngineRefused(reason="too-long")
        try:
            self._channel.send(message)
        except OSError as error:
            raise EngineGone(str(error)) from error

    def ask(self, request: AnyRequest, answer: type[_Answer]) -> _Answer:
        """Send a request and wait for its reply."""
        with contextlib.suppress(EngineGone):  # who hangs up unasked may have said why
            self.send(request)
        return self.reply(request, answer)

    def reply(self, request: AnyRequest, answer: type[_Answer]) -> _Answer:
        """Wait for the reply to what was sent. Replies to other requests that come before it are
        passed over."""
        while True:
            head, message = self._receive(self._patience)
            if head.type == _BATCH:
                self._batches.append(_batch(message))
            elif head.type == _REFUSAL and head.id in (request.id, None):
                raise error_of(_decoded(message, Refusal).failure)
            elif head.id == request.id:
                return _decoded(message, answer)

    def news(self) -> Iterator[Batch]:
        """What the jobs subscribed to tell, for as long as the engine is there."""
        while True:
            while self._batches:
                yield self._batches.popleft()
            head, message = self._receive()
            if head.type == _BATCH:
                self._batches.append(_batch(message))

    def _receive(self, seconds: float | None = None) -> tuple[_Head, bytes]:
        try:
            message = self._channel.receive(seconds)
        except TimeoutError as error:
            raise EngineRefused(reason="silent") from error
        if message is None:
            raise EngineGone
        return _decoded(message, _Head), message


def _batch(message: bytes) -> Batch:
    from backupclient.wire.protocol import Batch  # noqa: PLC0415 - with all that may be told

    return _decoded(message, Batch)


def _decoded(message: bytes, kind: type[_Kind]) -> _Kind:
    # Each is made when it is needed: one for everything that an engine may say takes longer than a
    # quick command's question.
    decoder = json_decoder(_any_reply() if kind is Reply else kind)
    try:
        decoded: _Kind = decoder.decode(message)
    except msgspec.MsgspecError as error:
        raise EngineRefused(str(error), reason="malformed") from error
    return decoded


def _any_reply() -> Any:
    from backupclient.wire.protocol import AnyReply  # noqa: PLC0415 - as above

    return AnyReply
