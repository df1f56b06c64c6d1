"""HTTP to the account service. Its errors are translated in `refusals`.

The service is told no password of a backup, no key of one and no name of a file. Nothing is sent
twice by itself, and no redirect is followed: the token is for this service alone.
"""

from __future__ import annotations

import contextlib
import http
import http.client
import ipaddress
import os
import re
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from typing import IO, NamedTuple, Self, TypeVar

import msgspec

from backupclient.account.refusals import NotYet, refusal_of, translated
from backupclient.account.wire import (
    DeviceGrant,
    DeviceReport,
    DeviceToken,
    Handover,
    HandoverBox,
    HandoverId,
    Household,
    Refreshed,
    StorageKeys,
)
from backupclient.decoding import from_json
from backupclient.errors import AccountRefused, AccountUnreachable, InvalidRequest

CLIENT_ID = "backupclient"
_PAGE = re.compile(r"/(join/[^/]*|plan|device(\?user_code=[^/]*)?)(#[a-z]*)?$")
_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
_SECONDS = 20.0
STREAM_SECONDS = 45.0
"""So long a stream may be silent: the service sends something every fifteen seconds."""
_MOST = 4 << 20
"""Bytes of an answer."""
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_BYTES = "application/octet-stream"
_EVENTS = "text/event-stream"

Answer = TypeVar("Answer")


class Known(NamedTuple):
    """A household, and the tag of this answer."""

    household: Household
    etag: str


class Pending(NamedTuple):
    """Nobody has approved the sign-in yet. `slower`: ask less often from now on."""

    slower: bool


