"""What is left out of a backup, and by which rule: patterns (`patterns`), marker files, size."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from backupclient.errors import InvalidRequest
from backupclient.manifest.left_out import Rule
from backupclient.pipeline.patterns import PatternSet
from backupclient.requests import BackupRequest, ExcludeRule, RuleKind

CACHE_TAG = "CACHEDIR.TAG"
CACHE_SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55"
"""Bryan Ford, "Cache Directory Tagging Specification"."""


class Excludes:
    """All rules of one backup. Used by the job's thread."""

    def __init__(self, request: BackupRequest) -> None:
        self._rules: list[tuple[list[ExcludeRule], PatternSet]] = []
        for kind in RuleKind:
            rules = [rule for rule in request.rules if rule.kind is kind and rule.pattern]
            if rules:
                ignore_case = kind is RuleKind.IEXCLUDE
                patterns = PatternSet((rule.pattern for rule in rules), ignore_case=ignore_case)
                self._rules.append((rules, patterns))
        self._markers = [_Marker.parse(text) for text in request.exclude_if_present]
        if request.exclude_caches:
            rule = Rule("exclude-caches", CACHE_TAG, "--exclude-caches")
            self._markers.append(_Marker(os.fsencode(CACHE_TAG), CACHE_SIGNATURE, rule))
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

    def rule_for(self, path: bytes) -> ExcludeRule | None:
        """The rule that leaves out this absolute path, or None."""
        text = os.fsdecode(path)
        for rules, patterns in self._rules:
            number = patterns.match(text)
            if number is not None:
                return rules[number]
        return None

    def too_large(self, size: int) -> bool:
        return 0 < self._larger_than < size

    @property
    def larger_than(self) -> int:
        return self._larger_than

    def marked(self, folder: bytes, names: Iterable[bytes]) -> tuple[bytes, Rule] | None:
        """The name of the marker file that empties this folder (the marker itself is kept) and
        its rule, or None."""
        present = set(names)
        for marker in self._markers:
            if marker.name in present and marker.matches(folder):
                return marker.name, marker.rule
        return None


class _Marker:
    def __init__(self, name: bytes, header: bytes, rule: Rule) -> None:
        self.name = name
        self._header = header
        self.rule = rule

    @classmethod
    def parse(cls, text: str) -> _Marker:
        name, _, header = text.partition(":")
        if not name or "/" in name:
            raise InvalidRequest(text, reason="exclude-if-present")
        rule = Rule("exclude-if-present", text, "--exclude-if-present")
        return cls(os.fsencode(name), os.fsencode(header), rule)

    def matches(self, folder: bytes) -> bool:
        if not self._header:
            return True
        try:
            with Path(os.fsdecode(folder), os.fsdecode(self.name)).open("rb") as file:
                return file.read(len(self._header)) == self._header
        except OSError:
            return False
