"""What a front end may ask of the engine: frozen structs, so that they travel as JSON too."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Literal

import msgspec


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a repository is, how to get in, and where this computer keeps what it knows of it.

    `location` as a person writes it ("s3:https://host/bucket/prefix" or a path). Empty keys mean:
    let the S3 library look where it usually does. Limits are bytes per second, 0 for none."""

    location: str
    password: str
    data_dir: str
    cache_dir: str | None = None
    access_key: str = ""
    secret_key: str = ""
    session_token: str = ""
    region: str = ""
    bucket_lookup: Literal["auto", "path", "dns"] = "auto"
    ca_file: str = ""
    connections: int = 5
    limit_upload: int = 0
    limit_download: int = 0
    lock_wait: float = 0.0
    """How many seconds to wait for another program's lock."""
    no_lock: bool = False
    no_cache: bool = False
    pack_size: int = 18 * 1024 * 1024
    """A little over restic's 16 MiB: two are filled at a time, which must not cost requests."""

    def __repr__(self) -> str:
        """Without secrets: this may land in a log."""
        return f"Place({self.location!r})"


class RuleKind(enum.StrEnum):
    EXCLUDE = "exclude"
    IEXCLUDE = "iexclude"


class ExcludeRule(msgspec.Struct, frozen=True):
    """One line of an exclude list, in restic's pattern language; `origin` says where it stood."""

    pattern: str
    kind: RuleKind = RuleKind.EXCLUDE
    origin: str = ""


class BackupRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to back up. `paths` are the file system's bytes, absolute. Sizes are bytes."""

    paths: tuple[bytes, ...]
    rules: tuple[ExcludeRule, ...] = ()
    exclude_caches: bool = False
    exclude_if_present: tuple[str, ...] = ()
    """Each "NAME" or "NAME:first bytes of the file"."""
    exclude_larger_than: int = 0
    one_file_system: bool = False
    tags: tuple[str, ...] = ()
    hostname: str = ""
    parent: str = ""
    force: bool = False
    dry_run: bool = False
    time: datetime | None = None
    ignore_inode: bool = False
    ignore_ctime: bool = False
    with_atime: bool = False
    details: bool = False
    """Send a `FileDone` for every file."""
