from __future__ import annotations

import stat

import pytest

from backupclient.cli.nodes import found_node, line, ls_node, permissions
from backupclient.cli.tables import table
from backupclient.repository.file_mode import go_mode
from backupclient.repository.tree import Node, NodeType

FILE = Node(
    name=b"odd-\xff",
    type=NodeType.FILE,
    mode=0o644,
    uid=1000,
    gid=100,
    size=12345,
    content=(),
)


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        (stat.S_IFREG | 0o640, "-rw-r-----"),
        (stat.S_IFDIR | 0o755, "drwxr-xr-x"),
        (stat.S_IFDIR | stat.S_ISVTX | 0o777, "dtrwxrwxrwx"),
        (stat.S_IFLNK | 0o777, "Lrwxrwxrwx"),
        (stat.S_IFIFO | 0o600, "prw-------"),
        (stat.S_IFCHR | 0o620, "Dcrw--w----"),
        (stat.S_IFREG | stat.S_ISUID | stat.S_ISGID, "ug---------"),
    ],
)
def test_permissions_are_written_as_go_writes_them(mode: int, shown: str) -> None:
    assert permissions(go_mode(mode)) == shown


def test_long_lines_have_restics_columns() -> None:
    text = line("/a/odd-\udcff", FILE, long=True)
    assert text.startswith("-rw-r--r--  1000   100  12345 19")
    assert text.endswith(' "/a/odd-\\xff"')
    link = Node(name=b"l", type=NodeType.SYMLINK, mode=go_mode(0o120777), link_target=b"to\n")
    assert line("/l", link, long=True).endswith('/l -> "to\\n"')
    assert line("/a/b", FILE, long=False) == "/a/b"


def test_json_names_hold_no_bytes_that_are_no_text() -> None:
    assert ls_node("/odd-\udcff", FILE).path == "/odd-\ufffd"
    assert ls_node("/odd-\udcff", FILE).name == "odd-\ufffd"
    assert found_node("/odd-\udcff", FILE).path == "/odd-\ufffd"


def test_a_table_lines_up_with_several_lines_in_a_cell() -> None:
    assert table(["ID", "Tags", "Paths"], [["1", "a\nlonger", "/日本"], ["22", "", "/b"]]) == [
        "ID  Tags    Paths",
        "-----------------",
        "1   a       /日本",
        "    longer",
        "22          /b",
        "-----------------",
    ]
