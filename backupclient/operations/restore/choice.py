"""Which paths of a snapshot are wanted."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from backupclient.pipeline.patterns import PatternSet


class Choice:
    """Which paths are wanted, by restic's rules: with includes, only what matches one; of that,
    nothing that matches an exclude. With `paths` (from the root of what is restored, each with a
    leading slash), only these and what is below them."""

    def __init__(
        self,
        include: Sequence[str],
        iinclude: Sequence[str],
        exclude: Sequence[str],
        iexclude: Sequence[str],
        paths: Sequence[bytes] = (),
    ) -> None:
        self._include = PatternSet(include)
        self._iinclude = PatternSet(iinclude, ignore_case=True)
        self._exclude = PatternSet(exclude)
        self._iexclude = PatternSet(iexclude, ignore_case=True)
        self._paths = frozenset(map(os.fsdecode, paths))
        self._above = frozenset(above for path in self._paths for above in _all_above(path))
        self.everything = not (include or iinclude or exclude or iexclude or paths)
        self._only_included = bool(include or iinclude)

    def takes(self, path: str) -> bool:
        if self._paths and not self._is_chosen(path):
            return False
        included = self._include.matches(path) or self._iinclude.matches(path)
        if self._only_included and not included:
            return False
        return not (self._exclude.matches(path) or self._iexclude.matches(path))

    def may_take_below(self, path: str) -> bool:
        if self._paths and path not in self._above and not self._is_chosen(path):
            return False
        if self._exclude.matches(path) or self._iexclude.matches(path):
            return False
        return (
            not self._only_included
            or self._include.may_match_below(path)
            or self._iinclude.may_match_below(path)
        )

    def _is_chosen(self, path: str) -> bool:
        return path in self._paths or any(above in self._paths for above in _all_above(path))


def _all_above(path: str) -> Iterator[str]:
    """The folders that lead to a path, the nearest first; not the root."""
    while (path := path.rpartition("/")[0]) != "":
        yield path
