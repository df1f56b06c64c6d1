"""Languages: what a translation has is taken from it, the rest from English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources

import pytest

from backupclient.errors import Fact
from backupclient.support.catalogue import SAME_EVERYWHERE, read_catalogue, translated
from backupclient.support.explainer import entries, explain_code, placeholders
from tests.support.test_explainer import COMMANDS, FACTS

ENGLISH = {
    "a": {"title": "A", "data": "B", "steps": ["C"], "aliases": ["D"], "variant": "reason"},
    "e": {"title": "E", "x": {"title": "F"}, "y": {"title": "G"}},
}


def test_a_translation_replaces_texts_alone() -> None:
    german = {
        "a": {"title": "Ä", "steps": ["Ü"], "aliases": ["Ö"], "variant": "ß", "strange": "?"},
        "e": {"x": {"title": "Eff"}},
        "strange": {"title": "?"},
    }
    assert translated(ENGLISH, german) == {
        "a": {"title": "Ä", "data": "B", "steps": ["Ü"], "aliases": ["D"], "variant": "reason"},
        "e": {"title": "E", "x": {"title": "Eff"}, "y": {"title": "G"}},
    }


def test_a_text_of_the_wrong_kind_is_left_in_english() -> None:
    assert translated(ENGLISH, {"a": {"title": ["?"], "steps": "?"}, "e": "?"}) == ENGLISH


@pytest.mark.parametrize("language", ["xx", "xx-YY", "en", "en-GB"])
def test_what_has_no_translation_is_said_in_english(language: str) -> None:
    assert explain_code("storage-full", language=language) == explain_code("storage-full")
    assert list(read_catalogue(language)) == list(read_catalogue("en"))


@pytest.mark.parametrize("language", ["", "../en", "english!", "e"])
def test_only_names_of_languages_are_taken(language: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(language)):
        read_catalogue(language)


# --- what is shipped ------------------------------------------------------------------------------

LANGUAGES = ("de",)
"""Those that say everything themselves."""
FORBIDDEN = re.compile(
    r"\b(repositor\w*|snapshots?|blobs?|prun\w*|endpoints?|buckets?|backups?|bitte versuchen)\b",
    re.IGNORECASE,
)
LONGEST_TITLE = 70


def _tables(language: str) -> Mapping[str, object]:
    file = resources.files("resources").joinpath(f"explanations/{language}.toml")
    return tomllib.loads(file.read_text("utf-8"))


def _pairs(
    english: Mapping[str, object], other: Mapping[str, object], at: str = ""
) -> Iterator[tuple[str, object, object]]:
    """Every text of the English file with what the other has for it, and the other way round."""
    for name in dict.fromkeys((*english, *other)):
        mine, given, where = english.get(name), other.get(name), f"{at}.{name}".lstrip(".")
        if isinstance(mine, dict) and isinstance(given, dict):
            yield from _pairs(mine, given, where)
        elif name not in SAME_EVERYWHERE:
            yield where, mine, given


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_with_its_places(language: str) -> None:
    for where, mine, given in _pairs(_tables("en"), _tables(language)):
        assert type(mine) is type(given), where
        if isinstance(mine, list) and isinstance(given, list):
            assert len(mine) == len(given), where
        assert sorted(placeholders(str(mine))) == sorted(placeholders(str(given))), where


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [{}, FACTS], ids=["without-facts", "with-facts"])
def test_every_translation_reads_well(language: str, facts: dict[str, Fact]) -> None:
    for entry in entries():
        told = explain_code(entry.code, facts, language=language)
        texts = (told.your_data, told.meanwhile, told.next_step, told.offer, *told.steps)
        for text in (told.title, *texts):
            assert text, entry.code
            assert not re.search(r"[{}\[\]|]|\bNone\b|  | [.,;:]", text), text
            assert text[0].isupper() or text.startswith("'"), text
            assert not FORBIDDEN.search(COMMANDS.sub("", text)), text
        assert all(text.endswith((".", "?")) for text in texts), entry.code
        assert told.title[-1] not in ".!:?", told.title


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translated_title_is_short_and_has_no_numbers(language: str) -> None:
    for entry in entries():
        title = explain_code(entry.code, language=language).title
        assert len(title) <= LONGEST_TITLE, title
        assert not re.search(r"\d", title.replace("S3", "")), title


def test_facts_are_said_in_the_language() -> None:
    german = explain_code("backup-locked", {"waited_seconds": 75}, language="de-AT")
    assert "1 Minute 15 Sekunden" in german.meanwhile
    fits = explain_code("will-not-fit", {"missing_bytes": 12_400_000_000}, language="de")
    assert fits.title.startswith("12,4 GB")
    assert "3. November 2026" in explain_code("went-on", FACTS, language="de").title
