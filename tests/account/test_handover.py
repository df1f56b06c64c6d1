"""A one-time code opens its box, and nothing else does."""

from __future__ import annotations

import base64

import pytest

from backupclient.account import handover
from backupclient.account.handover import Handed
from backupclient.errors import InvalidRequest

HANDED = Handed("ab" * 32, "the password of a backup")


def test_what_is_handed_over_is_read_with_the_code_alone() -> None:
    code = handover.make_code()
    box = handover.seal(code, HANDED)
    typed = handover.as_code(code.lower().replace("-", " "))
    assert typed == code
    assert handover.unseal(typed, box) == HANDED
    raw = base64.b64decode(box)
    assert len(box) <= 4096
    assert HANDED.password.encode() not in raw
    assert code.encode() not in raw


def test_the_half_that_the_service_knows_does_not_open_the_box() -> None:
    code = handover.make_code()
    box = handover.seal(code, HANDED)
    first = code.partition("-")[0]
    other = f"{first}-AAAAA-AAAAA"
    assert handover.id_of(other) == handover.id_of(code)
    for wrong, content in ((other, box), (code, box[:-8]), (code, "no box")):
        with pytest.raises(InvalidRequest) as refused:
            handover.unseal(wrong, content)
        assert refused.value.facts["reason"] == "join-code"


@pytest.mark.parametrize("typed", ["", "ABCDE-FGHJK", "ABCDE-FGHJK-MNPQ!", "ABCDE-FGHJK-MNPQRS"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert handover.as_code(typed) is None
