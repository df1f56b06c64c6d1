"""The help's articles, as they lie in `resources/help`, one Markdown file each:

    ---
    codes: storage-full will-not-fit        # what it is about, of the catalogue of explanations
    words: quota limit room                 # what else people call it
    ---
    # My storage is full. What now?

    **The answer, first.** More of it.

    [Another article](article:bought-more-storage)

Only the English file names codes. A language has every article or is not offered.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec

from backupclient.support.catalogue import ENGLISH

LINK = "article:"
"""What a link to another article begins with; its name follows."""

_MARKS = re.compile(r"\*\*|[*`]|\[([^\]]*)\]\([^)]*\)")


class Article(msgspec.Struct, frozen=True):
    """`name` is stable and the same in every language. `body` is Markdown without the title."""

    name: str
    title: str
    body: str
    codes: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def answer(self) -> str:
        """The first sentences, which answer the question, as plain text."""
        return plain(self.body.split("\n\n")[0].removeprefix("**").split("**")[0])


def plain(markdown: str) -> str:
    """The words of a piece of an article, without its marks."""
    return _MARKS.sub(r"\1", markdown)


@functools.cache
def articles(language: str) -> Mapping[str, Article]:
    """Every article by its name, in the language if there are articles in it ("de" stands in for
    "de-AT"), else in English. Any thread."""
    english = _folder(ENGLISH)
    named = _folder(re.split("[-_]", language)[0])
    return {
        name: _read(name, text, english[name])
        for name, text in (named or english).items()
        if name in english
    }


@functools.cache
def article_of(code: str, language: str) -> Article | None:
    """The article about a problem; about its kind, if `code` is a variant's."""
    kind = code.partition(".")[0]
    for article in articles(language).values():
        if kind in article.codes:
            return article
    return None


def synonyms(language: str) -> tuple[frozenset[str], ...]:
    """Groups of words that mean the same to whoever asks."""
    return tuple(frozenset(line.split()) for line in _lines(language, "synonyms.txt"))


def asked(language: str) -> Mapping[str, tuple[str, ...]]:
    """How people ask for an article, by its name."""
    lines = (line.split(" | ") for line in _lines(language, "asked.txt"))
    return {name: tuple(questions) for name, *questions in lines}


def small_words(language: str) -> frozenset[str]:
    """Words of a question that say nothing of what it is about."""
    return frozenset(word for line in _lines(language, "small-words.txt") for word in line.split())


def _lines(language: str, name: str) -> tuple[str, ...]:
    """Of a list beside the language's articles, or the English one."""
    own = _root().joinpath(re.split("[-_]", language)[0], name)
    file = own if own.is_file() else _root().joinpath(ENGLISH, name)
    lines = file.read_text("utf-8").splitlines()
    return tuple(line for line in lines if not line.startswith("#"))


def _root() -> Traversable:
    return resources.files("resources").joinpath("help")


@functools.cache
def _folder(language: str) -> dict[str, str]:
    folder = _root().joinpath(language)
    if not folder.is_dir():
        return {}
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {
        file.name.removesuffix(".md"): file.read_text("utf-8")
        for file in files
        if file.name.endswith(".md")
    }


def _read(name: str, text: str, english: str) -> Article:
    fields, title, body = _parts(text)
    codes = _parts(english)[0].get("codes", "")
    return Article(
        name=name,
        title=title,
        body=body,
        codes=tuple(codes.split()),
        words=tuple(fields.get("words", "").split()),
    )


def _parts(text: str) -> tuple[dict[str, str], str, str]:
    _, head, rest = text.split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    title, _, body = rest.removeprefix("# ").partition("\n")
    return fields, title, body.strip()
