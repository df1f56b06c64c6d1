"""What is left out of a backup, in restic's pattern language, and by which rule.

A pattern with a leading slash is anchored at the root, any other matches at every depth; `*`
stays within a name, `**` crosses folders; what matches a folder leaves out everything in it; a
leading `!` takes back what an earlier pattern left out. (restic documentation, "Excluding Files".)
gitignore differs only where a pattern holds an inner slash, so the patterns are put in its words
and matched by pathspec.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from pathspec import GitIgnoreSpec

from backupclient.errors import InvalidRequest
from backupclient.requests import BackupRequest, ExcludeRule, RuleKind

CACHE_TAG = "CACHEDIR.TAG"
CACHE_SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55"
"""Bryan Ford, "Cache Directory Tagging Specification"."""


class Excludes:
    """All rules of one backup. Used by the job's thread."""

    def __init__(self, request: BackupRequest) -> None:
        self._rules: list[tuple[RuleKind, list[ExcludeRule], GitIgnoreSpec]] = []
        for kind in RuleKind:
            rules = [rule for rule in request.rules if rule.kind is kind]
            if rules:
                self._rules.append((kind, rules, _compile(rules)))
        self._markers = [_Marker.parse(text) for text in request.exclude_if_present]
        if request.exclude_caches:
            self._markers.append(_Marker(os.fsencode(CACHE_TAG), CACHE_SIGNATURE))
        self._larger_than = request.exclude_larger_than

    @property
    def by_path(self) -> bool:
        """Whether any rule looks at paths: if not, `rule_for` need not be asked."""
        return bool(self._rules)

    @property
    def by_marker(self) -> bool:
        return bool(self._markers)

    @property
    def by_size(self) -> bool:
        return self._larger_than > 0

    def rule_for(self, path: bytes, is_folder: bool) -> ExcludeRule | None:
        """The rule that leaves out this absolute path, or None."""
        text = os.fsdecode(path).lstrip("/")
        for kind, rules, spec in self._rules:
            subject = text.lower() if kind is RuleKind.IEXCLUDE else text
            result = spec.check_file(subject + "/" if is_folder else subject)
            if result.include and result.index is not None:
                return rules[result.index]
        return None

    def too_large(self, size: int) -> bool:
        return 0 < self._larger_than < size

    def marked(self, folder: bytes, names: Iterable[bytes]) -> bytes | None:
        """The name of the marker file that empties this folder (the marker itself is kept), or
        None."""
        present = set(names)
        for marker in self._markers:
            if marker.name in present and marker.matches(folder):
                return marker.name
        return None


class _Marker:
    def __init__(self, name: bytes, header: bytes) -> None:
        self.name = name
        self._header = header

    @classmethod
    def parse(cls, text: str) -> _Marker:
        name, _, header = text.partition(":")
        if not name or "/" in name:
            raise InvalidRequest(text, reason="exclude-if-present")
        return cls(os.fsencode(name), os.fsencode(header))

    def matches(self, folder: bytes) -> bool:
        if not self._header:
            return True
        try:
            with Path(os.fsdecode(folder), os.fsdecode(self.name)).open("rb") as file:
                return file.read(len(self._header)) == self._header
        except OSError:
            return False


def _compile(rules: list[ExcludeRule]) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines([_in_gitignore_words(rule) for rule in rules])
    except ValueError as error:
        raise InvalidRequest(str(error), reason="exclude-pattern") from error


def _in_gitignore_words(rule: ExcludeRule) -> str:
    pattern = rule.pattern
    negated = pattern.startswith("!")
    if negated:
        pattern = pattern[1:]
    if rule.kind is RuleKind.IEXCLUDE:
        pattern = pattern.lower()
    pattern = os.path.normpath(pattern)
    if pattern == ".":
        raise InvalidRequest(rule.pattern, reason="exclude-pattern")
    pattern = re.sub(r"\[\^", "[!", pattern)
    if "/" in pattern and not pattern.startswith("/"):
        pattern = "**/" + pattern
    if pattern[0] in "#!":
        pattern = "\\" + pattern
    stripped = pattern.rstrip(" ")
    pattern = stripped + "\\ " * (len(pattern) - len(stripped))
    return "!" + pattern if negated else pattern