class Stream:
    """An open stream of events. `close` may be called from any thread, and ends a `readline`."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self._response = response
        self._line: socket.socket | None = None
        with contextlib.suppress(OSError, ValueError):
            self._line = socket.socket(fileno=os.dup(response.fileno()))

    def readline(self) -> bytes:
        """Empty when it has ended. `AccountUnreachable` if it broke or is silent."""
        with translated(""):
            return self._response.readline(_MOST)

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        with contextlib.suppress(OSError, http.client.HTTPException):
            self._response.close()


class AccountClient:
    """One service, for one computer. Any thread; every call blocks until it is answered, for at
    most twenty seconds. Besides what they name, all raise `AccountUnreachable`, and those for a
    computer that is signed in `NotSignedIn` and `SeatTaken` (reason: released)."""

    def __init__(self, address: str, token: str = "", *, ca_file: str = "") -> None:
        """`address` as people are told it. `InvalidRequest` (reason: account-address) if it is
        none that may be spoken to."""
        self.address = checked_address(address)
        self._host = urllib.parse.urlsplit(self.address).netloc
        self._token = token
        self._ca_file = ca_file
        self._made: urllib.request.OpenerDirector | None = None

    # --- signing in and out -----------------------------------------------------------------------

    def begin_sign_in(self, *, name: str, system: str, device_uuid: str) -> DeviceGrant:
        """`AccountRefused`."""
        form = {
            "client_id": CLIENT_ID,
            "device_name": name,
            "system": system,
            "device_uuid": device_uuid,
        }
        return self.ask("POST", "/oauth/device_authorization", DeviceGrant, form=form)

    def device_token(self, grant: DeviceGrant) -> DeviceToken | Pending:
        """`AccountRefused` (reason: denied, expired) or `SeatTaken` when there is nothing to wait
        for."""
        form = {
            "grant_type": _GRANT_TYPE,
            "device_code": grant.device_code,
            "client_id": CLIENT_ID,
        }
        try:
            return self.ask("POST", "/oauth/token", DeviceToken, form=form)
        except NotYet as pending:
            return Pending(pending.slower)

    def revoke(self) -> None:
        """Sign this computer out; its seat is free then, and its keys open nothing."""
        self.send("POST", "/oauth/revoke", form={"token": self._token})

    # --- for a computer that is signed in ---------------------------------------------------------

    def household(self, etag: str = "") -> Known | None:
        """None if it is still what has that `etag`."""
        headers = {"If-None-Match": etag} if etag else {}
        try:
            with self._open("GET", "/v1/household", headers=headers) as response:
                return Known(self._decoded(response, Household), response.headers.get("ETag", ""))
        except _NotModified:
            return None

    def refresh(self) -> Refreshed:
        """Have what was paid put in force."""
        return self.ask("POST", "/v1/plan/refresh", Refreshed)

    def storage_keys(self) -> StorageKeys:
        """New ones; those that this computer had before are no longer worth anything.
        `PlanEnded`."""
        return self.ask("POST", "/v1/storage/keys", StorageKeys)

    def report(self, report: DeviceReport) -> None:
        self.send("PUT", "/v1/device", body=report)

    def release(self, device_id: str) -> None:
        """`AccountRefused` (reason: not-found)."""
        self.send("POST", f"/v1/devices/{urllib.parse.quote(device_id, safe='')}/release")

    def hand_over(self, id_: str, box: str) -> None:
        """`AccountRefused`."""
        self.send("POST", "/v1/handovers", body=Handover(id_, box))

    def take_handover(self, id_: str) -> str:
        """The box, once. `InvalidRequest` (reason: join-code) if there is none;
        `AccountRefused`."""
        try:
            return self.ask("POST", "/v1/handovers/take", HandoverBox, body=HandoverId(id_)).box
        except AccountRefused as error:
            if error.facts.get("reason") == "not-found":
                raise InvalidRequest(reason="join-code") from error
            raise

    def events(self) -> Stream:
        """What happens in the household, from now on."""
        headers = {"Accept": _EVENTS}
        response = self._response("GET", "/v1/events", headers=headers, seconds=STREAM_SECONDS)
        if response.headers.get_content_type() != _EVENTS:
            response.close()
            raise AccountUnreachable(reason="not-the-service", host=self._host)
        return Stream(response)

    # --- how --------------------------------------------------------------------------------------

    def ask(
        self,
        method: str,
        path: str,
        answer: type[Answer],
        *,
        form: Mapping[str, str] | None = None,
        body: msgspec.Struct | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One question and its answer."""
        with self._open(method, path, form=form, body=body, headers=headers) as response:
            return self._decoded(response, answer)

    def send(
        self,
        method: str,
        path: str,
        *,
        form: Mapping[str, str] | None = None,
        body: msgspec.Struct | bytes | None = None,
    ) -> None:
        """Something to which there is nothing to answer. Bytes are sent as they are."""
        with self._open(method, path, form=form, body=body):
            pass

    def _decoded(self, response: http.client.HTTPResponse, kind: type[Answer]) -> Answer:
        with translated(self._host):
            content = response.read(_MOST)
        try:
            return from_json(content, kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise AccountUnreachable(
                str(error), reason="not-the-service", host=self._host
            ) from error

    @contextlib.contextmanager
    def _open(
        self,
        method: str,
        path: str,
        *,
        form: Mapping[str, str] | None = None,
        body: msgspec.Struct | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[http.client.HTTPResponse]:
        content, kind = None, _JSON
        if form is not None:
            content, kind = urllib.parse.urlencode(form).encode(), _FORM
        elif isinstance(body, bytes):
            content, kind = body, _BYTES
        elif body is not None:
            content = msgspec.json.encode(body)
        elif method != "GET":
            content = b""
        all_headers = {"Accept": _JSON, "Content-Type": kind, **(headers or {})}
        response = self._response(method, path, content=content, headers=all_headers)
        with response:
            yield response

    def _response(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
        seconds: float = _SECONDS,
    ) -> http.client.HTTPResponse:
        signed = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        request = urllib.request.Request(  # noqa: S310 - `checked_address` lets only these through
            self.address + path, data=content, headers={**headers, **signed}, method=method
        )
        with translated(self._host):
            try:
                response: http.client.HTTPResponse = self._opener.open(request, timeout=seconds)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code == http.HTTPStatus.NOT_MODIFIED:
                        raise _NotModified from None
                    raise refusal_of(error.code, error.read(_MOST), self._host) from error
        return response

    @property
    def _opener(self) -> urllib.request.OpenerDirector:
        if self._made is None:
            handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
            if self.address.startswith("https:"):
                handlers.append(urllib.request.HTTPSHandler(context=_trusted(self._ca_file)))
            else:  # this computer itself
                handlers.append(urllib.request.ProxyHandler({}))
            self._made = urllib.request.build_opener(*handlers)
        return self._made


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,  # noqa: ARG002 - urllib's own signature
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: http.client.HTTPMessage,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        return None


class _NotModified(Exception):
    """It is still what the caller has."""


def checked_address(text: str) -> str:
    """Of a service, without a slash at its end: https, or http on this computer itself. That of one
    of its pages is taken for the service's own: somebody has an invitation, or the plan before
    them."""
    text = text.strip()
    if text and "://" not in text:
        text = f"https://{text}"
    text = _PAGE.sub("", text.rstrip("/"))
    try:
        parts = urllib.parse.urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise InvalidRequest(str(error), reason="account-address") from error
    plain = parts.scheme == "http" and _is_here(host)
    wrong = parts.query or parts.fragment or parts.username is not None or " " in text
    if not host or wrong or not (plain or parts.scheme == "https"):
        raise InvalidRequest(text, reason="account-address")
    return text


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _trusted(ca_file: str) -> ssl.SSLContext:
    """What the system trusts, or the certificates that were given."""
    if given := ca_file or os.environ.get("AWS_CA_BUNDLE"):
        return ssl.create_default_context(cafile=given)
    import truststore  # noqa: PLC0415 - takes a while to load

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
