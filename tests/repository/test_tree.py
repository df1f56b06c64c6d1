"""Trees survive, and stand as Go would write them."""

from __future__ import annotations

from datetime import UTC

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupclient.errors import DataDamaged
from backupclient.repository.file_mode import go_mode, node_type, posix_permissions
from backupclient.repository.tree import (
    Node,
    NodeEncoder,
    NodeType,
    XAttr,
    decode_tree,
    encode_tree,
)

ENCODER = NodeEncoder(UTC)
ids = st.binary(min_size=32, max_size=32)
sizes = st.integers(0, (1 << 64) - 1)
times = st.integers(-(2**62), 2**62)
texts = st.text(max_size=20)
nodes = st.builds(
    Node,
    name=st.binary(min_size=1, max_size=40),
    type=st.sampled_from(NodeType),
    mode=st.integers(0, (1 << 32) - 1),
    mtime_ns=times,
    atime_ns=times,
    ctime_ns=times,
    uid=st.integers(0, (1 << 32) - 1),
    gid=st.integers(0, (1 << 32) - 1),
    user=texts,
    group=texts,
    inode=sizes,
    device_id=sizes,
    size=sizes,
    links=sizes,
    link_target=st.binary(max_size=40),
    xattrs=st.lists(st.builds(XAttr, texts, st.binary(max_size=40)), max_size=3).map(tuple),
    generic_attributes=st.sampled_from([b"", b'{"windows.file_attributes":32}']),
    device=sizes,
    content=st.one_of(st.none(), st.lists(ids, max_size=3).map(tuple)),
    subtree=st.one_of(st.none(), ids),
    error=texts,
)


@given(st.lists(nodes, max_size=4))
def test_a_tree_survives(listed: list[Node]) -> None:
    plain = encode_tree([ENCODER.encode(node) for node in listed])
    assert decode_tree(plain) == listed
    assert msgspec.json.format(plain[:-1], indent=-1) == plain[:-1], "not compact"


def test_a_file_stands_as_go_writes_it() -> None:
    node = Node(
        name=b"hi",
        type=NodeType.FILE,
        mode=0o644,
        mtime_ns=1_700_000_000_123_000_000,
        atime_ns=1_700_000_000_123_000_000,
        ctime_ns=1_700_000_001_000_000_000,
        user="anna",
        group="users",
        inode=7,
        device_id=8,
        size=3,
        links=1,
        content=(b"\x01" * 32, b"\x02" * 32),
    )
    assert encode_tree([ENCODER.encode(node)]) == (
        b'{"nodes":[{"name":"hi","type":"file","mode":420,"mtime":"2023-11-14T22:13:20.123Z",'
        b'"atime":"2023-11-14T22:13:20.123Z","ctime":"2023-11-14T22:13:21Z","uid":0,"gid":0,'
        b'"user":"anna","group":"users","inode":7,"device_id":8,"size":3,"links":1,'
        b'"content":["' + b"01" * 32 + b'","' + b"02" * 32 + b'"]}]}\n'
    )


def test_rare_fields_stand_in_the_order_of_the_format() -> None:
    node = Node(
        name=b"x",
        type=NodeType.SYMLINK,
        link_target=b"\xff",
        xattrs=(XAttr("user.a", b"\x00"), XAttr("user.b", b"")),
        generic_attributes=b'{"a":1}',
        device=5,
        subtree=b"\x03" * 32,
        error="why",
    )
    assert ENCODER.encode(node).partition(b'"gid":0')[2] == (
        b',"linktarget":"\\ufffd","linktarget_raw":"/w==","extended_attributes":'
        b'[{"name":"user.a","value":"AA=="},{"name":"user.b","value":""}],'
        b'"generic_attributes":{"a":1},"device":5,"content":null,"subtree":"'
        + b"03" * 32
        + b'","error":"why"}'
    )


def test_an_empty_folder_is_a_tree() -> None:
    assert encode_tree([]) == b'{"nodes":[]}\n'
    assert decode_tree(encode_tree([])) == []


def test_what_other_programs_write_is_read() -> None:
    plain = b"""
    { "more": [1], "nodes": [
        {"name": "a", "type": "file", "content": [], "mtime": null, "atime": null, "new": {}},
        {"name": "b", "type": "dir", "mtime": "1970-01-01T00:00:01Z", "subtree": null,
         "extended_attributes": null, "content": null},
        {"name": "c", "type": "irregular",
         "extended_attributes": [{"name": "user.x", "value": null}]}
    ] } """
    a, b, c = decode_tree(plain)
    assert a == Node(name=b"a", type=NodeType.FILE, content=())
    assert (b.mtime_ns, b.atime_ns, b.ctime_ns) == (10**9,) * 3
    assert (c.type, c.xattrs) == (NodeType.IRREGULAR, (XAttr("user.x", b""),))
    assert decode_tree(b'{"nodes":null}') == []


def test_windows_attributes_are_kept_as_they_came() -> None:
    raw = b'{"windows.creation_time":{"LowDateTime":1,"HighDateTime":2}}'
    plain = b'{"nodes":[{"name":"a","type":"file","content":[],"generic_attributes":%b}]}' % raw
    (node,) = decode_tree(plain)
    assert node.generic_attributes == raw
    assert raw in ENCODER.encode(node)


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"{}",
        b"[]",
        b'{"nodes":[{"name":"a"}]}',
        b'{"nodes":[{"type":"file"}]}',
        b'{"nodes":[{"name":"a","type":"folder"}]}',
        b'{"nodes":[{"name":"\\\\q","type":"file"}]}',
        b'{"nodes":[{"name":"\xff","type":"file"}]}',
        b'{"nodes":[{"name":"a","type":"file","content":["zz"]}]}',
        b'{"nodes":[{"name":"a","type":"file","content":"none"}]}',
        b'{"nodes":[{"name":"a","type":"dir","subtree":"1234"}]}',
        b'{"nodes":[{"name":"a","type":"file","mtime":"yesterday"}]}',
        b'{"nodes":[{"name":"a","type":"file","size":-1.5}]}',
        b'{"nodes":' + b"[" * 100_000,
    ],
)
def test_what_is_no_tree_is_damage(plain: bytes) -> None:
    with pytest.raises(DataDamaged):
        decode_tree(plain)


@pytest.mark.parametrize(
    ("st_mode", "type_", "mode"),
    [
        (0o100644, NodeType.FILE, 0o644),
        (0o104755, NodeType.FILE, 0o755 | 1 << 23),
        (0o102755, NodeType.FILE, 0o755 | 1 << 22),
        (0o040755, NodeType.DIR, 2147484141),
        (0o041777, NodeType.DIR, 0o777 | 1 << 31 | 1 << 20),
        (0o120777, NodeType.SYMLINK, 134218239),
        (0o010644, NodeType.FIFO, 33554852),
        (0o140755, NodeType.SOCKET, 0o755 | 1 << 24),
        (0o060660, NodeType.DEVICE, 0o660 | 1 << 26),
        (0o020666, NodeType.CHAR_DEVICE, 0o666 | 1 << 26 | 1 << 21),
        (0o160000, None, 0),
    ],
)
def test_modes_are_gos(st_mode: int, type_: NodeType | None, mode: int) -> None:
    assert node_type(st_mode) is type_
    assert go_mode(st_mode) == mode
    assert posix_permissions(mode) == st_mode & 0o7777
