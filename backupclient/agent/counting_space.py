"""Counts what takes the space of a place, for whoever asks, and not more often than is worth it."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, NamedTuple

from backupclient.clock import Clock
from backupclient.errors import BackupError

if TYPE_CHECKING:
    from backupclient.operations.space import Standing
    from backupclient.operations.status import Source
    from backupclient.wire.overview import SpaceReport

_RESTS = 200
"""So many times as long as a count took nothing is counted again."""


class _Counted(NamedTuple):
    of: Standing
    report: SpaceReport | None
    again_at: float


class CountingSpace:
    """The counts of one engine. Any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._mutex = threading.Lock()
        self._counted: dict[str, _Counted] = {}
        self._at_work: set[str] = set()

    def asked(self, source: Source) -> tuple[SpaceReport | None, bool]:
        """What was last counted, if anything was, and whether it is being counted now."""
        # Loaded only where somebody asks.
        from backupclient.operations.space import standing  # noqa: PLC0415

        stands = standing(source)
        with self._mutex:
            known = self._counted.get(source.repository_id)
            now = self._clock.monotonic()
            due = known is None or (known.of != stands and now >= known.again_at)
            if stands is not None and due and source.repository_id not in self._at_work:
                self._at_work.add(source.repository_id)
                threading.Thread(
                    target=self._count, args=(source, stands), name="counting-space", daemon=True
                ).start()
            report = None if known is None else known.report
            return report, source.repository_id in self._at_work

    def _count(self, source: Source, stands: Standing) -> None:
        from backupclient.operations.space import count  # noqa: PLC0415 - as above

        began = self._clock.monotonic()
        report = None
        try:
            with contextlib.suppress(BackupError):  # the notes are damaged, which others tell
                report = count(source, self._clock)
        finally:
            now = self._clock.monotonic()
            with self._mutex:
                again_at = now + _RESTS * (now - began)
                self._counted[source.repository_id] = _Counted(stands, report, again_at)
                self._at_work.discard(source.repository_id)
