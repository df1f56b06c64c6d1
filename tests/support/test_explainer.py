"""The catalogue explains everything that can happen, and reads as it should."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import backupclient
from backupclient import errors, events
from backupclient.events import Damage, FileProblem, Noticed, Reason, Waiting
from backupclient.operations.check.packs import Fault
from backupclient.support import explainer
from backupclient.support.explainer import Entry, Explanation, explain, explain_code, fill

FORBIDDEN = re.compile(
    r"\b(repositor(y|ies)|snapshots?|blobs?|prun(e|ed|ing)|endpoints?|buckets?)\b"
    r"|please try again later|error \d+|\b[45]\d\d\b",
    re.IGNORECASE,
)
COMMANDS = re.compile(r"'(backupclient|restic) [^']*'|--[\w-]+|RESTIC_\w+|s3\.[\w-]+")
"""What has to be typed is named as it is."""

FACTS: dict[str, errors.Fact] = {
    "path": "/home/anna",
    "holder": "anna@study",
    "since": "2026-11-03T21:10:00+01:00",
    "waited_seconds": 75,
    "skew_seconds": -7200,
    "needed_bytes": 12_400_000_000,
    "region": "eu-west-1",
    "host": "storage.example.org",
    "raw": "the raw text",
}


def error_classes(root: type[errors.BackupError]) -> Iterator[type[errors.BackupError]]:
    yield root
    for below in root.__subclasses__():
        yield from error_classes(below)


def texts(explanation: Explanation) -> dict[str, str]:
    return {
        "title": explanation.title,
        "your_data": explanation.your_data,
        "meanwhile": explanation.meanwhile,
        "next_step": explanation.next_step,
        "offer": explanation.offer,
    }


@pytest.mark.parametrize("kind", [*error_classes(errors.BackupError)], ids=lambda c: c.__name__)
@pytest.mark.parametrize("facts", [{}, FACTS], ids=["without-facts", "with-facts"])
def test_every_error_is_explained(
    kind: type[errors.BackupError], facts: dict[str, errors.Fact]
) -> None:
    assert explainer.known(kind.code)
    raw = facts.get("raw", "")
    assert isinstance(raw, str)
    check(explain(kind(raw, **{k: v for k, v in facts.items() if k != "raw"})))


@pytest.mark.parametrize("reason", [*Reason])
def test_every_reason_of_a_file_is_explained(reason: Reason) -> None:
    assert explainer.known(reason)
    check(explain(FileProblem(path="/home/anna/a", reason=reason)))


@pytest.mark.parametrize("entry", explainer.entries(), ids=lambda entry: entry.code)
@pytest.mark.parametrize("facts", [{}, FACTS], ids=["without-facts", "with-facts"])
def test_every_text_reads_well(entry: Entry, facts: dict[str, errors.Fact]) -> None:
    check(explain_code(entry.code, facts))


def check(explanation: Explanation) -> None:
    for name, text in texts(explanation).items():
        assert text, (explanation.code, name)
        assert not re.search(r"[{}\[\]|]|\bNone\b|  | [.,;:]", text), text
        assert text[0].isupper() or text.startswith("'"), text
        found = FORBIDDEN.search(COMMANDS.sub("", text))
        assert not found, (text, found)
    assert explanation.title[-1] not in ".!:", explanation.title
    for text in (explanation.your_data, explanation.meanwhile, explanation.next_step):
        assert text.endswith("."), text


def calls(names: set[str]) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call of one of `names` in the package: file, name and call."""
    for file in Path(backupclient.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else ""
                name = function.id if isinstance(function, ast.Name) else name
                if name in names:
                    yield file.name, name, node


def constants(call: ast.Call, keyword: str) -> Iterator[str]:
    for given in call.keywords:
        if given.arg == keyword and isinstance(given.value, ast.Constant):
            yield str(given.value.value).lower()


GENERAL = {"storage-unreachable", "target-unwritable", "source-unavailable", "repository-missing"}
"""Whatever the reason, what these mean is the same; only some reasons have words of their own."""


def test_every_kind_of_an_error_that_the_code_tells_apart_is_explained() -> None:
    kinds = {kind.__name__: kind.code for kind in error_classes(errors.BackupError)}
    facts = explainer.variant_facts()
    seen = set()
    for file, name, call in calls(set(kinds)):
        for value in constants(call, facts.get(kinds[name], "")):
            seen.add(f"{kinds[name]}.{value}")
            if kinds[name] not in GENERAL:
                assert explainer.known(f"{kinds[name]}.{value}"), f"{file}: {name}, {value}"
    assert {"invalid-request.stdin", "address-invalid.empty"} <= seen


def test_every_verdict_on_an_answer_of_s3_is_explained() -> None:
    kinds = {kind.__name__: kind.code for kind in error_classes(errors.BackupError)}
    seen = set()
    for _, _, call in calls({"Verdict"}):
        match call.args:
            case [ast.Attribute(attr=name), ast.Constant(value=str(reason))]:
                code = kinds[name]
                seen.add(f"{code}.{reason}")
                if code in explainer.variant_facts() and code not in GENERAL:
                    assert explainer.known(f"{code}.{reason}"), f"{code}.{reason}"
    assert "wrong-secret.unknown-key" in seen


def test_every_notice_and_damage_in_the_code_is_explained() -> None:
    for file, name, call in calls({"Noticed", "Damage"}):
        for code in constants(call, "code"):
            assert explainer.known(code), f"{file}: {name}, {code}"
    for file, _, call in calls({"damage"}):
        match call.args:
            case [ast.Constant(value=str(code)), *_]:
                assert explainer.known(code), f"{file}: {code}"
    assert all(explainer.known(fault.value) for fault in Fault)


def test_facts_are_filled_in_as_people_say_them() -> None:
    locked = errors.RepositoryLocked(holder="anna@study", waited_seconds=75)
    assert "anna@study" in explain(locked).next_step
    assert "1 minute 15 seconds" in explain(locked).meanwhile
    full = errors.TargetUnwritable(path="/mnt/x", needed_bytes=12_400_000_000)
    assert explain(full).title == "The files cannot be restored to /mnt/x"
    assert "with 12.4 GB free" in explain(full).next_step
    assert "by 2 hours" in explain(errors.ClockSkewed(skew_seconds=-7200.0)).title


def test_a_fact_picks_the_variant() -> None:
    denied = explain(errors.AccessDenied(operation="write"))
    assert denied.title == "Only reading is allowed in the storage"
    strange = explain(errors.AccessDenied(operation="fly"))
    assert strange.title == explain_code("access-denied").title
    gone, new = errors.RepositoryMissing(known=True), errors.RepositoryMissing(known=False)
    assert explain(gone).title == "The backup that was at this place is gone"
    assert explain(new).title == "There is no backup at this place yet"


def test_what_nobody_knows_is_explained_as_unknown() -> None:
    explanation = explain(Waiting(code="nobody-knows", seconds=1))
    assert explanation.code == "nobody-knows"
    assert explanation.title == explain_code("error").title
    assert explain(Damage(code="nobody-knows", item="x")).title == explain_code("error").title
    assert explain(Noticed(code="storage-full")).title == "Your storage is full"


def test_placeholders() -> None:
    assert fill("at {path|home}[ since {since}]!", {}) == "At home!"
    assert fill("at {path|home}", {"path": "{raw} [x]"}) == "At {raw} [x]"
    assert fill("[{path|x} ]is {count}", {"count": 1200}) == "X is 1,200"
    assert fill("since {since}", {"since": "no time"}) == "Since no time"
    assert fill("{known}", {"known": True}) == "Yes"


def test_events_know_the_codes_of_reasons() -> None:
    """A reason's value is its code in the catalogue and in JSON."""
    assert {str(reason) for reason in events.Reason} <= {e.code for e in explainer.entries()}
