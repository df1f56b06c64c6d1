"""A monitor that is told how backups ended, over a real connection."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from backupclient.agent.run_reports import RunReport
from tests.patience import PATIENCE


class Monitor(http.server.ThreadingHTTPServer):
    """Notes what it is told; says 503 as often as `busy`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.busy = 0
        self.calls: list[tuple[str, RunReport]] = []
        self.called = threading.Semaphore(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def wait(self) -> tuple[str, RunReport]:
        """The next call that was taken."""
        assert self.called.acquire(timeout=PATIENCE)
        return self.calls[-1]


class _Answer(http.server.BaseHTTPRequestHandler):
    server: Monitor

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.busy:
            self.server.busy -= 1
            self.send_response(503)
            self.end_headers()
            return
        self.server.calls.append((self.path, msgspec.json.decode(body, type=RunReport)))
        self.send_response(200)
        self.end_headers()
        self.server.called.release()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def monitoring() -> Iterator[Monitor]:
    """One that listens until the block ends."""
    with Monitor() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
