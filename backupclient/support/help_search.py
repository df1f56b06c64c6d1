"""Finding the article that answers a question, as people type it, without the network.

SQLite's full-text index (FTS5, ranked by BM25) over the articles and the explanations they are
about, of the stems of their words. A word of the question is looked for as it is, with what means
the same; where nobody wrote it, as the beginning of a word, then as one that is misspelled, then
as one that is put together of others.
"""

from __future__ import annotations

import difflib
import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from typing import NamedTuple

from backupclient.support.catalogue import ENGLISH, Entry, read_catalogue
from backupclient.support.explainer import UNKNOWN, find
from backupclient.support.help_articles import (
    Article,
    article_of,
    articles,
    asked,
    plain,
    small_words,
    synonyms,
)
from backupclient.support.word_stems import stem, words_of

MOST = 6
_FITS = (
    "SELECT name, -bm25(articles, 0.0, 8.0, 5.0, 4.0, 1.0, 2.0) FROM articles"
    " WHERE articles MATCH ?"
)
"""A word counts most in the title, then among the article's words, in its answer, in its problems,
and in the rest."""
_SAME = 0.6
"""What a word that means the same counts beside the word itself."""
_LIKENESS = 0.78
_RAREST = 15.0
"""How many times as many articles there are as have a word, for it to say the most it can: what
is rarer still is more often chance."""
_BEGUN = 3
"""Letters that the beginning of a word has."""
_LONG = 4
"""Letters from which on a word may be misspelled."""
_PART = 5
"""Letters that a part of a word put together of others has."""
_ASKED = 1.5
"""What it counts that an article is asked for like this, beside all of the question's words."""
_NEAR = 0.4
"""What is found has at least this share of the best one's points."""
_ENOUGH = 0.3
"""What share of the question's words some article must have to be an answer at all."""
_GUESSED = 0.5
"""What a word counts there that nobody wrote like that."""


class _Meant(NamedTuple):
    """What one word of a question stands for, what means the same, how much it says, and what it
    is worth to the articles."""

    written: frozenset[str]
    guessed: bool
    same: frozenset[str]
    says: float
    worth: dict[str, float]


