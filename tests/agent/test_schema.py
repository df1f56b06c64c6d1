"""What is spoken on the socket is written down, so that no change of it goes unnoticed.

After a change that was meant: `backupclient agent --schema > tests/agent/protocol.schema.json`.
What is more than a new field that may be missing changes `protocol.VERSION`, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from backupclient.cli.main import main
from backupclient.wire import protocol

GOLDEN = Path(__file__).with_name("protocol.schema.json")


def test_the_schema_is_as_it_was_written_down() -> None:
    as_before = protocol.schema().decode() == GOLDEN.read_text()
    assert as_before, "was it meant? backupclient agent --schema > tests/agent/protocol.schema.json"


def test_the_schema_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agent", "--schema"]) == 0
    assert capsys.readouterr().out.encode() == protocol.schema()


def test_every_request_is_in_the_documentation() -> None:
    first_words = {line.split(" ")[0] for line in (protocol.__doc__ or "").splitlines()}
    requests = {kind.__struct_config__.tag for kind in get_args(protocol.AnyRequest)}
    assert requests - {"hello"} <= first_words
