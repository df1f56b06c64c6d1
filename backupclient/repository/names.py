"""How names and other text stand in trees: Go's strconv.Quote inside Go's encoding/json.

Python's text of a name is its bytes decoded with surrogateescape, so that every byte survives.
"""

from __future__ import annotations

import re

from backupclient.errors import DataDamaged

__all__ = ["is_valid_name", "json_name", "json_text", "quote", "unquote"]

_PLAIN_NAME = re.compile(rb'[^\x00-\x1f"&<>\\\x7f-\xff]*\Z').match
_ODD_IN_JSON = re.compile('[\x00-\x1f"&<>\\\\\u2028\u2029\ud800-\udfff]')
_SHORT = zip('\a\b\f\n\r\t\v"\\', 'abfnrtv"\\', strict=True)
_QUOTED_ASCII = {
    **{code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F)},
    **{
        ord(char): "\\" + name for char, name in zip('\a\b\f\n\r\t\v"\\', 'abfnrtv"\\', strict=True)
    },
}
_ESCAPE = re.compile(
    rb'\\(?:(?P<short>[abfnrtv"\\])|x(?P<hex>[0-9a-fA-F]{2})|(?P<octal>[0-3][0-7]{2})'
    rb'|u(?P<short_rune>[0-9a-fA-F]{4})|U(?P<long_rune>[0-9a-fA-F]{8}))|["\n\\]'
)
_UNQUOTED = dict(zip(b'abfnrtv"\\', b'\a\b\f\n\r\t\v"\\', strict=True))


def is_valid_name(name: bytes) -> bool:
    """Whether a node may have this name: one path component, and a real one."""
    return name not in (b"", b".", b"..") and b"/" not in name and b"\0" not in name


def json_name(name: bytes) -> str:
    """A node's name as it stands between the quotes of the tree's JSON."""
    if _PLAIN_NAME(name):
        return name.decode("ascii")
    return json_text(quote(name))


def quote(name: bytes) -> str:
    """strconv.Quote without the outer quotes."""
    text = name.decode("utf-8", "surrogateescape")
    if text.isprintable() and '"' not in text and "\\" not in text:
        return text
    return "".join(map(_quote_char, text))


def _quote_char(char: str) -> str:
    code = ord(char)
    if (escaped := _QUOTED_ASCII.get(code)) is not None:
        return escaped
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if char.isprintable():
        return char
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def unquote(text: str) -> bytes:
    """The name that `quote` (or Go) made `text` of. `DataDamaged` if none could be."""
    try:
        raw = text.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise DataDamaged("name is not text") from exc
    if b"\\" not in raw and b'"' not in raw and b"\n" not in raw:
        return raw
    return _ESCAPE.sub(_unescape, raw)


def _unescape(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup
    if kind is None:
        raise DataDamaged("name cannot be unquoted")
    value = match[kind]
    if kind == "short":
        return bytes((_UNQUOTED[value[0]],))
    if kind == "octal":
        return bytes((int(value, 8),))
    if kind == "hex":
        return bytes((int(value, 16),))
    try:
        return chr(int(value, 16)).encode("utf-8")
    except (ValueError, OverflowError) as exc:
        raise DataDamaged("name cannot be unquoted") from exc


def json_text(text: str) -> str:
    """`text` as it stands between quotes in JSON that Go writes; what is not Unicode becomes
    U+FFFD."""
    if _ODD_IN_JSON.search(text) is None:
        return text
    return _ODD_IN_JSON.sub(_json_escape, text)


def _json_escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in '"\\':
        return "\\" + char
    if char in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char]
    code = ord(char)
    return "\\ufffd" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"
