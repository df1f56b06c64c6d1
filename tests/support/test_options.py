"""What whoever helps can offer: for the computer and the storage that the person has."""

from __future__ import annotations

import re

import pytest

from backupclient.support.catalogue import OTHER_STEPS, read_catalogue
from backupclient.support.diagnostics.bundle import Door, Like
from backupclient.support.explainer import Lies, System, Where, entries, explain_code
from backupclient.support.options import option_for
from tests.support.test_help_articles import texts_of_the_window

SYSTEMS = (System.LINUX, System.MACOS, System.WINDOWS)
OWN = {
    System.LINUX: re.compile(r"\bLinux\b|timedatectl|sysctl"),
    System.MACOS: re.compile(r"\bMac\b|sntp"),
    System.WINDOWS: re.compile(r"\bWindows\b|w32tm"),
}
ELSEWHERE = {
    Lies.DRIVE: re.compile(r"^(At a provider|Bei einem Anbieter)"),
    Lies.ONLINE: re.compile(r"^(On a drive|In a folder|Bei einem Laufwerk|In einem Ordner)"),
    Lies.PLAN: re.compile(r"^(On a drive|In a folder|Bei einem Laufwerk|In einem Ordner)"),
}
KINDS = {
    "self-signed": "whose storage it is has to be asked first",
    "watch-limit": "of Linux alone",
}
LABEL = {"en": re.compile("“([^”]+)”"), "de": re.compile("„([^“]+)“")}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_steps_and_commands_are_those_of_the_persons_system(system: System, language: str) -> None:
    others = [OWN[other] for other in SYSTEMS if other is not system]
    for entry in entries():
        if any(kind in entry.code for kind in KINDS):
            continue
        for lies in Lies:
            given = option_for(entry.code, {}, language=language, where=Where(system, lies))
            for text in (*given.steps, given.command):
                assert not any(other.search(text) for other in others), (entry.code, text)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("lies", ELSEWHERE)
def test_steps_are_for_the_place_where_the_backup_lies(lies: Lies, language: str) -> None:
    for entry in entries():
        if any(kind in entry.code for kind in KINDS):
            continue
        for step in explain_code(entry.code, language=language, where=Where(lies=lies)).steps:
            assert not ELSEWHERE[lies].search(step), (entry.code, step)


def test_what_is_not_known_has_the_steps_of_all() -> None:
    everywhere = explain_code("storage-full", where=Where()).steps
    for lies in (Lies.DRIVE, Lies.ONLINE):
        assert set(explain_code("storage-full", where=Where(lies=lies)).steps) <= set(everywhere)
    told = option_for("clock-wrong", {}, where=Where()).steps
    assert sum(bool(own.search(step)) for step in told for own in OWN.values()) == len(OWN)


def test_a_plan_is_not_bought_at_a_provider() -> None:
    first, *_ = option_for("storage-full", {}, where=Where(lies=Lies.PLAN)).steps
    assert "“Get more storage”" in first


def test_whom_a_code_says_nothing_to_do_is_given_its_next_step() -> None:
    assert option_for("region-found", {}, Like.STEPS, Door.WINDOW).steps == ("Nothing.",)


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_to_be_pressed_stands_in_the_window(language: str) -> None:
    """Labels of other programs are in other quotes in English; in German they are those that have
    none in English."""
    shown, seen = texts_of_the_window(language), 0
    english, own = read_catalogue("en"), read_catalogue(language)
    for code, entry in english.items():
        for name in ("steps", *OTHER_STEPS):
            pairs = zip(getattr(entry, name), getattr(own[code], name), strict=True)
            for source, step in pairs:
                wanted = len(LABEL["en"].findall(source))
                found = [one for one in LABEL[language].findall(step) if one in shown]
                assert len(found) >= wanted, (code, step)
                seen += wanted
    assert seen > 30
