"""Telling a monitor of the user's how each backup by the plan ended: a dead computer cannot warn.

The address is called by POST with a `RunReport` as JSON; no name of a file is in it. `{result}` and
`{exit_code}` in the address are replaced. An address with neither is called after complete backups
alone: what watches it only notices that nobody calls, and must not take a failure for a success.
"""

from __future__ import annotations

import queue
import ssl
import threading
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from backupclient.clock import Clock
from backupclient.events import BackupSummary, JobState
from backupclient.wire.jobs import Outcome

RESULT, EXIT_CODE = "{result}", "{exit_code}"
PAUSES = (5.0, 30.0, 120.0)
"""Seconds between the tries."""
TIMEOUT_SECONDS = 20.0
_WAITING = 16
"""More reports than a monitor that does not answer is worth keeping for."""


class Result(StrEnum):
    """How a backup ended, as a monitor is told."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    """Something could not be backed up."""
    FAILED = "failed"


_EXIT_CODES = {Result.COMPLETE: 0, Result.INCOMPLETE: 3, Result.FAILED: 1}
"""As the command's own."""


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """`code` names the failure. `added_bytes` is what the storage grew by."""

    computer: str
    result: Result
    begun: datetime
    ended: datetime
    problems: int = 0
    code: str = ""
    added_bytes: int = 0


def report_of(
    outcome: Outcome, computer: str, begun: datetime, ended: datetime
) -> RunReport | None:
    """None for a backup that somebody stopped: it says nothing about the next."""
    match outcome.state, outcome.summary:
        case JobState.STOPPED, _:
            return None
        case JobState.DONE, BackupSummary() as summary:
            return RunReport(
                computer=computer,
                result=Result.INCOMPLETE if summary.problems else Result.COMPLETE,
                begun=begun,
                ended=ended,
                problems=summary.problems,
                added_bytes=summary.data_added_packed,
            )
        case _:
            code = "" if outcome.failure is None else outcome.failure.code
            result = Result.FAILED
            return RunReport(computer=computer, result=result, begun=begun, ended=ended, code=code)


def address(url: str, result: Result) -> str | None:
    """What to call for it, if anything. None, too, for what is no address of the web."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    if RESULT not in url and EXIT_CODE not in url:
        return url if result is Result.COMPLETE else None
    return url.replace(RESULT, result).replace(EXIT_CODE, str(_EXIT_CODES[result]))


class RunReports:
    """Sent one after the other by a thread of their own, which nobody waits for. `tell` and `close`
    may be called from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: queue.Queue[tuple[str, bytes]] = queue.Queue(_WAITING)
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def tell(self, url: str, report: RunReport) -> None:
        """Soon, and again for some minutes where nobody answers."""
        to = address(url, report.result)
        if to is None:
            return
        with self._lock:
            if self._waiting.full():
                self._waiting.get_nowait()
            self._waiting.put_nowait((to, msgspec.json.encode(report)))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="run-reports", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Nothing more is tried again."""
        self._closing.set()

    def _run(self) -> None:
        while True:
            to, body = self._waiting.get()
            for pause in (*PAUSES, 0.0):
                if _called(to, body) or self._clock.wait(self._closing, pause):
                    break


def _called(to: str, body: bytes) -> bool:
    import truststore  # noqa: PLC0415 - few have such an address, and it takes a while to load
    import urllib3  # noqa: PLC0415

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with urllib3.PoolManager(ssl_context=context) as web:
        try:
            answer = web.request(
                "POST",
                to,
                body=body,
                headers={"Content-Type": "application/json", "User-Agent": "Plainkeep"},
                timeout=TIMEOUT_SECONDS,
                retries=False,
            )
        except (urllib3.exceptions.HTTPError, ValueError):
            return False
    # What the monitor refuses it would refuse again.
    return answer.status < 500 and answer.status not in (408, 429)
