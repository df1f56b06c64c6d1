"""Looking at folders."""

from __future__ import annotations

import errno
import os
import socket
import stat
from pathlib import Path

import pytest

from backupclient.events import Reason
from backupclient.manifest.kinds import EntryKind
from backupclient.pipeline.scanner import (
    Found,
    build_node,
    group_name,
    kind_and_mode,
    list_folder,
    read_xattrs,
    trouble,
    user_name,
)
from backupclient.repository.tree import Node, NodeType, XAttr
from tests.trees import ODD_NAMES, set_xattr


def test_a_folder_is_listed_in_the_order_of_its_names_bytes(tmp_path: Path) -> None:
    for name in ODD_NAMES:
        os.close(os.open(os.path.join(os.fsencode(tmp_path), name), os.O_CREAT))
    found, troubles = list_folder(os.fsencode(tmp_path))
    assert [one.name for one in found] == sorted(ODD_NAMES)
    assert troubles == []


def test_everything_but_sockets_is_found_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "dangling").symlink_to("nowhere")
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        found, troubles = list_folder(os.fsencode(tmp_path))
    assert {one.name: one.kind for one in found} == {
        b"file": EntryKind.FILE,
        b"folder": EntryKind.FOLDER,
        b"link": EntryKind.SYMLINK,
        b"dangling": EntryKind.SYMLINK,
        b"fifo": EntryKind.SPECIAL,
    }
    assert troubles == []


@pytest.mark.parametrize("name", ["never", "file"])
def test_what_is_no_folder_cannot_be_listed(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"No such file|Not a directory"):
        list_folder(os.fsencode(tmp_path / name))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOENT, Reason.VANISHED),
        (errno.ENOTDIR, Reason.VANISHED),
        (errno.EACCES, Reason.UNREADABLE),
        (errno.EPERM, Reason.UNREADABLE),
        (errno.EBUSY, Reason.LOCKED),
        (errno.ETXTBSY, Reason.LOCKED),
        (errno.ENAMETOOLONG, Reason.PATH_TOO_LONG),
        (errno.EIO, Reason.READ_ERROR),
        (errno.ESTALE, Reason.READ_ERROR),
    ],
)
def test_the_systems_errors_are_facts_about_one_path(code: int, reason: Reason) -> None:
    told = trouble(b"/path", OSError(code, "whatever"))
    assert told == (b"/path", reason, os.strerror(code))


def test_an_error_without_a_number_keeps_its_text() -> None:
    assert trouble(b"/path", OSError("odd")) == (b"/path", Reason.READ_ERROR, "odd")


def node_of(path: Path) -> Node:
    found = Found.of(os.fsencode(path.name), path.lstat())
    assert found is not None
    content = (b"\x01" * 32,) if found.kind is EntryKind.FILE else None
    return build_node(found, os.fsencode(path), content=content)


def test_a_node_stands_for_what_the_system_says(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    path.chmod(0o4751)
    os.utime(path, ns=(5, -1_500_000_001))
    set_xattr(os.fsencode(path), "user.key", b"value\x00")
    node, info = node_of(path), path.stat()
    assert (node.type, node.mtime_ns, node.atime_ns) == (
        NodeType.FILE,
        -1_500_000_001,
        node.mtime_ns,
    )
    assert (node.inode, node.device_id, node.links) == (info.st_ino, info.st_dev, 1)
    assert (node.uid, node.gid) == (info.st_uid, info.st_gid)
    assert (node.user, node.group) == (user_name(info.st_uid), group_name(info.st_gid))
    assert node.xattrs == (XAttr("user.key", b"value\x00"),)
    assert kind_and_mode(node) == (EntryKind.FILE, stat.S_IFREG | 0o4751)


def test_a_symlink_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"content")
    set_xattr(os.fsencode(tmp_path / "there"), "user.key", b"value")
    (tmp_path / "link").symlink_to("there")
    node = node_of(tmp_path / "link")
    assert (node.type, node.link_target, node.xattrs) == (NodeType.SYMLINK, b"there", ())


def test_attributes_that_cannot_be_had_are_none(tmp_path: Path) -> None:
    assert read_xattrs(os.fsencode(tmp_path / "never")) == ()


def test_users_and_groups_that_nobody_knows_have_no_name() -> None:
    assert user_name(4_123_456_789) == ""
    assert group_name(4_123_456_789) == ""


def test_a_stored_socket_is_nothing_that_is_ever_found() -> None:
    assert kind_and_mode(Node(name=b"s", type=NodeType.SOCKET)) is None
