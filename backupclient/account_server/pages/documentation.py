"""`/docs`: the OpenAPI document as a page. Its script comes from a package, not from elsewhere, and
the policy lets it ask nobody but us: a page that loads from strangers tells them of its readers."""

from __future__ import annotations

from importlib import resources

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse

from backupclient.account_server.pages.rendering import HEADERS
from backupclient.account_server.problems import Code, Problem

router = APIRouter(include_in_schema=False)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_BROUGHT = "fastapi_swagger.resources"
_FILES = frozenset({"swagger-ui.css", "swagger-ui-bundle.js"})
_HERE = resources.files(__package__)


@router.get("/docs")
def documentation() -> Response:
    text = _HERE.joinpath("templates", "documentation.html").read_text(encoding="utf-8")
    return HTMLResponse(text, headers={**HEADERS, "Content-Security-Policy": POLICY})


@router.get("/docs/{name}")
def brought(name: str) -> Response:
    """A file of Swagger UI."""
    if name not in _FILES:
        raise Problem(Code.NOT_FOUND)
    with resources.as_file(resources.files(_BROUGHT) / name) as file:
        return FileResponse(file, headers={"X-Content-Type-Options": "nosniff"})
