"""Languages: what a translation has is taken from it, the rest from English."""

from __future__ import annotations

import re

import pytest

from backupclient.support.catalogue import read_catalogue, translated
from backupclient.support.explainer import explain_code

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
