"""The one door for errors of the account service, and of the way there."""

from __future__ import annotations

import contextlib
import http.client
import urllib.error
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from backupclient.account.wire import OAuthProblem, Problem
from backupclient.decoding import from_json
from backupclient.errors import (
    AccountError,
    AccountRefused,
    AccountUnreachable,
    NotSignedIn,
    PlanEnded,
    SeatTaken,
)

Answer = TypeVar("Answer")


class NotYet(Exception):
    """Nobody has approved a sign-in yet."""

    def __init__(self, *, slower: bool) -> None:
        super().__init__()
        self.slower = slower


@contextlib.contextmanager
def translated(host: str) -> Iterator[None]:
    """What goes wrong on the way is `AccountUnreachable`."""
    try:
        yield
    except AccountError:
        raise
    except urllib.error.URLError as error:
        raise AccountUnreachable(str(error.reason), host=host or None) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise AccountUnreachable(f"{type(error).__name__}: {error}", host=host or None) from error


def refusal_of(status: int, content: bytes, host: str) -> AccountError | NotYet:
    """What an answer that is no success means; `content` is its body."""
    problem, oauth = _decoded_as(Problem, content), _decoded_as(OAuthProblem, content)
    known = _of_oauth(oauth) or _of_code(problem.code, status)
    if isinstance(known, NotYet):
        return known
    if known is not None:
        known.facts.setdefault("host", host)
        return known
    raw = f"{status} {problem.code or oauth.error or problem.title}".strip()
    return AccountUnreachable(raw, host=host, status=status)


def _of_oauth(problem: OAuthProblem) -> AccountError | NotYet | None:
    match problem.error:
        case "authorization_pending" | "slow_down":
            return NotYet(slower=problem.error == "slow_down")
        case "access_denied" if problem.error_description == "no-free-seat":
            return SeatTaken()
        case "access_denied":
            return AccountRefused(reason="denied")
        case "expired_token" | "invalid_grant":
            return AccountRefused(reason="expired")
        case _:
            return None


def _of_code(code: str, status: int) -> AccountError | None:
    match code:
        case "not-signed-in":
            return NotSignedIn()
        case "seat-released":
            return SeatTaken(reason="released")
        case "data-deleted":
            return SeatTaken(reason="deleted")
        case "no-free-seat":
            return SeatTaken()
        case "plan-ended":
            return PlanEnded()
        case "too-many-tries" | "not-found" | "invalid" | "conflict" | "too-large":
            return AccountRefused(reason=code)
        case _ if status == 429:
            return AccountRefused(reason="too-many-tries")
        case _:
            return None


def _decoded_as(kind: type[Answer], content: bytes) -> Answer:
    try:
        return from_json(content, kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return kind()
