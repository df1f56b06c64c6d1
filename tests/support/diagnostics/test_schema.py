"""What a report is made of changes knowingly: another program reads it."""

from __future__ import annotations

import typing
from pathlib import Path

import msgspec

from backupclient.support.diagnostics import bundle
from backupclient.support.diagnostics.bundle import schema


def test_the_schema_is_the_one_that_is_written_down() -> None:
    """After a change of `bundle.py`: write it anew, with `schema()`, and read what changed."""
    assert schema() == Path(__file__).with_name("bundle.schema.json").read_bytes()


def test_no_text_gets_in_that_was_not_cleaned() -> None:
    """What comes from outside is `Clean`, which only the door for texts makes (mypy holds that)."""
    typed = {"contact", "note"}  # of `Typed`, which is no part of a report
    structs = [
        one
        for one in vars(bundle).values()
        if isinstance(one, type)
        and issubclass(one, msgspec.Struct)
        and one.__module__ == bundle.__name__
    ]
    bare = {
        name
        for one in structs
        for name, kind in typing.get_type_hints(one).items()
        if kind is str or str in typing.get_args(kind)
    }
    assert bare - {"facts"} == typed
    assert len(structs) > 15
