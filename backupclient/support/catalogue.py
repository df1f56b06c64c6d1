"""Reading a catalogue of explanations. What its file looks like: `explainer.py`."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources

import msgspec

from backupclient.decoding import converted

ENGLISH = "en"
"""The language in which everything is explained, and which stands in for what another lacks."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of one code as they stand in the catalogue, placeholders and all. `variant` is the
    fact whose value picks a more special entry; `window` is the next step of somebody who sits at
    the window, if it is another; `command` is what may be typed, the same in every language.
    `steps_…` and `command_…` are for those who have that system, or that kind of storage."""

    code: str
    title: str
    data: str
    meanwhile: str
    next: str
    offer: str
    steps: tuple[str, ...] = ()
    steps_linux: tuple[str, ...] = ()
    steps_macos: tuple[str, ...] = ()
    steps_windows: tuple[str, ...] = ()
    steps_drive: tuple[str, ...] = ()
    steps_online: tuple[str, ...] = ()
    steps_plan: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    variant: str = ""
    window: str = ""
    command: str = ""
    command_macos: str = ""
    command_windows: str = ""


OTHER_STEPS = tuple(name for name in Entry.__struct_fields__ if name.startswith("steps_"))
SAME_EVERYWHERE = ("variant", "aliases", "command", "command_macos", "command_windows")
"""What is no text for people, and so has no translation."""
Catalogue = Mapping[str, Entry]
_Texts = Mapping[str, object]


@functools.lru_cache(maxsize=8)  # a report may name any language
def read_catalogue(language: str) -> Catalogue:
    """Every entry by its code, in the order of the English file; "de-AT" is looked for as such,
    then as "de"; English stands in for what is not there. ValueError for no name of a language."""
    if not _LANGUAGE.fullmatch(language):
        raise ValueError(language)
    texts = _file(ENGLISH)
    for name in dict.fromkeys((re.split("[-_]", language)[0], language)):
        if name != ENGLISH:
            texts = translated(texts, _file(name))
    return {entry.code: entry for entry in _entries(texts)}


def translated(english: _Texts, other: _Texts) -> dict[str, object]:
    """`english` with every text that `other` has replaced by it; what `other` adds is ignored."""
    result: dict[str, object] = {}
    for name, text in english.items():
        given = other.get(name)
        if isinstance(text, dict):
            result[name] = translated(text, given) if isinstance(given, dict) else text
        elif name in SAME_EVERYWHERE:
            result[name] = text
        else:
            result[name] = given if type(given) is type(text) else text
    return result


def _file(language: str) -> _Texts:
    file = resources.files("resources").joinpath(f"explanations/{language}.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


def _entries(catalogue: _Texts) -> Iterator[Entry]:
    for code, table in catalogue.items():
        if not isinstance(table, dict):
            raise TypeError(code)
        own = {key: text for key, text in table.items() if not isinstance(text, dict)}
        yield converted({"code": code, **own}, Entry)
        inherited = own | {"aliases": (), "variant": ""}
        for value, variant in table.items():
            if isinstance(variant, dict):
                another: dict[str, object] = {"window": ""} if "next" in variant else {}
                if "steps" in variant:
                    another |= dict.fromkeys(OTHER_STEPS, ())
                if "command" in variant:
                    another |= {"command_macos": "", "command_windows": ""}
                texts = {**inherited, **another, **variant, "code": f"{code}.{value}"}
                yield converted(texts, Entry)
