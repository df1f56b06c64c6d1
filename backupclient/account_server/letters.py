"""What the mails say: what is true, what it means for the data, what to do. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from backupclient.account_server.offers import Offer
from backupclient.account_server.standing import Standing
from backupclient.account_server.texts import ENGLISH, Texts

words = Texts(ENGLISH)

SIGNED = "Plainkeep\n\nYou get this mail because you have an account at {url}\n"
TAKE_ALONG = (
    "To take your data along, open Plainkeep, choose Restore, tick everything and choose a drive; "
    "or use the free program restic with your recovery sheet."
)


class Letter(NamedTuple):
    subject: str
    text: str


def bought(terms: Offer, now_is: Standing, url: str) -> Letter:
    lines = [
        f"Your household now has {words.size(terms.limit)} ({terms.name}).",
        "Your computers take it up by themselves, usually within seconds; there is nothing to do.",
    ]
    if terms.price is not None:
        lines.append(f"Paid: {words.money(terms.price.amount, terms.price.currency)}.")
    if now_is.renews is not None:
        lines.append(f"It renews on {words.day(now_is.renews)}.")
    return _letter(f"You have {words.size(terms.limit)}", lines, url)


def renewed(terms: Offer, now_is: Standing, url: str) -> Letter:
    assert terms.price is not None
    lines = [
        f"Your plan {terms.name}, {words.size(terms.limit)}, is renewed.",
        f"Paid: {words.money(terms.price.amount, terms.price.currency)}.",
    ]
    if now_is.renews is not None:
        lines.append(f"It renews next on {words.day(now_is.renews)}.")
    return _letter("Your plan is renewed", lines, url)


def not_paid(ends: datetime, kept: datetime, url: str) -> Letter:
    lines = [
        "The renewal of your plan could not be paid.",
        f"Your data: safe. Everything goes on as before until {words.day(ends)}.",
        "Meanwhile: we ask for the payment again by ourselves every few days.",
        f"After that no new data is taken; you can restore until {words.day(kept)}.",
        f"To pay now, choose a plan at {url}/plan",
    ]
    return _letter("Your plan could not be renewed", lines, url)


def cancelled(ends: datetime, kept: datetime, url: str) -> Letter:
    lines = [
        "Your plan is cancelled. Nothing more is charged.",
        f"Until {words.day(ends)} everything goes on as before.",
        f"Your data stays until {words.day(kept)} and can be restored until then.",
        TAKE_ALONG,
        f"If you change your mind: {url}/plan",
    ]
    return _letter("Your plan is cancelled", lines, url)


def lapsed(kept: datetime | None, url: str) -> Letter:
    lines = ["Your plan has ended. Your computers back up no new data."]
    if kept is not None:
        lines.append(f"Your data stays until {words.day(kept)} and can be restored until then.")
    lines += [TAKE_ALONG, f"To go on where it stopped, choose a plan at {url}/plan"]
    return _letter("Your plan has ended", lines, url)


def data_ends(deleted_on: datetime, url: str) -> Letter:
    day = words.day(deleted_on)
    lines = [
        f"Your plan has ended, and what your computers have stored in it is deleted on {day}.",
        "Until then it can be restored.",
        TAKE_ALONG,
        f"To keep it where it is, choose a plan at {url}/plan",
    ]
    return _letter(f"Your backups are deleted on {day}", lines, url)


def data_deleted(url: str) -> Letter:
    lines = [
        "Your plan ended some time ago. What your computers had stored in it was deleted today.",
        "The files on your computers are not touched by it. They have no backup with us any more.",
        f"To begin anew, choose a plan at {url}/plan and sign your computers in again.",
    ]
    return _letter("Your backups were deleted", lines, url)


def refunded(amount: int, currency: str, now_is: Standing, url: str) -> Letter:
    lines = [f"We have paid back {words.money(amount, currency)}."]
    if now_is.limit and now_is.terms is not None:
        has = now_is.terms
        lines.append(f"Your household now has {words.size(has.limit)} ({has.name}).")
        lines.append("Nothing that is stored is deleted by it.")
    elif now_is.data_kept_until is not None:
        kept = words.day(now_is.data_kept_until)
        lines.append(f"Your plan has ended. Your data stays until {kept}; restoring goes on.")
    return _letter("Your payment was paid back", lines, url)


def silent(computer: str, days: int, last: datetime | None, url: str) -> Letter:
    """`last` is the last complete backup, None if there never was one."""
    name = " ".join(computer.split())
    lines = [
        f"{name} has had no complete backup for {words.days(days)}.",
        f"Your data: what was backed up by {words.day(last)} is safe; what is newer is not."
        if last is not None
        else "Your data: nothing of this computer is known to be safe as a whole.",
        f"If {name} was switched off all the time, there is nothing to do.",
        "If you use it: open Plainkeep there. Its first line says what is in the way.",
        f"If it is gone for good: release its seat at {url}/plan; its backup stays.",
    ]
    return _letter(f"{name}: no complete backup for {words.days(days)}", lines, url)


def _letter(subject: str, lines: list[str], url: str) -> Letter:
    return Letter(subject, "\n\n".join([*lines, SIGNED.format(url=url)]))
