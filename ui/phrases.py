"""Sentences with places in them, which a translation may put elsewhere."""

from __future__ import annotations

import re

_PLACE = re.compile("%([1-9])")


def fill(text: str, *values: str) -> str:
    """`text` with the values for %1, %2 …; a value that has such a mark itself keeps it. A mark
    without a value stays."""
    return _PLACE.sub(
        lambda mark: values[int(mark[1]) - 1] if int(mark[1]) <= len(values) else mark[0], text
    )
