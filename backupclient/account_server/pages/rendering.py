"""Templates to answers: filters, headers, and failures as pages."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from importlib import resources
from typing import Any
from urllib.parse import quote

import jinja2
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute

from backupclient.account_server import words
from backupclient.account_server.problems import Code, Problem

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


_templates = jinja2.Environment(
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
_templates.filters.update(
    size=words.size, money=words.money, price=words.price, day=words.day, ago=words.ago
)
_templates.globals.update(
    days=words.days,
    computers=words.computers,
)


def page(name: str, /, *, status: int = 200, **facts: object) -> HTMLResponse:
    """The template of that name, with `facts`; `visitor` None unless it is among them."""
    text = _templates.get_template(name).render({"visitor": None, **facts})
    return HTMLResponse(text, status, headers=HEADERS)


def go_to(path: str) -> RedirectResponse:
    """Look there next; also after a form."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER, headers=HEADERS)


class PageRoute(APIRoute):
    """Failures are pages, too; who must sign in first is brought back afterwards."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answered(request: Request) -> Response:
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
