"""Looking for an answer among the explanations, without the network. No Qt, no widgets."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from backupclient.support.explainer import entries, find
from ui.explained import explain_code, spoken

MOST = 12
_PASTED = 100
_NEAR = 0.6
"""What is shown has at least this share of the best one's points."""
_WORD = re.compile(r"\w{2,}")
_SHORT_WORDS = """
an and are as at be can do does for how if in is it my not of on or so the to what when where why
with you your
ab als am an auf aus bei bin da das dass dem den der des die ein eine einen einer er es für habe hat
ich ihr im in ist kann mein meine mich mir mit nach nicht oder sich sie sind so um und uns von vor
wann warum was wenn wer wie wird wo zu zum zur
"""
_SHORT = frozenset(_SHORT_WORDS.split())


class Answer(NamedTuple):
    code: str
    title: str


class _Page(NamedTuple):
    code: str
    title: str
    first: frozenset[str]
    """Words of the title, the code and what others call it."""
    rest: frozenset[str]


def answers(text: str) -> tuple[Answer, ...]:
    """The explanations that fit, best first; a pasted error message finds what it is about."""
    wanted = _words(text) - _SHORT
    known = find(text) if text.strip() else None
    found = []
    for number, page in enumerate(_pages(spoken())):
        points = sum(_points(word, page) for word in wanted)
        if page.code == known:
            points += _PASTED
        if points:
            found.append((-points, number, page))
    found.sort(key=lambda one: one[:2])
    enough = -found[0][0] * _NEAR if found and found[0][0] > -_PASTED else 0
    best = dict.fromkeys(
        Answer(page.code, page.title) for points, _, page in found if -points >= enough
    )
    titles: set[str] = set()
    unique = []
    for answer in best:
        if answer.title not in titles:  # variants of one code often share their title
            titles.add(answer.title)
            unique.append(answer)
    return tuple(unique[:MOST])


@functools.cache
def _pages(_language: str) -> tuple[_Page, ...]:
    pages = []
    for entry in entries():
        told = explain_code(entry.code)
        first = _words(" ".join((told.title, entry.code, *entry.aliases)))
        rest = _words(" ".join((told.your_data, told.next_step, *told.steps)))
        pages.append(_Page(entry.code, told.title, first, rest))
    return tuple(pages)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower().replace("-", " ")))


def _points(word: str, page: _Page) -> int:
    """Whole words count most, the beginning of one (while it is typed) less."""
    if word in page.first:
        return 8
    if any(one.startswith(word) for one in page.first):
        return 5
    if word in page.rest:
        return 2
    return 1 if any(one.startswith(word) for one in page.rest) else 0
