"""Finding the article that answers a question, as people type it, without the network.

SQLite's full-text index (FTS5, ranked by BM25) over the articles and the explanations they are
about. A word of the question is looked for as it is, as the beginning of one, by what means the
same, and where nobody wrote it like that by what is spelled nearly so.
"""

from __future__ import annotations

import difflib
import functools
import math
import re
import sqlite3
import unicodedata
from collections.abc import Set as AbstractSet
from contextlib import closing

from backupclient.support.catalogue import ENGLISH, read_catalogue
from backupclient.support.explainer import UNKNOWN, find
from backupclient.support.help_articles import (
    Article,
    article_of,
    articles,
    plain,
    small_words,
    synonyms,
)

MOST = 6
_WORD = re.compile(r"\w+")
_FITS = (
    "SELECT name, -bm25(articles, 0.0, 8.0, 5.0, 4.0, 1.0, 2.0) FROM articles"
    " WHERE articles MATCH ?"
)
"""A word counts most in the title, then among the article's words, in its answer, in its problems,
and in the rest."""
_SAME = 0.7
"""What a word that means the same counts beside the word itself."""
_LIKENESS = 0.78
_LONG = 4
"""Letters from which on a word may be misspelled."""
_NEAR = 0.5
"""What is found has at least this share of the best one's points."""
_ENOUGH = 0.4
"""What share of the question's words some article must have to be an answer at all."""


class HelpSearch:
    """The articles of one language. Belongs to one thread; making one takes some milliseconds."""

    def __init__(self, language: str = ENGLISH) -> None:
        self._articles = articles(language)
        self._language = language
        self._small = frozenset(map(_folded, small_words(language)))
        self._groups = [frozenset(_folded(word) for word in group) for group in synonyms(language)]
        stemmed = "porter " if self._articles is articles(ENGLISH) else ""
        self._index = sqlite3.connect(":memory:")
        self._index.execute(
            "CREATE VIRTUAL TABLE articles USING fts5(name UNINDEXED, title, words, answer, body,"
            f" problems, tokenize = '{stemmed}unicode61 remove_diacritics 2')"
        )
        self._known: set[str] = set()
        for article in self._articles.values():
            texts = self._texts(article)
            self._known.update(word for text in texts for word in _words(text))
            self._index.execute(
                "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)", (article.name, *texts)
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
        words = [word for word in _words(question) if self._says_something(word)]
        points: dict[str, float] = {}
        understood = 0
        for word in dict.fromkeys(words):
            worth = self._worth(word)
            understood += bool(worth)
            for name, more in worth.items():
                points[name] = points.get(name, 0.0) + more
        if understood >= _ENOUGH * len(words):
            best = max(points.values(), default=0.0)
            fit = [name for name in points if points[name] >= _NEAR * best]
            found += [self._articles[name] for name in sorted(fit, key=lambda n: -points[n])]
        return tuple(dict.fromkeys(found))[:limit]

    def _says_something(self, word: str) -> bool:
        """Small words say nothing, nor do amounts that nobody wrote about."""
        return word not in self._small and not (word[0].isdigit() and word not in self._known)

    def _worth(self, word: str) -> dict[str, float]:
        """How well each article fits one word of the question, or what means the same; the more
        articles have it, the less it says."""
        written = self._written(word)
        same = {
            other
            for group in self._groups
            if written & group
            for other in group - written
            if self._is_written(other)
        }
        worth = {name: _SAME * fit for name, fit in self._fits(same).items()}
        for name, fit in self._fits(written).items():
            worth[name] = max(fit, worth.get(name, 0.0))
        says = math.log(1 + len(self._articles) / len(worth)) if worth else 0.0
        return {name: fit * says for name, fit in worth.items()}

    def _fits(self, words: AbstractSet[str]) -> dict[str, float]:
        """Between 0 and 1, the best article's."""
        if not words:
            return {}
        rows = self._index.execute(
            _FITS,
            (" OR ".join(map(self._term, sorted(words))),),
        ).fetchall()
        best = max((fit for _, fit in rows), default=0.0)
        return {name: fit / best for name, fit in rows if best > 0}

    def _term(self, word: str) -> str:
        """A word that is one is not the beginning of others, whose stem may be short: "died" is
        none of "directory"."""
        return f'"{word}"' if word in self._known and len(word) < 7 else f'"{word}"*'

    def _written(self, word: str) -> frozenset[str]:
        """The word, or where nobody wrote it what is spelled nearly so."""
        if self._is_written(word):
            return frozenset({word})
        if len(word) < _LONG:
            return frozenset()
        known = self._known.union(*self._groups) - self._small
        alike = [one for one in known if one[:1] == word[:1]]  # few mistype the first letter
        return frozenset(difflib.get_close_matches(word, alike, 2, _LIKENESS))

    def _is_written(self, word: str) -> bool:
        return word in self._known or any(one.startswith(word) for one in self._known)

    def _texts(self, article: Article) -> tuple[str, str, str, str, str]:
        catalogue = read_catalogue(self._language)
        problems = [
            " ".join((entry.title, code.replace("-", " "), *entry.aliases))
            for code, entry in catalogue.items()
            if code.partition(".")[0] in article.codes
        ]
        return (
            article.title,
            " ".join(article.words),
            article.answer,
            plain(article.body),
            " ".join(problems),
        )


@functools.cache
def _folded(word: str) -> str:
    """In small letters, without accents, as the index folds words."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _words(text: str) -> list[str]:
    return [_folded(word) for word in _WORD.findall(text)]


def answers(question: str, language: str = ENGLISH, limit: int = MOST) -> tuple[Article, ...]:
    """As `HelpSearch.find`, for who asks once."""
    with closing(HelpSearch(language)) as search:
        return search.find(question, limit)