class HelpSearch:
    """The articles of one language. Belongs to one thread; making one takes some milliseconds."""

    def __init__(self, language: str = ENGLISH) -> None:
        self._articles = articles(language)
        self._language = language
        self._speech = ENGLISH if self._articles is articles(ENGLISH) else language
        self._small = frozenset(word for one in small_words(language) for word in words_of(one))
        self._groups = [frozenset(self._stems(" ".join(group))) for group in synonyms(language)]
        self._questions = asked(language)
        texts = {
            name: [tuple(self._stems(text)) for text in self._texts(article)]
            for name, article in self._articles.items()
        }
        self._asked = [
            (name, words)
            for name, article in self._articles.items()
            for words in dict.fromkeys(
                frozenset(self._stems(one)) for one in self._ways_to_ask(article)
            )
        ]
        self._known = frozenset(
            word for columns in texts.values() for column in columns for word in column
        ).union(*(words for _, words in self._asked))
        self._known_or_same = self._known.union(*self._groups)
        self._index = sqlite3.connect(":memory:")
        self._index.execute(
            "CREATE VIRTUAL TABLE articles USING fts5(name UNINDEXED, title, words, answer, body,"
            " problems, tokenize = 'unicode61')"
        )
        self._index.executemany(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)",
            (
                (name, *(" ".join(self._with_parts(column)) for column in columns))
                for name, columns in texts.items()
            ),
        )

    def close(self) -> None:
        self._index.close()

    def find(self, question: str, limit: int = MOST) -> tuple[Article, ...]:
        """The articles that fit, best first; none if nothing fits. A pasted error message finds
        the article about it."""
        found: list[Article] = []
        pasted = find(question) if question.strip() else None
        about = article_of(pasted, self._language) if pasted and pasted != UNKNOWN else None
        if about is not None:
            found.append(about)
        words = [word for word in self._stems(question) if self._says_something(word)]
        points: dict[str, float] = {}
        meant = [self._meant(word) for word in dict.fromkeys(words)]
        for one in meant:
            for name, more in one.worth.items():
                points[name] = points.get(name, 0.0) + more
        for name, more in self._asked_like(meant).items():
            points[name] = points.get(name, 0.0) + more
        understood = sum(_GUESSED if one.guessed else 1.0 for one in meant if one.worth)
        if understood >= _ENOUGH * len(meant):
            best = max(points.values(), default=0.0)
            fit = [name for name in points if points[name] >= _NEAR * best]
            found += [self._articles[name] for name in sorted(fit, key=lambda n: -points[n])]
        return tuple(dict.fromkeys(found))[:limit]

    def _stems(self, text: str) -> Iterator[str]:
        """Of the words that say something, in their order."""
        return (stem(word, self._speech) for word in words_of(text) if word not in self._small)

    def _says_something(self, word: str) -> bool:
        """Amounts that nobody wrote about say nothing."""
        return not word[0].isdigit() or word in self._known

    def _with_parts(self, words: Iterable[str]) -> Iterator[str]:
        for word in words:
            yield word
            yield from self._parts(word)

    def _parts(self, word: str) -> frozenset[str]:
        """The known words that a longer one begins or ends with: "plate" of "bookplate"."""
        cuts = range(_PART, len(word))
        ends = {part for cut in cuts for part in (word[:cut], word[-cut:])} & self._known
        return frozenset(
            part for part in ends if not any(part != other and part in other for other in ends)
        )

    def _meant(self, word: str) -> _Meant:
        """How well each article fits one word of the question, or what means the same; the more
        articles have it, the less it says."""
        written = self._written(word)
        same = frozenset(
            other
            for group in self._groups
            if written & group
            for other in group - written
            if other in self._known
        )
        worth = {name: _SAME * fit for name, fit in self._fits(same).items()}
        for name, fit in self._fits(written).items():
            worth[name] = max(fit, worth.get(name, 0.0))
        says = math.log(1 + min(len(self._articles) / len(worth), _RAREST)) if worth else 0.0
        guessed = word not in written
        return _Meant(
            written, guessed, same, says, {name: fit * says for name, fit in worth.items()}
        )

    def _asked_like(self, meant: Sequence[_Meant]) -> dict[str, float]:
        """How near the question is to the nearest of those that each article is asked for with:
        what both say, of all that either says."""
        near: dict[str, float] = {}
        for name, words in self._asked:
            shared = 0.0
            hit = 0
            for one in meant:
                if one.written & words:
                    shared += one.says
                elif one.same & words:
                    shared += _SAME * one.says
                else:
                    continue
                hit += 1
            if shared:
                share = 2 * hit / (len(meant) + len(words))
                near[name] = max(near.get(name, 0.0), _ASKED * shared * share)
        return near

    def _fits(self, words: AbstractSet[str]) -> dict[str, float]:
        """Between 0 and 1, the best article's."""
        if not words:
            return {}
        asked = " OR ".join(f'"{word}"' for word in sorted(words))
        rows = self._index.execute(_FITS, (asked,)).fetchall()
        best = max((fit for _, fit in rows), default=0.0)
        return {name: fit / best for name, fit in rows if best > 0}

    def _written(self, word: str) -> frozenset[str]:
        """The word, or where nobody wrote it, what it stands for."""
        meant = self._known_or_same
        if word in meant:
            return frozenset({word})
        if len(word) >= _BEGUN and (begun := {one for one in meant if one.startswith(word)}):
            return frozenset(begun)
        if len(word) < _LONG:
            return frozenset()
        alike = [one for one in meant if one[:1] == word[:1]]  # few mistype the first letter
        return frozenset(difflib.get_close_matches(word, alike, 2, _LIKENESS)) or self._parts(word)

    def _problems(self, article: Article) -> list[tuple[str, Entry]]:
        return [
            (code, entry)
            for code, entry in read_catalogue(self._language).items()
            if code.partition(".")[0] in article.codes
        ]

    def _ways_to_ask(self, article: Article) -> Iterator[str]:
        yield article.title
        yield from self._questions.get(article.name, ())
        yield from (entry.title for _, entry in self._problems(article))

    def _texts(self, article: Article) -> tuple[str, str, str, str, str]:
        problems = [
            " ".join((entry.title, code.replace("-", " "), *entry.aliases))
            for code, entry in self._problems(article)
        ]
        return (
            article.title,
            " ".join((*article.words, *self._questions.get(article.name, ()))),
            article.answer,
            plain(article.body),
            " ".join(problems),
        )


def answers(question: str, language: str = ENGLISH, limit: int = MOST) -> tuple[Article, ...]:
    """As `HelpSearch.find`, for who asks once."""
    with closing(HelpSearch(language)) as search:
        return search.find(question, limit)
