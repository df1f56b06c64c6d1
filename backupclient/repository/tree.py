"""Trees: one directory each, a list of nodes, byte for byte as restic writes them.

That identity is what lets two programs share every tree, and lets us find our own again. restic's
rules for which fields a node has, which the caller follows when it fills one: `links` for files,
symlinks and devices; `device` for devices; `size` for files; `inode` and `device_id` for all;
`atime` equals `mtime`.
"""

from __future__ import annotations

import base64
import enum
from collections.abc import Iterable
from datetime import tzinfo

import msgspec

from backupclient.repository.names import json_name, json_text, unquote
from backupclient.repository.rfc3339 import TimeFormat, parse_ns
from backupclient.repository.wire import JsonReader, parse_id

__all__ = ["Node", "NodeEncoder", "NodeType", "XAttr", "decode_tree", "encode_tree"]


class NodeType(enum.Enum):
    FILE = "file"
    DIR = "dir"
    SYMLINK = "symlink"
    DEVICE = "dev"
    CHAR_DEVICE = "chardev"
    FIFO = "fifo"
    SOCKET = "socket"
    IRREGULAR = "irregular"


class XAttr(msgspec.Struct, frozen=True):
    name: str
    """With surrogate escapes for bytes that are no text; these do not survive being stored."""
    value: bytes


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One file, directory or other thing. Times are nanoseconds since 1970, UTC."""

    name: bytes
    type: NodeType
    mode: int = 0
    """As Go has it; see `file_mode`."""
    mtime_ns: int = 0
    atime_ns: int = 0
    ctime_ns: int = 0
    uid: int = 0
    gid: int = 0
    user: str = ""
    group: str = ""
    inode: int = 0
    device_id: int = 0
    size: int = 0
    """The sum of the plain lengths of `content`: the bytes that were really read."""
    links: int = 0
    link_target: bytes = b""
    xattrs: tuple[XAttr, ...] = ()
    generic_attributes: bytes = b""
    """JSON, kept as it was read."""
    device: int = 0
    content: tuple[bytes, ...] | None = None
    """Blob ids. Every file has this, if empty; nothing else does."""
    subtree: bytes | None = None
    """Every directory has one; nothing else does."""
    error: str = ""


class NodeEncoder:
    """Writes nodes with their times in one zone: `zone`, or that of this process as restic does.
    May be used from any thread."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._time = TimeFormat(zone).format_ns

    def encode(self, node: Node) -> bytes:
        """The node's JSON, as `encode_tree` takes it."""
        time = self._time
        mtime = time(node.mtime_ns)
        atime = mtime if node.atime_ns == node.mtime_ns else time(node.atime_ns)
        ctime = mtime if node.ctime_ns == node.mtime_ns else time(node.ctime_ns)
        mode = f',"mode":{node.mode}' if node.mode else ""
        user = f',"user":"{json_text(node.user)}"' if node.user else ""
        group = f',"group":"{json_text(node.group)}"' if node.group else ""
        inode = f',"inode":{node.inode}' if node.inode else ""
        device_id = f',"device_id":{node.device_id}' if node.device_id else ""
        size = f',"size":{node.size}' if node.size else ""
        links = f',"links":{node.links}' if node.links else ""
        rare = ""
        if node.link_target or node.xattrs or node.generic_attributes or node.device:
            rare = _rare_fields(node)
        if node.content:
            ids = '","'.join([blob.hex() for blob in node.content])
            content = f'["{ids}"]'
        else:
            content = "null" if node.content is None else "[]"
        end = ""
        if node.subtree is not None or node.error:
            end = _end_fields(node)
        return (
            f'{{"name":"{json_name(node.name)}","type":"{node.type._value_}"{mode}'
            f',"mtime":"{mtime}","atime":"{atime}","ctime":"{ctime}"'
            f',"uid":{node.uid},"gid":{node.gid}{user}{group}{inode}{device_id}{size}{links}'
            f'{rare},"content":{content}{end}}}'
        ).encode()


def _rare_fields(node: Node) -> str:
    text = ""
    if node.link_target:
        target = node.link_target.decode("utf-8", "surrogateescape")
        text = f',"linktarget":"{json_text(target)}"'
        if not _is_utf8(node.link_target):
            text += f',"linktarget_raw":"{_base64(node.link_target)}"'
    if node.xattrs:
        xattrs = ",".join(
            f'{{"name":"{json_text(x.name)}","value":"{_base64(x.value)}"}}' for x in node.xattrs
        )
        text += f',"extended_attributes":[{xattrs}]'
    if node.generic_attributes:
        text += f',"generic_attributes":{node.generic_attributes.decode()}'
    if node.device:
        text += f',"device":{node.device}'
    return text


def _end_fields(node: Node) -> str:
    text = "" if node.subtree is None else f',"subtree":"{node.subtree.hex()}"'
    return f'{text},"error":"{json_text(node.error)}"' if node.error else text


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def encode_tree(nodes: Iterable[bytes]) -> bytes:
    """The plain text of a tree blob, from encoded nodes in strictly rising order of their raw
    names (the caller's duty: other programs refuse to rewrite unordered trees)."""
    return b'{"nodes":[' + b",".join(nodes) + b"]}\n"


class _XAttrJson(msgspec.Struct, gc=False):
    name: str
    value: bytes | None = None


class _NodeJson(msgspec.Struct, gc=False):
    name: str
    type: NodeType
    mode: int = 0
    mtime: str | None = None
    atime: str | None = None
    ctime: str | None = None
    uid: int = 0
    gid: int = 0
    user: str = ""
    group: str = ""
    inode: int = 0
    device_id: int = 0
    size: int = 0
    links: int = 0
    linktarget: str = ""
    linktarget_raw: bytes | None = None
    extended_attributes: list[_XAttrJson] | None = None
    generic_attributes: msgspec.Raw = msgspec.Raw()
    device: int = 0
    content: list[str] | None = None
    subtree: str | None = None
    error: str = ""


class _TreeJson(msgspec.Struct):
    nodes: list[_NodeJson] | None


_READER = JsonReader(_TreeJson)


def decode_tree(plain: bytes | memoryview) -> list[Node]:
    """The nodes as they are stored. `DataDamaged` if it is no tree. Order, names that no file may
    have (`names.is_valid_name`), lacking content or subtree are for the caller to judge, so that
    one bad node does not hide the others."""
    return [_to_node(node) for node in _READER.read(plain).nodes or ()]


def _to_node(node: _NodeJson) -> Node:
    mtime = 0 if node.mtime is None else parse_ns(node.mtime)
    target = node.linktarget_raw
    if target is None:
        target = node.linktarget.encode("utf-8", "surrogatepass") if node.linktarget else b""
    xattrs = node.extended_attributes
    return Node(
        name=unquote(node.name),
        type=node.type,
        mode=node.mode,
        mtime_ns=mtime,
        atime_ns=mtime if node.atime in (None, node.mtime) else parse_ns(node.atime),
        ctime_ns=mtime if node.ctime in (None, node.mtime) else parse_ns(node.ctime),
        uid=node.uid,
        gid=node.gid,
        user=node.user,
        group=node.group,
        inode=node.inode,
        device_id=node.device_id,
        size=node.size,
        links=node.links,
        link_target=target,
        xattrs=tuple(XAttr(x.name, x.value or b"") for x in xattrs) if xattrs else (),
        generic_attributes=bytes(node.generic_attributes),
        device=node.device,
        content=None if node.content is None else tuple(map(parse_id, node.content)),
        subtree=None if node.subtree is None else parse_id(node.subtree),
        error=node.error,
    )
