"""Every name survives, in the form that Go's strconv and encoding/json give it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupclient.errors import DataDamaged
from backupclient.repository.names import is_valid_name, json_name, json_text, quote, unquote


@given(st.binary(max_size=60))
def test_every_name_survives(name: bytes) -> None:
    assert unquote(quote(name)) == name
    assert unquote(msgspec.json.decode(f'"{json_name(name)}"')) == name


@given(st.text(max_size=60))
def test_every_text_survives(text: str) -> None:
    assert msgspec.json.decode(f'"{json_text(text)}"', type=str) == text


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        (b"plain.txt", "plain.txt"),
        (b'say "hi"', r"say \"hi\""),
        (b"back\\slash", r"back\\slash"),
        (b"\a\b\f\n\r\t\v", r"\a\b\f\n\r\t\v"),
        (b"\x00\x1f\x7f", r"\x00\x1f\x7f"),
        (b"it's", "it's"),
        (b"\xff\xfe", r"\xff\xfe"),
        (b"cut \xe2\x82", r"cut \xe2\x82"),
        (b"surrogate \xed\xa0\x80", r"surrogate \xed\xa0\x80"),
        ("é日本🍻".encode(), "é日本🍻"),
        ("\u00a0\u00ad\u200b\u2028\ufeff".encode(), r"\u00a0\u00ad\u200b\u2028\ufeff"),
        ("\ue000\U000f0000\U0010ffff".encode(), r"\ue000\U000f0000\U0010ffff"),
        ("\x80\x9f".encode(), r"\u0080\u009f"),
        ("\ufffd".encode(), "\ufffd"),
    ],
)
def test_names_are_quoted_as_go_does(name: bytes, quoted: str) -> None:
    assert quote(name) == quoted
    assert unquote(quoted) == name


@pytest.mark.parametrize(
    ("quoted", "name"),
    [
        (r"\101\377", b"A\xff"),
        (r"\xFF", b"\xff"),
        (r"\u00e9\U0001f37b", "é🍻".encode()),
        ("é", "é".encode()),
    ],
)
def test_other_forms_that_go_accepts_are_read(quoted: str, name: bytes) -> None:
    assert unquote(quoted) == name


@pytest.mark.parametrize(
    "quoted",
    ['"', "a\nb", "\\", "x\\", r"\q", r"\x1", r"\xgg", r"\400", r"\18", r"\u12", r"\ud800",
     r"\U00110000", r"\Uffffffff", r"\'"],
)  # fmt: skip
def test_what_go_refuses_is_damage(quoted: str) -> None:
    with pytest.raises(DataDamaged):
        unquote(quoted)


def test_json_text_is_escaped_as_go_does() -> None:
    assert json_text('<a href="x">&\\') == r"\u003ca href=\"x\"\u003e\u0026\\"
    assert json_text("\n\r\t\b\f\x00\x1f\x7f") == r"\n\r\t\u0008\u000c\u0000\u001f" + "\x7f"
    assert json_text("\u2028\u2029é🍻") == r"\u2028\u2029é🍻"
    assert json_text(b"\xff\xe2\x82".decode("utf-8", "surrogateescape")) == r"\ufffd\ufffd\ufffd"


@pytest.mark.parametrize("name", [b"", b".", b"..", b"a/b", b"/", b"nul\0"])
def test_no_file_may_have_such_a_name(name: bytes) -> None:
    assert not is_valid_name(name)


@pytest.mark.parametrize("name", [b"...", b" ", b"a", b"\xff", b"CON", b".hidden", b"back\\slash"])
def test_a_file_may_have_such_a_name(name: bytes) -> None:
    assert is_valid_name(name)
