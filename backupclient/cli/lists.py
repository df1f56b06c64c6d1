"""Reads lists from files: what to back up, and what to leave out, as restic reads them."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from backupclient.errors import InvalidRequest
from backupclient.requests import ExcludeRule, RuleKind

_VARIABLE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


def paths_of_patterns(file: str) -> Iterator[bytes]:
    """`--files-from`: a pattern a line; empty lines and those with # are left out. InvalidRequest
    if a pattern fits nothing."""
    for line in _lines(file):
        pattern = line.strip()
        if not pattern or pattern.startswith(b"#"):
            continue
        found = sorted(glob.glob(pattern, include_hidden=True))
        if not found:
            raise InvalidRequest(reason="pattern-without-file", pattern=os.fsdecode(pattern))
        yield from found


def paths_verbatim(file: str) -> Iterator[bytes]:
    """`--files-from-verbatim`: a path a line, taken as it stands."""
    return (line for line in _lines(file) if line)


def paths_raw(file: str) -> Iterator[bytes]:
    """`--files-from-raw`: paths, each ended by a NUL byte."""
    content = _content(file)
    if content and not content.endswith(b"\0"):
        raise InvalidRequest(reason="list-not-ended", path=file)
    for path in content.split(b"\0")[:-1]:
        if not path:
            raise InvalidRequest(reason="empty-name", path=file)
        yield path


def rules(
    patterns: list[str], files: list[str], kind: RuleKind, environ: Mapping[str, str]
) -> Iterator[ExcludeRule]:
    """The rules of `--exclude`, `--exclude-file` and those that ignore case. In files, empty lines
    and those with # are left out, and $VARIABLES are filled in."""
    option = f"--{kind}"
    yield from (ExcludeRule(pattern, kind, option) for pattern in patterns)
    for file in files:
        for raw in _lines(file):
            line = os.fsdecode(raw).strip()
            if line and not line.startswith("#"):
                yield ExcludeRule(_with_variables(line, environ), kind, file)


def _with_variables(line: str, environ: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        return environ.get(name, "") if name else "$"

    return _VARIABLE.sub(value, line)


def _lines(file: str) -> list[bytes]:
    return [
        line.rstrip(b"\r") for line in _content(file).removeprefix(b"\xef\xbb\xbf").split(b"\n")
    ]


def _content(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InvalidRequest(error.strerror or "", reason="unreadable-file", path=file) from error
