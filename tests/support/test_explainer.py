"""The catalogue explains everything that can happen, and reads as it should."""

from __future__ import annotations

import ast
import enum
import itertools
import re

import pytest

from backupclient import errors
from backupclient.events import (
    Condition,
    Damage,
    DamageCode,
    FileProblem,
    NoticeCode,
    Noticed,
    Reason,
    Waiting,
)
from backupclient.support.catalogue import OTHER_STEPS, Entry
from backupclient.support.diagnostics.bundle import Door, Like
from backupclient.support.explainer import (
    DAMAGE_FOUND,
    UNKNOWN,
    Explanation,
    entries,
    explain,
    explain_code,
    fill,
    find,
    known,
    names_command,
    nearest,
    placeholders,
)
from backupclient.support.options import option_for
from tests.support.calls import calls, codes_of, error_classes, facts_carried, written_keys

TOLD: tuple[type[enum.StrEnum], ...] = (Reason, NoticeCode, Condition, DamageCode)
"""The closed lists of codes that events carry."""
LONGEST_TITLE = 60
FORBIDDEN = re.compile(
    r"\b(repositor(y|ies)|snapshots?|blobs?|prun(e|ed|ing)|endpoints?|buckets?)\b"
    r"|try again later|error \d+|\b[45]\d\d\b",
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
    "count": 3,
    "bytes": 12_000_000,
    "nearest": "storage-full",
    "kept_as": "/home/anna/notes",
    "safe_bytes": 41_200_000_000,
    "pack_bytes": 8_000_000,
}


def kind_of(code: str) -> str:
    return code.partition(".")[0]


# --- everything is explained --------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*error_classes()], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("facts", [{}, FACTS], ids=["without-facts", "with-facts"])
def test_every_error_is_explained(
    kind: type[errors.BackupError], facts: dict[str, errors.Fact]
) -> None:
    for code in codes_of(kind):
        assert known(code), code
    given = {name: value for name, value in facts.items() if name != "raw"}
    error = kind(str(facts.get("raw", "")), **given)
    assert error.code == kind.code
    check(explain(error))


def test_every_case_of_an_error_has_a_code_of_its_own() -> None:
    all_codes = [code for kind in error_classes() for code in codes_of(kind)]
    assert len(all_codes) == len(set(all_codes))
    for kind in error_classes():
        for value, code in kind.cases.codes.items() if kind.cases else ():
            assert kind.cases
            assert kind("", **{kind.cases.fact: value}).code == code


@pytest.mark.parametrize("code", [code for closed in TOLD for code in closed])
def test_every_code_that_an_event_can_carry_is_explained(code: str) -> None:
    assert known(code)


def test_nothing_is_explained_that_cannot_happen() -> None:
    told = {str(code) for closed in TOLD for code in closed} | {DAMAGE_FOUND, UNKNOWN}
    told |= {code for kind in error_classes() for code in codes_of(kind)}
    assert {kind_of(entry.code) for entry in entries()} == told


GENERAL = {"target-unwritable", "storage-fault", "internal-error"}
"""Whatever the reason, what these mean is the same; only some reasons have words of their own."""


def test_every_variant_that_the_code_tells_apart_is_explained() -> None:
    kinds = {kind.__name__: kind for kind in error_classes()}
    facts = {entry.code: entry.variant for entry in entries()}
    seen = set()
    for call in calls(set(kinds)):
        if call.file.startswith("account_server/"):
            continue  # whoever runs it is told in words of its own
        kind = kinds[call.name]
        own = set(kind.cases.codes) if kind.cases else set()
        for value in call.constants(facts[kind.code]):
            seen.add(f"{kind.code}.{value}")
            if kind.code not in GENERAL and value not in own:
                assert known(f"{kind.code}.{value}"), f"{call.file}: {call.name}, {value}"
    assert {"invalid-request.stdin", "address-invalid.empty"} <= seen


def test_every_verdict_on_an_answer_of_s3_is_explained() -> None:
    kinds = {kind.__name__: kind for kind in error_classes()}
    varied = {entry.code: entry.variant for entry in entries()}
    seen = set()
    for call in calls({"Verdict"}):
        match call.node.args:
            case [ast.Attribute(attr=name), ast.Constant(value=str(reason))]:
                code = kinds[name]("", reason=reason).code
                seen.add(code)
                if code == kinds[name].code and varied[code] and code not in GENERAL:
                    seen.add(f"{code}.{reason}")
                    assert known(f"{code}.{reason}"), f"{code}.{reason}"
    assert {"unknown-access-key", "captive-portal", "proxy-refused.login"} <= seen


