"""What a report is made of changes knowingly: another program reads it."""

from __future__ import annotations

from pathlib import Path

from backupclient.support.diagnostics.bundle import schema


def test_the_schema_is_the_one_that_is_written_down() -> None:
    """After a change of `bundle.py`: write it anew, with `schema()`, and read what changed."""
    assert schema() == Path(__file__).with_name("bundle.schema.json").read_bytes()
