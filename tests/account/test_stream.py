"""A stream of events, line by line."""

from __future__ import annotations

import pytest

from backupclient.account.client import checked_address
from backupclient.account.listener import Heard, events
from backupclient.errors import InvalidRequest


def test_events_are_read_as_the_standard_says() -> None:
    lines = [
        b": a heartbeat\n",
        b"\n",
        b"id: 1\n",
        b"event: household\r\n",
        b'data: {"etag":\n',
        b'data: "x"}\n',
        b"retry: 10\n",
        b"\n",
        b"event: nothing\n",
        b"\n",
        b"data:told\n",
        b"\n",
        b"event: released\n",
        b"data: cut short\n",
    ]
    assert list(events(iter(lines))) == [
        Heard("household", '{"etag":\n"x"}', "1"),
        Heard("message", "told", "1"),
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("plans.example.org", "https://plans.example.org"),
        (" https://plans.example.org/keep/ ", "https://plans.example.org/keep"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost", "http://localhost"),
        ("https://plans.example.org/join/tX-1_y", "https://plans.example.org"),
        ("plans.example.org/keep/plan#offers", "https://plans.example.org/keep"),
        ("https://plans.example.org/device?user_code=AB-CD", "https://plans.example.org"),
    ],
)
def test_an_address_is_taken_as_people_type_it(typed: str, meant: str) -> None:
    assert checked_address(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://plans.example.org",
        "ftp://plans.example.org",
        "https://me@plans.example.org",
        "https://",
        "https://plans.example.org:port",
        "file:///etc/passwd",
    ],
)
def test_a_token_goes_nowhere_in_the_clear(typed: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        checked_address(typed)
    assert refused.value.facts["reason"] == "account-address"
