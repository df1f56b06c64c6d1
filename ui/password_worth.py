"""What a password is worth against people and against computers that guess."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication


def worth(password: str) -> tuple[str, str]:
    """How long a password would hold, in words, and their tone."""
    if not password:
        return "", ""
    signs = sum(
        size
        for pattern, size in ((r"[a-z]", 26), (r"[A-Z]", 26), (r"\d", 10), (r"[^A-Za-z\d]", 30))
        if re.search(pattern, password)
    )
    different = len(set(password.lower()))
    guesses = min(len(password), 2 * different) * (signs.bit_length() - 1)
    if guesses < 28:
        return _tr("A neighbour could guess it. A few words in a row are better."), "attention"
    if guesses < 50:
        return _tr(
            "It keeps out people, but not a patient computer. Longer is better."
        ), "attention"
    if guesses < 75:
        return _tr("Good: a computer would need years."), "safe"
    return _tr("Very good: nobody will guess it."), "safe"


def _tr(text: str) -> str:
    return QCoreApplication.translate("password", text)
