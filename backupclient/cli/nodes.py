"""How files in snapshots are shown: restic's lines and restic's JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from backupclient.cli.messages import Message
from backupclient.cli.terminal import as_text, printable
from backupclient.repository.rfc3339 import TimeFormat
from backupclient.repository.snapshot import Snapshot
from backupclient.repository.tree import Node, NodeType

_LETTERS = "dalTLDpSugct?"
"""Of the bits of Go's os.FileMode, from the highest; its text begins with those that are set."""
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


class ListedSnapshot(Snapshot, frozen=True, kw_only=True, omit_defaults=True):
    """A snapshot with its name, as restic's JSON has it."""

    id: str
    short_id: str
    time: str  # type: ignore[assignment]  # as it is stored, which may be to the nanosecond


class LsSnapshot(
    ListedSnapshot, frozen=True, kw_only=True, tag_field="message_type", tag="snapshot"
):
    """The first line of `ls --json`."""

    struct_type: str | None = None


class LsNode(Message, frozen=True, tag="node", kw_only=True):
    """One further line of `ls --json`."""

    name: str
    type: str
    path: str
    uid: int
    gid: int
    size: int | UnsetType
    mode: int
    permissions: str
    mtime: str
    atime: str
    ctime: str
    inode: int
    struct_type: str = "node"


class FoundNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One match of `find --json`."""

    path: str
    permissions: str
    name: str
    type: str
    mode: int = 0
    mtime: str
    atime: str
    ctime: str
    uid: int
    gid: int
    user: str = ""
    group: str = ""
    inode: int = 0
    device_id: int = 0
    size: int = 0
    links: int = 0
    link_target: str = msgspec.field(name="linktarget", default="")


class _Times(NamedTuple):
    mtime: str
    atime: str
    ctime: str


_format = TimeFormat().format_ns


def _times(node: Node) -> _Times:
    return _Times(_format(node.mtime_ns), _format(node.atime_ns), _format(node.ctime_ns))


def listed_snapshot(name: str, snapshot: Snapshot) -> ListedSnapshot:
    return ListedSnapshot(**_fields(snapshot), id=name, short_id=name[:8])


def ls_snapshot(name: str, snapshot: Snapshot) -> LsSnapshot:
    return LsSnapshot(**_fields(snapshot), id=name, short_id=name[:8], struct_type="snapshot")


def _fields(snapshot: Snapshot) -> dict[str, Any]:
    fields = msgspec.structs.asdict(snapshot)
    stored = fields.pop("stored_time") or snapshot.time.isoformat()
    return fields | {"time": stored}


def ls_node(path: str, node: Node) -> LsNode:
    mtime, atime, ctime = _times(node)
    return LsNode(
        name=_name(node),
        type=node.type.value,
        path=as_text(path),
        uid=node.uid,
        gid=node.gid,
        size=node.size if node.type is NodeType.FILE else UNSET,
        mode=node.mode,
        permissions=permissions(node.mode),
        mtime=mtime,
        atime=atime,
        ctime=ctime,
        inode=node.inode,
    )


def found_node(path: str, node: Node) -> FoundNode:
    mtime, atime, ctime = _times(node)
    return FoundNode(
        path=as_text(path),
        permissions=permissions(node.mode),
        name=_name(node),
        type=node.type.value,
        mode=node.mode,
        mtime=mtime,
        atime=atime,
        ctime=ctime,
        uid=node.uid,
        gid=node.gid,
        user=node.user,
        group=node.group,
        inode=node.inode,
        device_id=node.device_id,
        size=node.size,
        links=node.links,
        link_target=as_text(node.link_target.decode("utf-8", "surrogateescape")),
    )


def permissions(mode: int) -> str:
    """Go's text of a mode: "drwxr-xr-x", "Lrwxrwxrwx", "-rw-r--r--"."""
    kind = "".join(c for n, c in enumerate(_LETTERS) if mode & 1 << (31 - n))
    bits = "".join(c if mode & 1 << (8 - n) else "-" for n, c in enumerate("rwxrwxrwx"))
    return (kind or "-") + bits


def line(path: str, node: Node, *, long: bool) -> str:
    """As `ls` and `find` of restic show it."""
    if not long:
        return printable(path)
    target = ""
    if node.type is NodeType.SYMLINK:
        target = f" -> {printable(node.link_target.decode('utf-8', 'surrogateescape'))}"
    when = (_1970 + timedelta(seconds=node.mtime_ns // 10**9)).astimezone()
    return (
        f"{permissions(node.mode)} {node.uid:5d} {node.gid:5d} {node.size:6d} "
        f"{when:%Y-%m-%d %H:%M:%S} {printable(path)}{target}"
    )


def _name(node: Node) -> str:
    return node.name.decode("utf-8", "replace")
