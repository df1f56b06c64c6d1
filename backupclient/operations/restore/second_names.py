"""Names for what is restored beside something that has its name: "report (2026-11-11).odt"."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator


class SecondNames:
    """`mark` goes before a name's ending."""

    def __init__(self, mark: str) -> None:
        self._mark = os.fsencode(mark.replace("/", "-").replace("\0", ""))

    def of(self, name: bytes) -> Iterator[bytes]:
        """One after the other, without end."""
        stem, ending = os.path.splitext(name)
        for number in itertools.count(1):
            counted = b" %d" % number if number > 1 else b""
            yield stem + self._mark + counted + ending
