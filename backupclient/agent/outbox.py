"""What waits to be sent to one client: replies in full, news put together.

Whoever puts something in never waits. News are kept by what they are about, the newest only, and
sent in twenty batches a second at most, over all jobs; where a client reads too slowly for that,
detail is left out and counted, the newest progress, state and end of each job never.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Iterator

import msgspec

from backupclient.clock import Clock
from backupclient.endpoint import Channel
from backupclient.events import Damage as DamageEvent
from backupclient.events import Event, FileDone, FileProblem, Noticed
from backupclient.wire.automatic import AutomationStatus
from backupclient.wire.entitlement import Entitlement, Walk
from backupclient.wire.household import AccountStatus
from backupclient.wire.jobs import Outcome
from backupclient.wire.protocol import AnyReply, Batch, encode
from backupclient.wire.tickets import HelpStatus

BATCH_SECONDS = 0.05
MOST_DETAILS = 10_000
"""Events of detail that wait, over all jobs."""
_MOST_REPLIES = 1000
_NOTHING = Batch(job="")
_Key = tuple[str | int, ...]


class _Pending:
    """News of one job that were not sent yet, in order."""

    def __init__(self) -> None:
        self.events: dict[_Key, Event] = {}
        self.details = 0
        self.lost = 0
        self.outcome: Outcome | None = None


class Outbox:
    """Of one client, with a thread that sends. Any thread may put in, and `close`."""

    def __init__(self, channel: Channel, clock: Clock, name: str) -> None:
        self._channel = channel
        self._clock = clock
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._replies: list[AnyReply] = []
        self._pending: dict[str, _Pending] = {}
        self._details = 0
        self._general = _NOTHING
        """News of no job."""
        self._held = False
        self._closed = False
        self._ending = False
        self._next_batch = clock.monotonic()
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=self._send_all, name=name, daemon=True)
        self._thread.start()

    def reply(self, reply: AnyReply) -> None:
        """A client that asks and does not read is sent away."""
        with self._changed:
            self._replies.append(reply)
            if len(self._replies) > _MOST_REPLIES:
                self._closed = True
            self._changed.notify()
        if self._closed:
            self._channel.close()

    @contextlib.contextmanager
    def news_held(self) -> Iterator[None]:
        """News that come while the block lasts wait for its end: whoever subscribes is answered
        before anything else is heard. For the thread that reads from the client."""
        self._hold(True)
        try:
            yield
        finally:
            self._hold(False)

    def _hold(self, held: bool) -> None:
        with self._changed:
            self._held = held
            self._changed.notify()

    def news(self, job: str, event: Event) -> None:
        with self._changed:
            pending = self._pending.setdefault(job, _Pending())
            key = self._key(event)
            detail = isinstance(event, FileDone | FileProblem | DamageEvent | Noticed)
            if pending.events.pop(key, None) is None and detail:
                if self._details >= MOST_DETAILS:
                    pending.lost += 1
                    return
                self._details += 1
                pending.details += 1
            pending.events[key] = event
            self._changed.notify()

    def ended(self, job: str, outcome: Outcome) -> None:
        with self._changed:
            self._pending.setdefault(job, _Pending()).outcome = outcome
            self._changed.notify()

    def automation(self, status: AutomationStatus) -> None:
        self._tell(automation=status)

    def plan(self, plan: Entitlement) -> None:
        self._tell(plan=plan)

    def walk(self, walk: Walk) -> None:
        self._tell(walk=walk)

    def account(self, status: AccountStatus) -> None:
        self._tell(account=status)

    def help(self, status: HelpStatus) -> None:
        self._tell(help=status)

    def _tell(
        self, **news: AutomationStatus | Entitlement | Walk | AccountStatus | HelpStatus
    ) -> None:
        with self._changed:
            self._general = msgspec.structs.replace(self._general, **news)
            self._changed.notify()

    def finish(self) -> None:
        """Send what waits without delay, and then nothing more. Returns at once."""
        with self._changed:
            self._ending = True
            self._changed.notify()

    def end(self, seconds: float) -> None:
        """`finish`, for as long as that may take, and hang up."""
        self.finish()
        self._thread.join(seconds)
        self.close()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._channel.close()

    def _key(self, event: Event) -> _Key:
        kind = type(event).__name__
        match event:
            case FileDone() | FileProblem():
                return (kind, event.path)
            case Noticed() | DamageEvent():
                return (kind, next(self._numbers))
            case _:
                return (kind,)

    # --- its thread -------------------------------------------------------------------------------

    def _send_all(self) -> None:
        try:
            while messages := self._take():
                for message in messages:
                    self._channel.send(encode(message))
        except OSError:
            # The client has gone; whoever reads from it finds out, too.
            self.close()

    def _take(self) -> list[msgspec.Struct]:
        """Wait for something to send; empty at the end."""
        with self._changed:
            while not self._closed:
                messages: list[msgspec.Struct] = [*self._replies]
                self._replies.clear()
                left = self._next_batch - self._clock.monotonic()
                waiting = not self._held and (bool(self._pending) or self._general != _NOTHING)
                if waiting and (left <= 0 or self._ending):
                    batches = self._take_batches()
                    messages += batches
                    self._next_batch = self._clock.monotonic() + BATCH_SECONDS * len(batches)
                if messages or self._ending:
                    return messages
                self._changed.wait(left if waiting else None)
            return []

    def _take_batches(self) -> list[Batch]:
        batches = [
            Batch(job=job, events=tuple(p.events.values()), lost=p.lost, outcome=p.outcome)
            for job, p in self._pending.items()
        ]
        if self._general != _NOTHING:
            batches.append(self._general)
        self._general = _NOTHING
        self._pending.clear()
        self._details = 0
        return batches
