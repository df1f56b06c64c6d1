"""Links that lead back into the program, from pages of the account service and from nowhere else
that matters: any page may have one, so a link says no more than that somebody wants to see
something, and there are these two."""

from __future__ import annotations

import enum

SCHEME = "plainkeep"


class AppLink(enum.StrEnum):
    """All there are, as they stand in a page."""

    OPEN = f"{SCHEME}://open"
    """Show the window."""
    BOUGHT = f"{SCHEME}://account/refresh"
    """Show Storage & plan, and look whether more was bought, as its button does."""


def read_link(text: str) -> AppLink | None:
    """The link that `text` is to the letter, but for the case and a last slash: browsers add
    them. Anything else is none, whatever it begins with."""
    plain = text.strip().lower().removesuffix("/")
    return next((link for link in AppLink if link.value == plain), None)
