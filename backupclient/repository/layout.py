"""Where things lie below the root of a repository (the layout that restic calls "default")."""

from __future__ import annotations

import enum
import re

__all__ = ["CONFIG_KEY", "PACKS_PREFIX", "FileKind", "is_name", "name_of", "pack_key"]

CONFIG_KEY = "config"
PACKS_PREFIX = "data/"
_NAME = re.compile(r"[0-9a-f]{64}\Z").match


class FileKind(enum.Enum):
    """The files that are stored one by one, named by the SHA-256 of what is stored."""

    KEY = "keys"
    SNAPSHOT = "snapshots"
    INDEX = "index"
    LOCK = "locks"

    @property
    def prefix(self) -> str:
        return f"{self.value}/"

    def key(self, name: str) -> str:
        return f"{self.value}/{name}"


def pack_key(name: str) -> str:
    return f"{PACKS_PREFIX}{name[:2]}/{name}"


def name_of(key: str) -> str | None:
    """The name in a key, or None for an object that is none of the repository's."""
    name = key.rpartition("/")[2]
    return name if is_name(name) else None


def is_name(text: str) -> bool:
    return _NAME(text) is not None
