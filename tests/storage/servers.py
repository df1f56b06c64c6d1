"""Small real HTTP servers on the loopback that answer as storages, proxies, hotel networks and
broken lines do."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backupclient.clock import SystemClock
from backupclient.storage.location import Credentials, S3Location, S3Options
from backupclient.storage.quirks import QuirkBook
from backupclient.storage.s3 import S3Storage

KEY = Credentials("key", "secret")
PATIENT = S3Options(connect_timeout=10, read_timeout=10)
STORED_HEADERS = {"ETag": '"1"', "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}
LOGIN_PAGE = b"<!DOCTYPE html><html><body>Welcome to the hotel. Please log in.</body></html>"


class Request(NamedTuple):
    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    port: int = 0
    """The client's: the same for all requests of one connection."""


class Answer(NamedTuple):
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}
    sent: int | None = None
    """Close the connection after this many bytes of the body."""
    early: bool = False
    """Answer instead of saying "100 Continue", before the body of the request."""
    silent: bool = False
    """Never answer."""
    lost: bool = False
    """Close the connection instead of answering."""


Script = Callable[[Request], Answer]


STORED = Answer(200, headers=STORED_HEADERS)
"""What a storage says to a PUT."""


def page(status: int, body: bytes = LOGIN_PAGE) -> Answer:
    return Answer(status, body, {"Content-Type": "text/html; charset=utf-8"})


def refusal(status: int, code: str, message: str = "", **headers: str) -> Answer:
    """An error as S3 tells it."""
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, body, {"Content-Type": "application/xml", **given})


def listing(*keys: str, bucket: str = "bucket", truncated: str = "") -> Answer:
    """A page of a list; `truncated` is the token of the next one."""
    entries = "".join(
        f"<Contents><Key>{key}</Key><Size>1</Size>"
        "<LastModified>2026-03-01T12:00:00.000Z</LastModified></Contents>"
        for key in keys
    )
    more = f"<NextContinuationToken>{truncated}</NextContinuationToken>" if truncated else ""
    body = (
        f"<ListBucketResult><Name>{bucket}</Name>"
        f"<IsTruncated>{'true' if truncated else 'false'}</IsTruncated>{more}{entries}"
        "</ListBucketResult>"
    )
    return Answer(200, body.encode(), {"Content-Type": "application/xml"})


class Server:
    """One running server. `script` may be changed at any time; `requests` is what it was asked."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self.endpoint = ""

    def answer(self, request: Request) -> Answer:
        return self.script(request)


@contextmanager
def running(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(script)

    class Handler(_Handler):
        served = server

    with _Listener(("127.0.0.1", 0), Handler) as listener:
        if tls:
            listener.socket = tls.wrap_socket(listener.socket, server_side=True)
        scheme = "https" if tls else "http"
        server.endpoint = f"{scheme}://127.0.0.1:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            listener.shutdown()
            thread.join()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients that go away, or do not trust us, are what is tested


class _Handler(BaseHTTPRequestHandler):
    served: Server
    protocol_version = "HTTP/1.1"
    timeout = 5
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        answer = self.served.answer(self._request(b""))
        if not answer.early:
            return super().handle_expect_100()
        self.served.requests.append(self._request(b""))
        self.close_connection = True
        self._send(answer)
        return False

    def do_GET(self) -> None:
        request = self._request(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.served.requests.append(request)
        answer = self.served.answer(request)
        if answer.silent:
            self.served.closing.wait(self.timeout)
            self.close_connection = True
        elif answer.lost:
            self.close_connection = True
        else:
            self._send(answer)

    do_PUT = do_HEAD = do_DELETE = do_CONNECT = do_GET  # noqa: N815 - http.server's names

    def _request(self, body: bytes) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, self.path, headers, body, self.client_address[1])

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        given = {name.lower() for name in answer.headers}
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "date" not in given:
            self.send_header("Date", self.date_time_string())
        if "content-length" not in given:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: answer.sent])
        if answer.sent is not None:
            self.close_connection = True


@contextmanager
def deaf() -> Iterator[str]:
    """The address of a port that takes no more connections: trying to connect gets no answer."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def closed_port() -> str:
    """The address of a port that nobody listens on, nor can as long as this process lives."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    _TAKEN.append(taken)
    return f"http://127.0.0.1:{taken.getsockname()[1]}"


_TAKEN: list[socket.socket] = []


class Certificate(NamedTuple):
    file: Path
    """PEM, to be trusted."""
    context: ssl.SSLContext
    """To serve with."""


def certificate(folder: Path, address: str = "127.0.0.1", days: int = 1) -> Certificate:
    """Signed by itself, for `address`, ending in `days`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test storage")])
    end = datetime.now(UTC) + timedelta(days=days)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=10))
        .not_valid_after(end)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key_file)
    return Certificate(file, context)


def s3_at(endpoint: str, options: S3Options = PATIENT, book: QuirkBook | None = None) -> S3Storage:
    """Bucket "bucket", prefix "below"."""
    return S3Storage(S3Location(endpoint, "bucket", "below"), KEY, SystemClock(), options, book)
