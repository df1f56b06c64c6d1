"""The service keeps to its OpenAPI document, whatever it is sent: schemathesis makes it up."""

from __future__ import annotations

import contextlib
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.accounts import Accounts

ENDLESS = "/v1/events"
EXAMPLES = 8


# Mails, which the service writes meanwhile, draw their boundaries from the same `random`.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module")
def test_every_endpoint_answers_as_documented(accounts: Accounts) -> None:
    """Valid requests and spoiled ones; each answer is one that the document knows, none is a fault
    of the service."""
    computer = accounts.sign_in(accounts.found(seats=1000))
    headers = {"Authorization": f"Bearer {computer.token}"}
    schema = schemathesis.openapi.from_url(f"{accounts.url}/openapi.json")
    statuses: dict[str, set[int]] = {}
    for found in schema.exclude(path=ENDLESS).get_all_operations():
        operation = found.ok()  # type: ignore[union-attr] # else it raises
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            seen = statuses.setdefault(operation.label, set())
            _try(operation, mode, headers, seen, accounts)
    assert len(statuses) >= 14
    assert all(statuses.values())
    assert 422 in statuses["PUT /v1/device"]


def _try(
    operation: Any,
    mode: schemathesis.GenerationMode,
    headers: dict[str, str],
    seen: set[int],
    accounts: Accounts,
) -> None:
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    def each(case: Any) -> None:
        accounts.clock.advance(61)  # limits forget
        response = case.call(headers=headers)
        seen.add(response.status_code)
        # A code that is well made and made up is 400: RFC 8628 says so. Base64 is seldom a picture.
        made_up = case.path in ("/oauth/token", "/v1/ideas")
        guessed = [positive_data_acceptance] if made_up else []
        case.validate_response(response, excluded_checks=guessed)

    spoiled = mode is schemathesis.GenerationMode.NEGATIVE
    with contextlib.suppress(*([Unsatisfiable] if spoiled else [])):  # nothing to be spoiled
        each()
