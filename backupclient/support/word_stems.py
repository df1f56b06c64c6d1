"""Words as the help's search compares them: folded, and without the endings of their language.

The endings are cut by a few rules instead of a grammar: both what is asked and what is searched go
through them, so that a stem need not be a word, only the same for "sichern" and "gesichert".
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Mapping

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile("['\\u2019]")
_VOWEL = re.compile("[aeiouy]")
_AFTER_HISSING = re.compile("(x|ch|sh|ss|zz)es$")
_NO_PLURAL = ("ss", "us", "is")
_WITH_GE = re.compile(
    "^(ab|an|auf|aus|durch|ein|fest|frei|her|hin|hoch|mit|nach|um|unter|vor|weg|zu|zuruck)?ge(.{4,})$"
)
_ENDINGS: tuple[str, ...] = ("ern", "em", "en", "er", "es", "e", "n", "s", "t")
_BEFORE_ANOTHER = tuple(ending for ending in _ENDINGS if ending != "n")  # "rechner" is no "recht"
_WHOLE = frozenset({"sicherung", "rechnung"})
"""What would become "sicher" and "rechner"."""
_KEPT = 4
"""Letters that a German ending leaves at least."""


@functools.cache
def folded(word: str) -> str:
    """In small letters, without accents."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def words_of(text: str) -> list[str]:
    """The folded words of a text; "wife's" is one."""
    return [folded(word) for word in _WORD.findall(_APOSTROPHES.sub("", text))]


@functools.cache
def stem(word: str, language: str) -> str:
    """What is compared of a folded word; of a language without rules the word itself."""
    rules = _RULES.get(re.split("[-_]", language)[0])
    return rules(word) if rules and word.isalpha() else word


def _english(word: str) -> str:
    word = _singular(word)
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed", "ly"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and _VOWEL.search(rest):
            doubled = rest[-1] == rest[-2] and rest[-1] not in "lsz"
            word = rest[:-1] if doubled else rest
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(_NO_PLURAL):
        return word[:-2] if _AFTER_HISSING.search(word) else word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if _AFTER_HISSING.search(word) else word[:-1]


def _german(word: str) -> str:
    if with_ge := _WITH_GE.match(word):
        word = (with_ge[1] or "") + with_ge[2]
    if word in _WHOLE:
        return word
    if word.endswith("ung") and len(word) > len("ung") + _KEPT:
        return word.removesuffix("ung")
    endings = _ENDINGS
    while ending := _ending(word, endings):
        word = word.removesuffix(ending)
        endings = _BEFORE_ANOTHER
    return word


def _ending(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _KEPT:
            return ending
    return ""


_RULES: Mapping[str, Callable[[str], str]] = {"en": _english, "de": _german}
