"""A folder of this computer as blobs and trees, by restic's rules and as plainly as can be."""

# Names are bytes here, which pathlib does not take.
from __future__ import annotations

import grp
import os
import pwd
import stat
from functools import cache
from typing import NamedTuple

from backupclient.repository.blob import BlobType, SealedBlob
from backupclient.repository.chunking import Chunker
from backupclient.repository.file_mode import go_mode, node_type
from backupclient.repository.index import IndexedPack
from backupclient.repository.pack import PackBuilder
from backupclient.repository.repository import Repository
from backupclient.repository.snapshot import Snapshot
from backupclient.repository.tree import Node, NodeEncoder, NodeType, XAttr, encode_tree
from tests.fakes import MIDDAY

_LINKED = {NodeType.FILE, NodeType.SYMLINK, NodeType.DEVICE, NodeType.CHAR_DEVICE}
_DEVICES = {NodeType.DEVICE, NodeType.CHAR_DEVICE}


class Stored(NamedTuple):
    snapshot: str
    root: bytes


class Mirror:
    """Stores folders in `repository`, each blob once."""

    def __init__(self, repository: Repository, leave_out: bytes = b"") -> None:
        self._repository = repository
        self._leave_out = leave_out
        self._encoder = NodeEncoder()
        self._chunker = Chunker(repository.config.polynomial)
        self.blobs: dict[bytes, SealedBlob] = {}

    def store(self, folder: str) -> Stored:
        """Blobs, index and a snapshot with `folder` as its root."""
        root = self.tree(os.fsencode(folder))
        packs = []
        for type_ in BlobType:
            builder = PackBuilder(type_, 64 << 20)
            for blob in self.blobs.values():
                if blob.type is type_:
                    builder.append(blob)
            if builder.entries:
                pack = builder.finish(self._repository.sealer)
                self._repository.save_pack(pack)
                packs.append(IndexedPack(pack.name, pack.entries))
        self._repository.save_index(packs)
        snapshot = Snapshot(time=MIDDAY, tree_hex=root.hex(), paths=[folder], hostname="laptop")
        return Stored(self._repository.save_snapshot(snapshot), root)

    def tree(self, folder: bytes) -> bytes:
        """Blobs of `folder` and all that is in it; returns the id of its tree."""
        nodes = []
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if name == self._leave_out:
                continue
            mode = os.lstat(path).st_mode
            nodes.append(self._node(path, self.tree(path) if stat.S_ISDIR(mode) else None))
        return self._add_tree(nodes)

    def _add_tree(self, nodes: list[bytes]) -> bytes:
        return self._add(BlobType.TREE, encode_tree(nodes))

    def _add(self, type_: BlobType, plain: bytes) -> bytes:
        blob = self._repository.codec.encode(type_, plain)
        self.blobs.setdefault(blob.id, blob)
        return blob.id

    def _node(self, path: bytes, subtree: bytes | None) -> bytes:
        info = os.lstat(path)
        type_ = node_type(info.st_mode)
        assert type_ is not None
        content, size = None, 0
        if type_ is NodeType.FILE:
            content, size = self._content(path)
        node = Node(
            name=os.path.basename(path),
            type=type_,
            mode=go_mode(info.st_mode),
            mtime_ns=info.st_mtime_ns,
            atime_ns=info.st_mtime_ns,
            ctime_ns=info.st_ctime_ns,
            uid=info.st_uid,
            gid=info.st_gid,
            user=_user(info.st_uid),
            group=_group(info.st_gid),
            inode=info.st_ino,
            device_id=info.st_dev,
            size=size,
            links=info.st_nlink if type_ in _LINKED else 0,
            link_target=os.readlink(path) if type_ is NodeType.SYMLINK else b"",
            xattrs=_xattrs(path) if type_ is not NodeType.SYMLINK else (),
            device=info.st_rdev if type_ in _DEVICES else 0,
            content=content,
            subtree=subtree,
        )
        return self._encoder.encode(node)

    def _content(self, path: bytes) -> tuple[tuple[bytes, ...], int]:
        with open(path, "rb") as file:
            data = file.read()
        ids, start = [], 0
        for end in self._chunker.cut(data, final=True):
            ids.append(self._add(BlobType.DATA, data[start:end]))
            start = end
        return tuple(ids), len(data)


@cache
def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


@cache
def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return ""


def _xattrs(path: bytes) -> tuple[XAttr, ...]:
    return tuple(XAttr(name, os.getxattr(path, name)) for name in os.listxattr(path))
