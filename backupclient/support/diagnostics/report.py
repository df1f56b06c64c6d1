"""`report.html`: one file that opens anywhere without a network, on a phone, and on paper."""

from __future__ import annotations

from importlib import resources

from backupclient.support.diagnostics.bundle import Bundle
from backupclient.support.diagnostics.digest import digest

_TEMPLATE = "report/report.html.j2"


def report(bundle: Bundle) -> str:
    """Any thread. Whatever is in the bundle is text to it, never a part of the page."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - slow to load

    source = resources.files("resources").joinpath(_TEMPLATE).read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source).render(report=digest(bundle), bundle=bundle)
