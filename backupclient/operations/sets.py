"""What makes runs follow each other: the same computer, the same chosen paths."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable

import msgspec

from backupclient.decoding import from_json


def set_key(hostname: str, paths: Iterable[str]) -> str:
    """The name of a set in the manifest. Paths are absolute and sorted."""
    return msgspec.json.encode([hostname, *map(ascii, paths)]).decode()


def chosen_paths(key: str) -> tuple[bytes, ...]:
    """The paths that were chosen in a set."""
    _, *paths = from_json(key, list[str])
    return tuple(os.fsencode(ast.literal_eval(path)) for path in paths)


def within(path: bytes, top: bytes) -> bool:
    """Whether an absolute path is another one or lies below it."""
    return path == top or path.startswith(top.rstrip(b"/") + b"/")
