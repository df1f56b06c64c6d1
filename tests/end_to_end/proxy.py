"""A small HTTP proxy between a program and an S3 server on this computer.

It counts requests, records what was stored in the order in which the server took it, can refuse
requests in the server's place, and can fall silent after a chosen one, as a lost line does.
"""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import unquote, urlsplit

_PIECE = 1 << 18
_HOP_BY_HOP = {"connection", "keep-alive", "expect", "transfer-encoding", "content-length"}
_MUTATING = {"PUT", "POST", "DELETE"}


class Mutation(NamedTuple):
    """A change that the server has made. `key` begins with the bucket; `body` only of a PUT, and
    only when recording."""

    method: str
    key: str
    body: bytes


class Refusal(NamedTuple):
    """An answer in the server's place, as S3 words it."""

    status: int
    code: str


Judge = Callable[[str, str], Refusal | None]
"""Takes the method and the key, and says whether to refuse the request."""


class Proxy:
    """Use as a context manager; `endpoint` is its address.

    With `stop_after` = n the n-th change still reaches the server, but neither its answer nor
    anything later gets through, in either direction; `stopped` is set then. Changes go to the
    server one at a time, so that their order is certain.
    """

    def __init__(
        self,
        upstream: str,
        *,
        record: bool = False,
        stop_after: int | None = None,
        judge: Judge | None = None,
        largest: int | None = None,
    ) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.record = record
        self.stop_after = stop_after
        self.judge = judge
        self.largest = largest
        """Bodies above this are refused, as proxies do it, which are no storage."""
        self.requests: Counter[str] = Counter()
        self.mutations: list[Mutation] = []
        self.body_bytes = 0
        """Of all requests, also of those that broke off."""
        self.stands_still_at: int | None = None
        """Once so many bytes of bodies have come, hardly anything more does: at most a piece of
        each request that is under way."""
        self.broken_off_bytes = 0
        self.under_way = 0
        """Requests."""
        self.largest_body = 0
        self.counting = threading.Lock()
        self.stopped = threading.Event()
        self.order = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def hold(self) -> None:
        """Blocks the calling request for good: until the proxy is closed."""
        self.stopped.set()
        self._closing.wait()

    def wait_for_the_line(self) -> None:
        while (most := self.stands_still_at) is not None and self.body_bytes >= most:
            if self._closing.wait(0.01):
                return

    @property
    def is_full(self) -> bool:
        return self.stop_after is not None and len(self.mutations) >= self.stop_after


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a silent program's idle connection must not keep a test waiting
    request_queue_size = 64
    proxy: Proxy

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection cut by a killed program is what the tests do on purpose."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.upstream = http.client.HTTPConnection(self.server.proxy.upstream)

    def finish(self) -> None:
        self.upstream.close()
        super().finish()

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        proxy = self.server.proxy
        with proxy.counting:
            proxy.under_way += 1
        try:
            self._do()
        finally:
            with proxy.counting:
                proxy.under_way -= 1

    def _do(self) -> None:
        proxy = self.server.proxy
        body = self._body()
        if body is None:
            self.close_connection = True
            return
        key = unquote(urlsplit(self.path).path).lstrip("/")
        with proxy.order:
            proxy.requests[self.command] += 1
        if proxy.judge and (refusal := proxy.judge(self.command, key)):
            self._refuse(refusal)
        elif proxy.largest is not None and len(body) > proxy.largest:
            with proxy.order:
                proxy.requests["too large"] += 1
            self.send_error(413)
        elif self.command in _MUTATING:
            self._change(key, body)
        elif proxy.stopped.is_set():
            self._hang_up()
        else:
            self._answer(self._ask(body))

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 - names set by http.server

    def _body(self) -> bytes | None:
        """The request's body; None if the program ended in the middle of it."""
        proxy = self.server.proxy
        size = int(self.headers.get("Content-Length", 0))
        pieces: list[bytes] = []
        left = size
        while left:
            proxy.wait_for_the_line()
            if not (piece := self.rfile.read(min(left, _PIECE))):
                break
            pieces.append(piece)
            left -= len(piece)
            with proxy.counting:
                proxy.body_bytes += len(piece)
        with proxy.counting:
            proxy.largest_body = max(proxy.largest_body, size)
            proxy.broken_off_bytes += size - left if left else 0
        return None if left else b"".join(pieces)

    def _change(self, key: str, body: bytes) -> None:
        proxy = self.server.proxy
        with proxy.order:
            full = proxy.is_full
            if not full:
                answer = self._ask(body)
                if answer.status < 300:
                    kept = body if proxy.record else b""
                    proxy.mutations.append(Mutation(self.command, key, kept))
                full = proxy.is_full
        if full:
            self._hang_up()
        else:
            self._answer(answer)

    def _hang_up(self) -> None:
        self.server.proxy.hold()
        self.close_connection = True

    def _ask(self, body: bytes) -> http.client.HTTPResponse:
        self.upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                self.upstream.putheader(name, value)
        if body or self.command in ("PUT", "POST"):
            self.upstream.putheader("Content-Length", str(len(body)))
        self.upstream.endheaders(body or None)
        return self.upstream.getresponse()

    def _answer(self, answer: http.client.HTTPResponse) -> None:
        whole = b"" if self.command == "HEAD" or answer.length is not None else answer.read()
        length = answer.headers.get("Content-Length", str(len(whole)))
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(whole)
        while piece := answer.read(_PIECE):
            self.wfile.write(piece)

    def _refuse(self, refusal: Refusal) -> None:
        body = f"<Error><Code>{refusal.code}</Code><Message>refused</Message></Error>".encode()
        self.send_response(refusal.status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
