"""Hearing of what happens in the household: a stream of events, and polling by ETag behind it.

The stream (server-sent events, WHATWG HTML section 9.2) says only that something is new; what, is
asked for. Whenever the stream ends or cannot be had, the service is asked whether anything is new,
so that somebody behind a proxy that lets no stream through hears of it a little later.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterator
from typing import NamedTuple, Protocol

import msgspec

from backupclient.account.client import AccountClient, Known, Stream
from backupclient.account.wire import HouseholdNews
from backupclient.clock import Clock
from backupclient.decoding import from_json
from backupclient.errors import AccountError, AccountUnreachable, NotSignedIn, SeatTaken

_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds until the service is asked again, on average; the last goes on for ever."""
_STEADY = 60.0
"""A stream that lasted so long was none that somebody in between cut off."""
_MOST_DATA = 1 << 16


class Heard(NamedTuple):
    """One event of a stream."""

    event: str
    data: str
    id: str


class Hears(Protocol):
    """Told by the listener's thread."""

    def household(self, known: Known) -> None:
        """It is like this now."""

    def reached(self) -> None:
        """The service has answered: what is known is of now."""

    def ticket(self) -> None:
        """A ticket of the household may have news. Its answer may be waited for."""

    def trouble(self, error: AccountError) -> None:
        """It could not be asked; it is tried again."""

    def over(self, error: AccountError) -> None:
        """This computer is no longer signed in, or has lost its seat. Nothing follows."""


def events(lines: Iterator[bytes]) -> Iterator[Heard]:
    """The events in the lines of a stream. Comments and unknown fields are passed over, and what
    was cut short."""
    event, last_id = "", ""
    data: list[str] = []
    for raw in lines:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if not line:
            if data:
                yield Heard(event or "message", "\n".join(data), last_id)
            event = ""
            data.clear()
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match field:
            case "event":
                event = value
            case "data" if sum(map(len, data)) <= _MOST_DATA:
                data.append(value)
            case "id" if "\0" not in value:
                last_id = value


class Listener:
    """Listens in a thread of its own from `start` until `stop`. Both may be called once; `wake` and
    `stop` from any thread."""

    def __init__(self, client: AccountClient, clock: Clock, hears: Hears, etag: str = "") -> None:
        """`etag` is that of what is known already."""
        self._client = client
        self._clock = clock
        self._hears = hears
        self._etag = etag
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._lock = threading.Lock()
        self._stream: Stream | None = None
        self._thread = threading.Thread(target=self._run, name="account", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns without waiting for an answer that does not come: nothing is told after this."""
        self._stopping.set()
        self.wake()

    def wake(self) -> None:
        """Begin anew, now: there is a network again, or the computer slept."""
        self._woken.set()
        with self._lock:
            if self._stream is not None:
                self._stream.close()

    def _run(self) -> None:
        attempt = 0
        while not self._stopping.is_set():
            self._woken.clear()
            if self._stopping.is_set():
                return
            began = self._clock.monotonic()
            try:
                self._listen()
            except (NotSignedIn, SeatTaken) as error:
                self._tell_over(error)
                return
            except AccountError:
                pass  # what it means, the next question says
            if self._woken.is_set():
                attempt = 0
                continue
            if self._clock.monotonic() - began >= _STEADY:
                attempt = 0
            if not self._look():
                return
            pause = _PAUSES[min(attempt, len(_PAUSES) - 1)]
            attempt += 1
            self._clock.wait(self._woken, pause * random.uniform(0.5, 1.5))

    def _listen(self) -> None:
        """Until the stream ends."""
        with self._client.events() as stream, self._shown(stream):
            for heard in events(iter(stream.readline, b"")):
                match heard.event:
                    case "household":
                        self._ask(heard)
                    case "ticket":
                        self._hears.ticket()
                    case "released":
                        self._fetch()  # which says why
                        raise SeatTaken(reason="released")

    def _look(self) -> bool:
        """Without a stream. False when there is nothing more to hear."""
        try:
            self._fetch()
            if not self._stopping.is_set():
                self._hears.ticket()
        except (NotSignedIn, SeatTaken) as error:
            self._tell_over(error)
            return False
        except AccountError as error:
            if not self._stopping.is_set():
                self._hears.trouble(error)
        return True

    def _ask(self, heard: Heard) -> None:
        with contextlib.suppress(msgspec.MsgspecError):
            news = from_json(heard.data, HouseholdNews)
            if self._etag and _bare(self._etag) in (_bare(news.etag), _bare(heard.id)):
                if not self._stopping.is_set():
                    self._hears.reached()
                return
        self._fetch()

    def _fetch(self) -> None:
        known = self._client.household(self._etag)
        if self._stopping.is_set():
            return
        if known is None:
            self._hears.reached()
        else:
            self._etag = known.etag
            self._hears.household(known)

    def _tell_over(self, error: AccountError) -> None:
        if not self._stopping.is_set():
            self._hears.over(error)

    @contextlib.contextmanager
    def _shown(self, stream: Stream) -> Iterator[None]:
        with self._lock:
            self._stream = stream
        try:
            if self._woken.is_set() or self._stopping.is_set():
                raise AccountUnreachable
            yield
        finally:
            with self._lock:
                self._stream = None


def _bare(etag: str) -> str:
    return etag.removeprefix("W/").strip('"')