# --- and reads well -----------------------------------------------------------------------------


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.code)
@pytest.mark.parametrize("facts", [{}, FACTS], ids=["without-facts", "with-facts"])
def test_every_text_reads_well(entry: Entry, facts: dict[str, errors.Fact]) -> None:
    check(explain_code(entry.code, facts))


def check(explanation: Explanation) -> None:
    sentences = {
        "your_data": explanation.your_data,
        "meanwhile": explanation.meanwhile,
        "next_step": explanation.next_step,
        "offer": explanation.offer,
        **{f"step {number}": step for number, step in enumerate(explanation.steps)},
    }
    for name, text in {"title": explanation.title, **sentences}.items():
        assert text, (explanation.code, name)
        assert not re.search(r"[{}\[\]|]|\bNone\b|  | [.,;:]", text), text
        assert text[0].isupper() or text.startswith("'"), text
        found = FORBIDDEN.search(COMMANDS.sub("", text))
        assert not found, (text, found)
    for text in sentences.values():
        assert text.endswith((".", "?")), text


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.code)
def test_a_title_is_short_and_has_no_numbers_and_no_full_stop(entry: Entry) -> None:
    title = explain_code(entry.code).title
    assert len(title) <= LONGEST_TITLE
    assert not re.search(r"\d", title)
    assert title[-1] not in ".!:?"


def test_what_passes_by_itself_need_not_say_that_it_is_to_be_tried_again() -> None:
    """The command line says so below it, and the window does it by itself."""
    passing = {code for kind in error_classes() if kind.transient for code in codes_of(kind)}
    for entry in entries():
        if kind_of(entry.code) in passing | {errors.StorageFull.code}:
            assert not re.search(r"\b(run|start) \w+.* again\b", entry.next), entry.code


def test_codes_are_in_peoples_words() -> None:
    for entry in entries():
        kind, _, variant = entry.code.partition(".")
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind), entry.code
        assert variant or not FORBIDDEN.search(kind), entry.code


def test_no_two_problems_read_the_same() -> None:
    said: dict[tuple[str, ...], str] = {}
    for entry in entries():
        texts = (entry.title, entry.data, entry.meanwhile, entry.next)
        other = said.setdefault(texts, entry.code)
        assert kind_of(other) == kind_of(entry.code), (other, entry.code)


def test_only_facts_that_a_problem_carries_are_said() -> None:
    carried = facts_carried()
    for reason in Reason:
        carried[reason] = {"path", "raw"}
    for damage in DamageCode:
        carried[damage] = {"item", "path", "raw"}
    for call in calls({"Noticed"}):
        for node in ast.walk(call.node):
            if isinstance(node, ast.Attribute) and node.attr in NoticeCode.__members__:
                facts = carried.setdefault(NoticeCode[node.attr], set())
                facts.update(written_keys(call.file))
    carried[DAMAGE_FOUND] = {"count"}
    for entry in entries():
        texts = (entry.title, entry.data, entry.meanwhile, entry.next, entry.offer, *entry.steps)
        others = (step for name in OTHER_STEPS for step in getattr(entry, name))
        for text in (*texts, *others):
            strange = set(placeholders(text)) - carried.get(kind_of(entry.code), set())
            assert not strange, (entry.code, strange)


# --- in the window --------------------------------------------------------------------------------

TERMINAL = "invalid-request."
"""Cases of a command line that was typed wrongly: the window has none."""


def test_the_window_names_no_commands() -> None:
    for entry in entries():
        told = explain_code(entry.code, window=True)
        for text in (told.title, told.your_data, told.meanwhile, told.next_step, *told.steps):
            assert entry.code.startswith(TERMINAL) or not names_command(text), (entry.code, text)


def test_a_case_with_a_next_step_of_its_own_does_not_say_its_parents_in_the_window() -> None:
    parent = explain_code("storage-busy", window=True)
    case = explain_code("storage-busy.locked-out", window=True)
    assert "Settings" in parent.next_step
    assert case.next_step == explain_code("storage-busy.locked-out").next_step


@pytest.mark.parametrize(
    ("text", "terminal"),
    [
        ("Run it with -v.", True),
        ("Name it with --cacert.", True),
        ("Run 'backupclient check'.", True),
        ("Set HTTPS_PROXY.", True),
        ("A well-known part of 1-2 files", False),
        ("See 'Passwords and Keys'", False),
    ],
)
def test_what_is_for_a_terminal(text: str, *, terminal: bool) -> None:
    assert names_command(text) is terminal


# --- names by which people ask ------------------------------------------------------------------


