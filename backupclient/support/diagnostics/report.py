"""`report.html`: one file that opens anywhere without a network, on a phone, and on paper; in
the language of whoever made it."""

from __future__ import annotations

from importlib import resources

from backupclient.support.diagnostics.bundle import Bundle
from backupclient.support.diagnostics.digest import digest
from backupclient.support.diagnostics.say import Say

_TEMPLATE = "report/report.html.j2"


def report(bundle: Bundle) -> str:
    """Any thread. Whatever is in the bundle is text to it, never a part of the page."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - slow to load

    source = resources.files("resources").joinpath(_TEMPLATE).read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    shown = digest(bundle)
    say = Say(shown.language, bundle.made)
    return environment.from_string(source).render(report=shown, bundle=bundle, say=say)
