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
    storage_limit: int = 0
    """How many bytes the stored packs may take, 0 for no limit but the storage's own."""
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
    """What to back up. `paths` are the file system's bytes. Sizes are bytes."""

    paths: tuple[bytes, ...]
    seen_from: bytes = b""
    """The folder that relative paths begin in; empty for the process's own."""
    rules: tuple[ExcludeRule, ...] = ()
    exclude_caches: bool = False
    exclude_if_present: tuple[str, ...] = ()
    """Each "NAME" or "NAME:first bytes of the file"."""
    exclude_larger_than: int = 0
    one_file_system: bool = False
    tags: tuple[str, ...] = ()
    hostname: str = ""
    device: str = ""
    """A name that no other computer has, for ever; it decides whose backup is the parent."""
    parent: str = ""
    force: bool = False
    dry_run: bool = False
    time: datetime | None = None
    ignore_inode: bool = False
    ignore_ctime: bool = False
    with_atime: bool = False
    details: bool = False
    """Send a `FileDone` for every file."""


class SnapshotFilter(msgspec.Struct, frozen=True, kw_only=True):
    """restic's --host, --tag and --path. Empty takes all."""

    hosts: tuple[str, ...] = ()
    """Any of these."""
    tags: tuple[tuple[str, ...], ...] = ()
    """Any of these lists, of which all tags must be there; the list ("",) is "no tags at all"."""
    paths: tuple[str, ...] = ()
    """All of these, as the snapshot names them."""


ALL = SnapshotFilter()


class Overwrite(enum.StrEnum):
    """What becomes of a file that is there already. `ALWAYS` and `IF_CHANGED` leave it with the
    snapshot's content and metadata; parts that are right are not fetched again. `IF_CHANGED`
    takes size and modification time for proof that the content is right. `KEEP_BOTH` never changes
    what is there: where something else has a file's name, the file gets another."""

    ALWAYS = "always"
    IF_CHANGED = "if-changed"
    IF_NEWER = "if-newer"
    NEVER = "never"
    KEEP_BOTH = "keep-both"


class RestoreRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to restore. `snapshot` as `find_snapshot` takes it; `subfolder` is a path in it whose
    contents go to `target`. Patterns are restic's, seen from what is restored.

    With `paths` (absolute in the snapshot) only these are restored, with all that is in them; in
    place of a subfolder the folder that holds all of them is taken. `second_name` goes before the
    ending of a name where both are kept: "report (from 11 November).odt"; empty for the date.
    `as_zip`: `target` is not a folder but one .zip to be made; it appears when it is whole, under
    another name if there is something else and that is not to be overwritten."""

    snapshot: str
    target: bytes
    filter: SnapshotFilter = ALL
    subfolder: str = ""
    include: tuple[str, ...] = ()
    iinclude: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    iexclude: tuple[str, ...] = ()
    paths: tuple[bytes, ...] = ()
    second_name: str = ""
    overwrite: Overwrite = Overwrite.ALWAYS
    verify: bool = False
    sparse: bool = False
    dry_run: bool = False
    as_zip: bool = False


class CheckRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Without more, the structure is checked. `read_data` reads every pack, `read_data_subset`
    some (see `choose_packs`). `with_cache` trusts this computer's copies of index, snapshots and
    trees."""

    read_data: bool = False
    read_data_subset: str = ""
    with_cache: bool = False