def test_an_alias_leads_to_one_code() -> None:
    seen: dict[str, str] = {}
    for entry in entries():
        for alias in entry.aliases:
            assert seen.setdefault(alias.lower(), entry.code) == entry.code, alias
            assert find(alias) == entry.code


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("storage-full", "storage-full"),
        ("botocore.exceptions.ClientError: (SlowDown): Please reduce your request rate.", "busy"),
        ("Fatal: unable to create lock in backend: repository is already locked", "backup-locked"),
        ("status code: 507, request id: 1", "storage-full"),
        ("sqlite3.OperationalError: database or disk is full", "disk-full"),
        ("dial tcp: lookup s3.example.org: no such host", "address-not-found"),
        ("x509: certificate signed by unknown authority", "certificate-untrusted.unknown"),
    ],
)
def test_what_people_paste_is_understood(pasted: str, code: str) -> None:
    assert code in (find(pasted) or "")


@pytest.mark.parametrize("text", ["", "xyzzy", "1507", "50", "SlowDowns", "something broke"])
def test_what_is_no_name_of_a_problem_is_not_taken_for_one(text: str) -> None:
    assert find(text) is None


def test_typing_errors_are_near_to_what_was_meant() -> None:
    assert nearest("storage-ful")[0] == "storage-full"
    assert nearest("SlowDwon")[0] == "storage-busy"
    assert nearest("qqqqqqqq") == ()


# --- facts --------------------------------------------------------------------------------------


def test_facts_are_filled_in_as_people_say_them() -> None:
    locked = errors.RepositoryLocked(holder="anna@study", waited_seconds=75)
    assert "anna@study" in explain(locked).next_step
    assert "1 minute 15 seconds" in explain(locked).meanwhile
    unknown = errors.RepositoryLocked(holder="")
    assert explain(unknown).next_step.startswith("Wait until it is done. If")
    full = errors.TargetUnwritable(path="/mnt/x", needed_bytes=12_400_000_000)
    assert explain(full).title == "The files cannot be restored to /mnt/x"
    assert "with 12.4 GB free" in explain(full).next_step
    assert "by 2 hours" in explain(errors.ClockSkewed(skew_seconds=-7200.0)).title


def test_a_fact_picks_the_variant_or_the_case() -> None:
    denied = explain(errors.AccessDenied(operation="write"))
    assert denied.title == "Only reading is allowed in the storage"
    assert denied.code == "access-denied.write"
    strange = explain(errors.AccessDenied(operation="fly"))
    assert strange.code == "access-denied"
    assert strange.title == explain_code("access-denied").title
    gone, new = errors.RepositoryMissing(known=True), errors.RepositoryMissing(known=False)
    assert explain(gone).title == "The backup that was at this place is gone"
    assert explain(new).title == "There is no backup at this place yet"


def test_what_nobody_knows_is_explained_as_unknown() -> None:
    explanation = explain(Waiting(code="nobody-knows", seconds=1))
    assert explanation.code == "nobody-knows"
    assert explanation.title == explain_code(UNKNOWN).title


def test_every_kind_of_event_is_explained() -> None:
    assert explain(Waiting(code=Condition.BATTERY, seconds=1)).code == "on-battery"
    assert explain(FileProblem(path="/a", reason=Reason.LOCKED)).code == "in-use"
    assert explain(Damage(code=DamageCode.TREE, item="x")).code == "tree-damaged"
    noticed = Noticed(code=NoticeCode.NOTES_REBUILT, facts={"kept_as": "/x"})
    assert "aside as /x and" in explain(noticed).meanwhile


def test_placeholders() -> None:
    assert fill("at {path|home}[ since {since}]!", {}) == "At home!"
    assert fill("at {path|home}", {"path": "{raw} [x]"}) == "At {raw} [x]"
    assert fill("[{path|x} ]is {count}", {"count": 1200}) == "X is 1,200"
    assert fill("since {since}", {"since": "no time"}) == "Since no time"
    assert fill("{known}", {"known": True}) == "Yes"


@pytest.mark.parametrize("door", Door)
def test_no_step_says_again_what_another_says(door: Door) -> None:
    """The next step leads the others to whoever helps."""
    small = {
        *("a", "an", "and", "for", "if", "in", "is", "it", "of", "on", "or", "the", "to", "your")
    }
    for entry in entries():
        steps = option_for(entry.code, {}, Like.STEPS, door).steps
        said = [set(re.findall(r"\w+", step.lower())) - small for step in steps]
        pairs = itertools.permutations(range(len(steps)), 2)
        assert not [(steps[one], steps[two]) for one, two in pairs if said[one] <= said[two]]
