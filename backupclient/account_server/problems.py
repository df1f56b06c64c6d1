"""How a request can fail: codes in words, answered as RFC 9457's problem+json."""

from __future__ import annotations

from enum import Enum

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


class Code(Enum):
    """Every code, with its status and its title."""

    NOT_SIGNED_IN = "not-signed-in", 401, "Not signed in"
    SEAT_RELEASED = "seat-released", 403, "This computer's seat was released"
    DATA_DELETED = "data-deleted", 403, "The plan ended long ago, and its data was deleted"
    NO_FREE_SEAT = "no-free-seat", 409, "All seats of the plan are taken"
    PLAN_ENDED = "plan-ended", 403, "The plan has ended"
    TOO_MANY_TRIES = "too-many-tries", 429, "Too many tries"
    NOT_FOUND = "not-found", 404, "Not found"
    INVALID = "invalid", 422, "The request makes no sense"
    TOO_LARGE = "too-large", 413, "The request is too large"
    FORM_EXPIRED = "form-expired", 403, "The form is not of a page that is open"
    CONFLICT = "conflict", 409, "It is there already"
    PROVIDER_LATE = "provider-late", 503, "The storage or the payment provider does not answer"

    def __init__(self, word: str, status: int, title: str) -> None:
        self.word = word
        self.status = status
        self.title = title


class ProblemAnswer(BaseModel):
    """What is answered."""

    type: str
    title: str
    status: int
    code: str


class Problem(Exception):
    """Ends a request. `retry_after` in seconds, where waiting helps."""

    def __init__(self, code: Code, *, retry_after: int | None = None) -> None:
        super().__init__(code.word)
        self.code = code
        self.retry_after = retry_after


def answer(
    code: Code, *, status: int | None = None, retry_after: int | None = None
) -> JSONResponse:
    headers = {}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if code is Code.NOT_SIGNED_IN:
        headers["WWW-Authenticate"] = "Bearer"
    content = ProblemAnswer(
        type=f"urn:plainkeep:problem:{code.word}",
        title=code.title,
        status=status or code.status,
        code=code.word,
    )
    return JSONResponse(
        content.model_dump(), content.status, headers=headers, media_type=MEDIA_TYPE
    )


async def _on_problem(_: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, Problem)
    return answer(problem.code, retry_after=problem.retry_after)


async def _on_invalid(_: Request, __: Exception) -> JSONResponse:
    # Nothing of what was sent goes into the answer: it may be what nobody else should read.
    return answer(Code.INVALID)


async def _on_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = Code.NOT_FOUND if error.status_code == 404 else Code.INVALID
    # A body that cannot be read is as senseless as one that says what it may not.
    response = answer(code, status=None if error.status_code == 400 else error.status_code)
    response.headers.update(error.headers or {})
    return response


def install(app: FastAPI) -> None:
    """Let `app` answer its failures so, and say so in its documentation."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


def describe(app: FastAPI) -> None:
    """The documentation of `app` knows our problems instead of FastAPI's own. To be called when all
    routes are there."""
    document = app.openapi()
    schemas = document["components"]["schemas"]
    schemas["ProblemAnswer"] = ProblemAnswer.model_json_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)


def documented(*codes: Code) -> dict[int | str, dict[str, object]]:
    """The failures of an endpoint, for its page in the documentation."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}
    by_status: dict[int | str, dict[str, object]] = {}
    for code in codes:
        before = by_status.get(code.status)
        text = f"`{code.word}`" if before is None else f"{before['description']}, `{code.word}`"
        by_status[code.status] = {"description": text, "content": {MEDIA_TYPE: schema}}
    return by_status
