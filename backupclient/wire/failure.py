"""An error as it travels. See `protocol`."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import msgspec

from backupclient.errors import BackupError, Fact, InternalError


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An error of `errors`, as it travels."""

    code: str
    facts: dict[str, Fact] = {}
    raw: str = ""


def failure_of(error: BackupError) -> Failure:
    return Failure(code=error.code, facts=error.facts, raw=error.raw)


def error_of(failure: Failure) -> BackupError:
    """The same error on the other side; `InternalError` for one that is not known there."""
    kind = _errors().get(failure.code)
    if kind is None:
        return InternalError(failure.raw, reason=failure.code)
    return kind(failure.raw, **failure.facts)


@functools.cache
def _errors() -> Mapping[str, type[BackupError]]:
    known: dict[str, type[BackupError]] = {}
    rest: list[type[BackupError]] = [BackupError]
    while rest:
        kind = rest.pop()
        cases = kind.cases.codes.values() if kind.cases else ()
        known |= dict.fromkeys((*cases, kind.code), kind)
        rest += kind.__subclasses__()
    return known
