"""Reports that come with tickets are somebody else's: agents read what they say, and nothing in
one keeps the service busy, breaks a page or gets into one."""

from __future__ import annotations

import html
import io
import json
import struct
import zipfile
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backupclient.account_server import reports
from backupclient.account_server.ticket_archive import Asker
from backupclient.support.diagnostics.gather import Gathered
from backupclient.support.diagnostics.saving import zipped
from backupclient.support.options import Way
from tests.support.diagnostics.sample import NOW, bundle


def archive(*members: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as report:
        for name, member in members:
            report.writestr(name, member)
    return content.getvalue()


def document(**changed: object) -> bytes:
    """`bundle.json` of a report, with other values at its top."""
    return json.dumps({**json.loads(msgspec.json.encode(bundle())), **changed}).encode()


def of(told: bytes) -> bytes:
    return archive(("bundle.json", told))


def test_it_says_what_the_page_in_it_says_in_the_order_that_is_asked_for() -> None:
    content = zipped(Gathered(bundle(), (), ()))
    assert reports.acceptable(content)
    assert reports.codes_of(content) == ("storage-full", "unreadable")
    assert reports.title_of("storage-full", "en") == "Your storage is full"
    for wish, first in (("explain", Way.WORDS), ("steps", Way.STEPS), ("together", Way.STEPS)):
        read = reports.read(content, wish, "en")
        assert read is not None
        problem = read.problems[0]
        assert (problem.option.ways[0], problem.said_in) == (first, "de")
        answer = reports.as_answer(problem, wish)
        assert ("nichts muss noch einmal gekauft werden" in answer) == (wish == "explain")
        assert problem.option.steps[0] in answer
    page = reports.page_in(content)
    assert page is not None
    assert html.escape(problem.option.steps[0], quote=False) in page.decode()
    asker = Asker("Home", ("Anna",), "en", "Windows 11", may_go_on=False)
    (without,) = reports.offers_for("clock-wrong", "together", NOW, "de", asker)
    assert without.said_in == "en"
    assert reports.as_answer(without, "together").startswith("On Windows: open Settings")
    assert reports.offers_for("no-such-code", "steps", NOW, "de", asker) == ()


MANY = archive(("bundle.json", b"{}"), *((f"{number}", b"") for number in range(300)))
FEW = archive(("bundle.json", b"{}"), ("files.csv", b""))
LAST = FEW.rindex(b"PK\x01\x02")
REFUSED = {
    "nothing": b"",
    "no archive": b"PK\x03\x04" + bytes(4000),
    "a page": b"<html>",
    "many members": MANY,
    "many that say they are one": MANY[:-14] + struct.pack("<HH", 1, 1) + MANY[-10:],
    "no bundle": archive(("report.html", b"")),
    "a way out": archive(("bundle.json", b"{}"), ("../../etc/cron.d/x", b"")),
    "a folder": archive(("bundle.json", b"{}"), ("a/b", b"")),
    "too large, unpacked": FEW[: LAST + 24] + struct.pack("<I", 65 << 20) + FEW[LAST + 28 :],
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_has_not_the_form_of_a_report_is_refused(content: bytes) -> None:
    assert not reports.acceptable(content)
    assert reports.read(content, "steps", "en") is None


UNREADABLE = {
    "no JSON": b"\xff\xfe",
    "another document": b"[]",
    "a bomb": bytes(30 << 20),
    "deep": b"[" * 200_000,
    "a newer program's": document(version=2),
    "before all times": document(made="0001-01-01T00:00:00+23:59"),
    "a name that is a number": document(person={"name": 5}),
    "a number that is a word": document(
        checks=[{"name": "clock", "state": "fine", "facts": {"skew_seconds": "soon"}}]
    ),
    "a number beyond all": document(computer={"utc_offset": 10**400}),
}


@pytest.mark.parametrize("told", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_said_to_be_so(told: bytes) -> None:
    assert reports.read(of(told), "steps", "en") is None


def test_of_a_great_many_a_few_are_shown() -> None:
    finding = {"trouble": {"code": "storage-full"}, "seen": ["check"]}
    read = reports.read(of(document(findings=[finding] * 20_000)), "steps", "de")
    assert read is not None
    assert len(read.problems) == reports.MOST_SHOWN
    names = ["storage-full", "a b", "x" * 65, "<b>", "", "other"]
    named = [{**finding, "trouble": {"code": name}} for name in names]
    assert reports.codes_of(of(document(findings=named))) == ("storage-full", "other")


WHOLE = json.loads(document())
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.sampled_from(["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", 2**64, 10**400, -(10**30)]),
    st.just([]),
    st.just({}),
)


def places_in(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [above] if above else []
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in inside:
            found += places_in(each, (*above, key))
    return found


@settings(max_examples=60, deadline=None)
@given(place=st.sampled_from(places_in(WHOLE)), value=VALUES)
def test_whatever_it_says_the_page_is_made(place: tuple[Any, ...], value: object) -> None:
    told = json.loads(json.dumps(WHOLE))
    inner = told
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    reports.read(of(json.dumps(told).encode()), "explain", "de")
