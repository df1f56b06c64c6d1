"""The articles: complete, linked, and about what there is."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.cli.main import COMMANDS, load, parse
from backupclient.support.explainer import entries
from backupclient.support.help_articles import (
    LINK,
    Article,
    article_of,
    articles,
    plain,
    synonyms,
)

LANGUAGES = ("en", "de")
ROOT = Path(__file__).parents[2]
LINKS = re.compile(r"\]\(([^)]+)\)")
COMMAND = re.compile(r"backupclient ([a-z]+)((?: --[\w-]+| [^ `]+)*)")
QUOTED = {"en": re.compile(r'"([^"]+)"'), "de": re.compile("„([^“]+)“")}
_PAGES = {
    *("Home", "Files", "Problems", "Restore", "Storage & plan", "History", "Help", "Settings")
}
_NAME = "([A-Z][a-z]+(?: & [a-z]+)?)"
OPENED = re.compile(rf"\b[Oo]pen {_NAME}")
SAID_OF = re.compile(rf"\b(?:[Uu]nder|[Oo]n|[Ii]n) {_NAME}")
HEARD = re.compile(r'setAccessible(?:Name|Description)\(\s*(?:self\.)?tr\(\s*"([^"]+)"')
FORBIDDEN = re.compile(
    r"\b(repository|snapshots?|blobs?|prune|endpoint|try again later)\b", re.IGNORECASE
)
LONGEST = 250
"""Words of an article: it is short, or it is two."""


def every() -> list[tuple[str, Article]]:
    return [(language, one) for language in LANGUAGES for one in articles(language).values()]


def test_every_language_has_every_article() -> None:
    assert len(articles("en")) >= 40
    assert list(articles("de")) == list(articles("en"))
    assert articles("de-AT") == articles("de")
    assert articles("xx") == articles("en")
    assert all(
        articles("de")[name].title != article.title for name, article in articles("en").items()
    )


def test_every_problem_has_its_article() -> None:
    codes = {entry.code.partition(".")[0] for entry in entries()}
    told = [code for article in articles("en").values() for code in article.codes]
    assert sorted(told) == sorted(codes)
    for language in LANGUAGES:
        about = article_of("access-denied.write", language)
        assert about is not None
        assert about.name == "key-refused"
    assert article_of("no-such-code", "en") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_article_begins_with_its_answer_and_is_short(language: str) -> None:
    for article in articles(language).values():
        assert article.title, article.name
        assert article.body.startswith("**"), article.name
        assert 2 <= len(article.answer.split()) <= 50, (article.name, article.answer)
        assert len(plain(article.body).split()) <= LONGEST, article.name
        assert article.words, article.name
        assert not FORBIDDEN.search(article.title + article.answer), article.name


def test_every_link_leads_somewhere() -> None:
    for language, article in every():
        for target in LINKS.findall(article.body):
            assert target.startswith(LINK), (language, article.name, target)
            assert target.removeprefix(LINK) in articles(language), (article.name, target)


def test_every_command_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    found = 0
    for _, article in every():
        for verb, rest in COMMAND.findall(article.body):
            if verb.isupper():
                continue
            assert verb in COMMANDS, (article.name, verb)
            options = [word for word in rest.split() if word.startswith("--")]
            help_text = _help(verb, capsys)
            assert all(option in help_text for option in options), (article.name, verb, rest)
            found += 1
    assert found > 20


def _help(verb: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        parse(verb, load(verb), ["--help"])
    return capsys.readouterr().out


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_quoted_stands_in_the_window(language: str) -> None:
    """Buttons and switches are named as they are."""
    shown, heard = texts_of_the_window(language), names_that_are_only_heard(language)
    assert len(heard) > 10
    for article in articles(language).values():
        for quoted in QUOTED[language].findall(article.body):
            assert quoted in shown, (article.name, quoted)
            assert quoted not in heard, (article.name, quoted)


def test_pages_are_named_as_they_are() -> None:
    """Both languages send to the same ones."""
    pages = {source: own for source, own in _pairs() if source in _PAGES}
    shown, found = texts_of_the_window("en") | _PAGES, 0
    for name, article in articles("en").items():
        for opened in OPENED.findall(article.body):
            assert opened in _PAGES | {"Plainkeep"}, (name, opened)
        for page in SAID_OF.findall(article.body):
            assert page in shown, (name, page)
        for page in _PAGES & {*SAID_OF.findall(article.body), *OPENED.findall(article.body)}:
            assert pages[page] in articles("de")[name].body, (name, page)
            found += 1
    assert found > 25


def texts_of_the_window(language: str) -> set[str]:
    return {pair[language != "en"] for pair in _pairs()}


def names_that_are_only_heard(language: str) -> set[str]:
    """What is told to screen readers and written nowhere: who looks for it does not find it."""
    heard, written = set(), set()
    for file in (ROOT / "ui").rglob("*.py"):
        text = file.read_text("utf-8")
        heard.update(HEARD.findall(text))
        written.update(re.findall(r'"([^"]+)"', HEARD.sub("", text)))
    return {own[language != "en"] for own in _pairs() if own[0] in heard - written}


def _pairs() -> Iterator[tuple[str, str]]:
    """Every text of the window, and its translation."""
    file = ROOT / "resources" / "translations" / "plainkeep_de.ts"
    for message in ET.parse(file).getroot().iter("message"):
        source, own = message.findtext("source") or "", message.findtext("translation") or ""
        yield source.replace("&&", "&"), own.replace("&&", "&")


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_mean_the_same_are_at_least_two(language: str) -> None:
    assert all(len(group) > 1 for group in synonyms(language))
    assert len(synonyms(language)) > 20
