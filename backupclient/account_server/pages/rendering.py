"""Templates to answers: filters, headers, and failures as pages."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from http import HTTPStatus
from importlib import resources
from typing import Any, NamedTuple
from urllib.parse import quote

import jinja2
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute

from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.texts import ENGLISH, LANGUAGES, Texts, wanted

# Forms may lead to the payment provider's page.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' https:; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # An invitation's code is part of its address.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


LANGUAGE_COOKIE = "plainkeep_language"


class Reader(NamedTuple):
    """Whose request is answered: in which language, and where the page is."""

    language: str
    path: str


_reader: ContextVar[Reader] = ContextVar("reader")
_NOBODY = Reader(ENGLISH, "/")


@functools.cache
def _templates(language: str) -> jinja2.Environment:
    texts = Texts(language)
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(
            lambda name: (
                resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
            )
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        size=texts.size, money=texts.money, price=texts.price, day=texts.day, ago=texts.ago
    )
    made.globals.update(
        t=texts.say,
        days=texts.days,
        minutes_of=texts.minutes,
        computers=texts.computers,
        language=language,
        languages=LANGUAGES,
    )
    return made


def page(name: str, /, *, status: int = 200, **facts: object) -> HTMLResponse:
    """The template of that name in the reader's language, with `facts`; `visitor` None unless it is
    among them."""
    reader = _reader.get(_NOBODY)
    shown = {"visitor": None, "path": reader.path, **facts}
    text = _templates(reader.language).get_template(name).render(shown)
    headers = {**HEADERS, "Content-Language": reader.language, "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(text, status, headers=headers)


def language() -> str:
    """That of the page that is answered."""
    return _reader.get(_NOBODY).language


def go_to(path: str) -> RedirectResponse:
    """Look there next; also after a form."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER, headers=HEADERS)


def _language_of(request: Request) -> str:
    """What was chosen here, else what the browser likes."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else wanted(request.headers.get("Accept-Language", ""))


def _path_of(request: Request) -> str:
    """Where the same page is to be had again."""
    if request.method != "GET":
        return "/plan"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


class PageRoute(APIRoute):
    """Failures are pages, too; who must sign in first is brought back afterwards."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answered(request: Request) -> Response:
            _reader.set(Reader(_language_of(request), _path_of(request)))
            try:
                return await answer(request)
            except Problem as problem:
                return _failed(request, problem)
            except RequestValidationError:
                return _failed(request, Problem(Code.INVALID))

        return answered


def _failed(request: Request, problem: Problem) -> Response:
    if problem.code is Code.NOT_SIGNED_IN:
        back = request.url.path
        if request.method != "GET":
            back = "/plan"
        elif request.url.query:
            back = f"{back}?{request.url.query}"
        return go_to(f"/?next={quote(back, safe='')}")
    minutes = -(-(problem.retry_after or 60) // 60)
    return page("failed.html", status=problem.code.status, code=problem.code.word, minutes=minutes)
