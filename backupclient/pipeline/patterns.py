"""restic's pattern language, for choosing among what is stored.

A pattern with a leading slash is anchored at the root, any other matches at every depth; `*` and
`?` stay within a name, `[…]` is a class as in Go's filepath.Match, `**` stands for any number of
folders. A pattern that matches a folder matches everything in it. A leading `!` takes back what an
earlier pattern matched. (restic documentation, "Excluding Files" and "Restoring".)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from backupclient.errors import InvalidRequest


class PatternSet:
    """Some patterns, asked about paths: text that begins with "/", names as `os.fsdecode` has
    them. `InvalidRequest` (fact: pattern) if one of them cannot be."""

    def __init__(self, patterns: Iterable[str], *, ignore_case: bool = False) -> None:
        self._ignore_case = ignore_case
        self._patterns = [
            _Pattern(text.lower() if ignore_case else text) for text in patterns if text
        ]

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def matches(self, path: str) -> bool:
        """Whether the path itself, or a folder above it, is meant."""
        return self.match(path) is not None

    def match(self, path: str) -> int | None:
        """Which of the patterns means the path or a folder above it; None if none does."""
        subject = path.lower() if self._ignore_case else path
        matched: int | None = None
        for number, pattern in enumerate(self._patterns):
            if pattern.negated == (matched is not None) and pattern.matches(subject):
                matched = None if pattern.negated else number
        return matched

    def may_match_below(self, path: str) -> bool:
        """False only if nothing in the folder `path`, at any depth, can match."""
        names = (path.lower() if self._ignore_case else path).strip("/").split("/")
        return any(p.may_match_below(names) for p in self._patterns if not p.negated)


class _Pattern:
    def __init__(self, text: str) -> None:
        self.negated = text.startswith("!")
        clean = posixpath.normpath(text[1:] if self.negated else text)
        # normpath keeps two leading slashes, as POSIX does; here they are one.
        anchored = clean.startswith("/")
        parts = clean.strip("/").split("/")
        try:
            expressions = [_component(part) for part in parts]
            self._search = re.compile(_whole(parts, expressions, anchored), re.DOTALL).search
        except re.error as error:
            raise InvalidRequest(str(error), reason="pattern", pattern=text) from error
        fixed = parts.index("**") if "**" in parts else len(parts)
        self._above = [re.compile(e, re.DOTALL) for e in expressions[:fixed]] if anchored else []

    def matches(self, path: str) -> bool:
        return self._search(path) is not None

    def may_match_below(self, names: list[str]) -> bool:
        # Not anchored: nothing above is fixed, and anything may match.
        return all(
            expression.fullmatch(name) for expression, name in zip(self._above, names, strict=False)
        )


def _whole(parts: list[str], expressions: list[str], anchored: bool) -> str:
    while len(parts) > 1 and parts[-1] == "**":
        # What matches a folder matches everything in it anyway.
        parts, expressions = parts[:-1], expressions[:-1]
    body = ""
    for number, (part, expression) in enumerate(zip(parts, expressions, strict=True)):
        last = number == len(parts) - 1
        if part == "**":
            body += "[^/]+" if last else "(?:[^/]+/)*"
        else:
            body += expression if last else expression + "/"
    start = r"\A" if anchored else ""
    return rf"{start}/{body}(?=/|\Z)"


def _component(text: str) -> str:
    """One name's pattern as a regular expression."""
    result = ""
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == "*":
            result += "[^/]*"
        elif char == "?":
            result += "[^/]"
        elif char == "[":
            piece, at = _class(text, at)
            result += piece
        elif char == "\\":
            if at == len(text):
                raise re.error("nothing after the backslash")
            result += re.escape(text[at])
            at += 1
        else:
            result += re.escape(char)
    return result


def _class(text: str, at: int) -> tuple[str, int]:
    """A class that begins before `at`, and where it ends."""
    negated = text[at : at + 1] == "^"
    at += negated
    ranges = ""
    while text[at : at + 1] != "]" or not ranges:
        low, at = _class_char(text, at)
        high = low
        if text[at : at + 1] == "-":
            high, at = _class_char(text, at + 1)
        ranges += f"{re.escape(low)}-{re.escape(high)}"
    return f"(?!/)[{'^' if negated else ''}{ranges}]", at + 1


def _class_char(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] == "\\":
        at += 1
    elif text[at : at + 1] in ("-", "]"):
        raise re.error("a class begins with a bare - or ]")
    if at >= len(text):
        raise re.error("a class has no end")
    return text[at], at + 1
