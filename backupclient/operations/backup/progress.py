"""What a running backup tells: the counts behind the bar, and an estimate that is worth showing."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable

from backupclient.clock import Clock
from backupclient.events import Emit, Phase, Progress
from backupclient.operations.backup.folder import Counts
from backupclient.pipeline.reader import InWork

_INTERVAL = 0.1
_SAMPLE_EVERY = 1.0
_WINDOW = 180.0
_HIDDEN_FOR = 10.0


class BackupProgress:
    """Counts of one backup. Belongs to the job's thread, but `add_uploaded` is any thread's."""

    def __init__(self, clock: Clock, emit: Emit) -> None:
        self._clock = clock
        self._emit = emit
        self._started = clock.monotonic()
        self._next = self._started
        self._samples: deque[tuple[float, int]] = deque()
        self._shown_sent = 0
        self._shown_files = 0
        self._shown_safe = 0
        self.phase = Phase.OPENING
        self.files_total = 0
        self.bytes_total = 0
        self._counted = True
        self._files_beyond = 0
        self._bytes_beyond = 0
        self.files_safe = 0
        self.bytes_safe = 0
        self.files_known_safe = 0
        self.bytes_known_safe = 0
        """What is known to be safe before the run has come to look at it."""
        self.files_sent = 0
        self.bytes_sent = 0
        self.problems = 0
        self.uploaded_bytes = 0
        self.unsent: Callable[[], int] = int
        """Bytes that were read and are still on this computer."""
        self.in_work: Callable[[], list[InWork]] = list
        """The large files being read at this moment."""
        self._last_read = b""

    @property
    def seconds(self) -> float:
        return self._clock.monotonic() - self._started

    def add_uploaded(self, count: int) -> None:
        # A lost update of this figure, seen by people only, is not worth a lock in every piece.
        self.uploaded_bytes += count

    def expect(self, totals: tuple[int, int], *, counted: bool) -> None:
        """Files and bytes that there are. Unless they were `counted` in this run they are the last
        run's, to which what the walk finds beyond it is added."""
        self.files_total, self.bytes_total = totals
        self._counted = counted
        self._files_beyond = self._bytes_beyond = 0

    def enter(self, phase: Phase) -> None:
        self.phase = phase
        self._next = 0.0
        self.tick()

    def show(self, counts: Counts) -> None:
        """As `tick`, with what was counted."""
        self.files_safe = counts.files_unmodified + counts.files_resumed
        self.bytes_safe = max(counts.bytes_safe - counts.bytes_resent, 0)
        self.files_sent = counts.files_new + counts.files_changed - counts.files_resumed
        self.bytes_sent = counts.bytes_sent + counts.bytes_resent
        self._last_read = counts.last_read
        if not self._counted:
            self._files_beyond = counts.files_beyond
            self._bytes_beyond = counts.bytes_beyond
        self.tick()

    def tick(self) -> None:
        """Send the counts if the last were sent a tenth of a second ago. Cheap."""
        now = self._clock.monotonic()
        if now >= self._next:
            self._next = now + _INTERVAL
            self._emit(self._snapshot(now))

    def _snapshot(self, now: float) -> Progress:
        work = self.in_work()
        read = self.bytes_sent + sum(one.done - one.safe for one in work)
        # What is read runs ahead of what the line takes, by packs in memory and on the disk.
        sent = self._shown_sent = max(self._shown_sent, read - self.unsent())
        # Which files the packs on their way hold nobody counts: as many of them as of the bytes.
        files_read = self.files_sent
        files_sent = min(files_read, files_read * sent // read) if read > 0 else files_read
        files_sent = self._shown_files = max(self._shown_files, files_sent)
        files_safe = max(self.files_safe, self.files_known_safe)
        bytes_safe = self.bytes_safe + sum(one.safe for one in work)
        bytes_safe = self._shown_safe = max(bytes_safe, self.bytes_known_safe, self._shown_safe)
        rate = self._rate(now, sent)
        files, size = self._totals(files_safe + files_sent, bytes_safe + sent)
        left = size - bytes_safe - sent
        seconds = now - self._started
        shown = work or self._small()
        worth = seconds >= _HIDDEN_FOR and rate > 0 and self.bytes_total > 0
        return Progress(
            phase=self.phase,
            seconds=seconds,
            files_total=files,
            bytes_total=size,
            files_safe=files_safe,
            bytes_safe=bytes_safe,
            files_sent=files_sent,
            bytes_sent=sent,
            uploaded_bytes=self.uploaded_bytes,
            problems=self.problems,
            bytes_per_second=rate,
            seconds_left=left / rate if worth else None,
            current=tuple(os.fsdecode(one.path) for one in shown),
            current_read=tuple(one.done for one in shown),
            current_size=tuple(one.size for one in shown),
        )

    def _small(self) -> list[InWork]:
        """Small files are read too fast to tell how far each is; the last one stands for them."""
        sending = self.phase is Phase.UPLOADING and self._last_read
        return [InWork(self._last_read, 0)] if sending else []

    def _totals(self, files_done: int, bytes_done: int) -> tuple[int, int]:
        """Files and bytes. At the end it is what was done: files may have gone meanwhile."""
        if self.phase is Phase.FINISHING:
            return files_done, bytes_done
        files = self.files_total + self._files_beyond
        return max(files, files_done), max(self.bytes_total + self._bytes_beyond, bytes_done)

    def _rate(self, now: float, sent: int) -> float:
        """Bytes read and sent a second over the last three minutes. Skipped files are not in it:
        they cost next to nothing and would make the rest look quick."""
        if not self._samples or now - self._samples[-1][0] >= _SAMPLE_EVERY:
            self._samples.append((now, sent))
        while now - self._samples[0][0] > _WINDOW:
            self._samples.popleft()
        first, at_first = self._samples[0]
        return (sent - at_first) / (now - first) if now > first else 0.0
