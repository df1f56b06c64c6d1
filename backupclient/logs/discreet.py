"""What may be told to others: an allow-list of facts, and names that stand for names.

Whatever is not known here by its name and its form is left out, so that what is added to an error
tomorrow is told to nobody by itself. The raw texts of foreign errors are never told: paths,
addresses and keys are in them. Pure; any thread.
"""

from __future__ import annotations

import errno
import functools
import hashlib
import hmac
import mimetypes
import os
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NewType

from backupclient.errors import Fact

Clean = NewType("Clean", str)
"""A text that may be told: only `Discretion` makes it of what came from outside."""

REMOVED = "[removed]"
_NUMBERS = frozenset(
    {
        *("status", "count", "attempt", "known", "exclusive", "seconds", "skew_seconds"),
        *("waited_seconds", "needed_bytes", "free_bytes", "missing_bytes", "limit_bytes"),
        *("safe_bytes", "pack_bytes", "bytes", "total_bytes", "folders", "watches"),
    }
)
_FORMS = {
    "reason": re.compile(r"[a-z]+(-[a-z]+){0,4}"),
    "side": re.compile(r"ahead|behind"),
    "page": re.compile(r"home|files|problems|restore|storage|history|help|settings"),
    "operation": re.compile(r"read|write|delete|list"),
    "storage_code": re.compile(r"[A-Z][A-Za-z]{2,47}"),
    "region": re.compile(r"auto|[a-z]{2,4}(-[a-z]{1,12}){0,3}-?\d{0,2}"),
    "system": re.compile(r"E[A-Z0-9]{2,14}"),
    "watching": re.compile(r"off|beginning|on|scans"),
}
_NAMES = frozenset({"path", "holder", "kept_as"})
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?")
_ERRNO = re.compile(r"\[(?:Errno|WinError) (\d{1,5})\]")
_LONGEST_FORM = 48
_SHORTEST_SECRET = 4
_PORT = re.compile(r":\d{1,5}$")
_USUAL = frozenset(
    {
        *("", ".", "..", "~", "home", "Users", "media", "mnt", "run", "tmp", "var", "etc", "usr"),
        *("opt", "srv", "root", "Documents", "Pictures", "Photos", "Music", "Videos", "Movies"),
        *("Downloads", "Desktop", "Public", "Templates", "Library", "AppData", "Local", "Roaming"),
        *(
            "Application Support",
            ".config",
            ".cache",
            ".local",
            "share",
            "Program Files",
            "Volumes",
        ),
        *("Dokumente", "Bilder", "Musik", "Schreibtisch", "Öffentlich", "Vorlagen"),
        *("backupclient", "manifest.db", "places", "config", "keys", "data", "index", "locks"),
    }
)
"""Folders that every computer has, and our own, say nothing about anybody."""
_PROVIDERS = (
    *("amazonaws.com", "backblazeb2.com", "wasabisys.com", "cloudflarestorage.com", "scw.cloud"),
    *("your-objectstorage.com", "idrivee2.com", "digitaloceanspaces.com", "googleapis.com"),
    *("localhost", "127.0.0.1"),
)
"""Hosts that say nothing of whom they belong to."""
_OTHER_ENDINGS = frozenset(
    {
        *(".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".heic"),
        *(".heif", ".raw", ".cr2", ".cr3", ".nef", ".arw", ".dng", ".psd", ".mkv", ".avi", ".flac"),
        *(".ogg", ".opus", ".m4a", ".iso", ".img", ".vdi", ".vmdk", ".qcow2", ".db", ".sqlite"),
        *(".pst", ".ost", ".mbox", ".eml", ".7z", ".rar", ".xz", ".zst", ".tgz", ".log", ".bak"),
        *(".tmp", ".part", ".lock", ".rs", ".go", ".ts", ".java", ".toml", ".yaml", ".yml", ".md"),
    }
)
_WORD = re.compile(r"name-[0-9a-f]{8}")
"""What stands for a name already stays as it is."""
_ENDINGS = frozenset(mimetypes.MimeTypes(filenames=()).types_map[True]) | _OTHER_ENDINGS


class Names:
    """Puts the same word in the place of the same name each time, for as long as `key` is kept: who
    has only the words cannot try out names. Kinds of files, which an ending tells, stay."""

    def __init__(
        self, *, shown: bool = False, key: Callable[[], bytes] | None = None, home: str = ""
    ) -> None:
        """`shown`: somebody allowed his names to be told. `key` is asked for with the first name
        that is hidden; without one it is another each time."""
        self.shown = shown
        self._key = functools.cache(key or _any_key)
        self._home = (home or os.path.expanduser("~")).rstrip("/\\")

    def path(self, path: str | bytes) -> str:
        text = _text(path)
        if self.shown:
            return text
        start = ""
        if self._home and (
            text == self._home or text.startswith((f"{self._home}/", f"{self._home}\\"))
        ):
            start, text = "~", text[len(self._home) :]
        return start + "".join(
            part if part in "/\\" else self._part(part) for part in re.split(r"([/\\])", text)
        )

    def word(self, name: str) -> str:
        """For a name that is none of a file."""
        if self.shown or not name or _WORD.fullmatch(name):
            return _text(name)
        return f"name-{self._digest(name)}"

    def _part(self, name: str) -> str:
        if name in _USUAL or re.fullmatch(r"[A-Za-z]:", name):
            return name
        stem, dot, ending = name.rpartition(".")
        kept = f".{ending}".lower() if dot and stem else ""
        if _WORD.fullmatch(stem if kept in _ENDINGS else name):
            return name
        return f"name-{self._digest(name)}{kept if kept in _ENDINGS else ''}"

    def _digest(self, name: str) -> str:
        content = name.encode("utf-8", "surrogatepass")
        return hmac.new(self._key(), content, hashlib.sha256).hexdigest()[:8]


def _any_key() -> bytes:
    return secrets.token_bytes(32)


class Discretion:
    """The one door for texts from outside. `known_secrets` are taken out of whatever would pass."""

    def __init__(self, names: Names, known_secrets: Iterable[str] = ()) -> None:
        self.names = names
        forms = {form for secret in known_secrets for form in _forms_of(secret)}
        longest_first = sorted((form for form in forms if len(form) >= _SHORTEST_SECRET), key=len)
        self._secret = re.compile("|".join(map(re.escape, reversed(longest_first))) or r"(?!)")

    def text(self, text: str, longest: int = 2000) -> Clean:
        """What somebody typed in order to have it told."""
        return self._without_secrets(_text(text)[:longest])

    def path(self, path: str | bytes) -> Clean:
        return self._without_secrets(self.names.path(path))

    def name(self, name: str) -> Clean:
        return self._without_secrets(self.names.word(name))

    def host(self, name: str) -> Clean:
        """Hidden unless it is a provider's."""
        told = _PORT.sub("", name).endswith(_PROVIDERS) or self.names.shown
        return self.text(name) if told else self.name(name)

    def code(self, code: str) -> Clean:
        """A stable code of ours; empty for what is none."""
        return self._without_secrets(code) if _CODE.fullmatch(code) else Clean("")

    def facts(self, facts: Mapping[str, Fact], raw: str = "") -> dict[str, Fact]:
        """Those that may be told, and the system's name of the error in `raw`."""
        told: dict[str, Fact] = {}
        for name, value in facts.items():
            passed = self._fact(name, value)
            if passed is not None:
                told[name] = passed
        if number := _ERRNO.search(raw):
            told |= {"system": errno.errorcode.get(int(number[1]), "EUNKNOWN")}
        return told

    def _fact(self, name: str, value: Fact) -> Fact | None:
        if name in _NUMBERS:
            return value if isinstance(value, bool | int | float) else None
        if not isinstance(value, str):
            return None
        if name == "host":
            return self.host(value)
        if name in _NAMES:
            return self.path(value) if "/" in value or "\\" in value else self.name(value)
        if name == "since":
            return _as_time(value)
        form = _FORMS.get(name)
        if form and len(value) <= _LONGEST_FORM and form.fullmatch(value):
            cleaned = self._without_secrets(value)
            return cleaned if cleaned == value else None
        return None

    def _without_secrets(self, text: str) -> Clean:
        return Clean(self._secret.sub(REMOVED, text))


def _text(name: str | bytes) -> str:
    text = os.fsdecode(name) if isinstance(name, bytes) else name
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _as_time(value: str) -> str | None:
    try:
        return datetime.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _forms_of(secret: str) -> set[str]:
    """As it may have been written into an address, a JSON document or with its blanks left out."""
    from urllib.parse import quote  # noqa: PLC0415 - slow to load, and few have secrets to hide

    escaped = secret.encode("unicode_escape").decode()
    return {secret, quote(secret, safe=""), quote(secret), escaped, re.sub(r"[\s-]", "", secret)}
