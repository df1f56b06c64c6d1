"""What the mails say, in the language of who gets them: what is true, what it means for the data,
what to do. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from backupclient.account_server.offers import Offer
from backupclient.account_server.standing import Standing
from backupclient.account_server.texts import Texts


class Letter(NamedTuple):
    subject: str
    text: str


class Letters:
    """In one language; they lead to the service at `url`."""

    def __init__(self, language: str, url: str) -> None:
        self._words = Texts(language)
        self._url = url

    def bought(self, terms: Offer, now_is: Standing) -> Letter:
        size = self._words.size(terms.limit)
        lines = [
            self._say("bought", size=size, name=terms.name),
            self._say("bought_next"),
            *self._paid(terms),
        ]
        if now_is.renews is not None:
            lines.append(self._say("renews", day=self._words.day(now_is.renews)))
        return self._letter("bought_title", lines, size=size)

    def renewed(self, terms: Offer, now_is: Standing) -> Letter:
        size = self._words.size(terms.limit)
        lines = [self._say("renewed", size=size, name=terms.name), *self._paid(terms)]
        if now_is.renews is not None:
            lines.append(self._say("renews_next", day=self._words.day(now_is.renews)))
        return self._letter("renewed_title", lines)

    def not_paid(self, ends: datetime, kept: datetime) -> Letter:
        lines = [
            self._say("not_paid"),
            self._say("not_paid_data", day=self._words.day(ends)),
            self._say("not_paid_meanwhile"),
            self._say("not_paid_then", day=self._words.day(kept)),
            self._say("pay_now", url=self._plan),
        ]
        return self._letter("not_paid_title", lines)

    def cancelled(self, ends: datetime, kept: datetime) -> Letter:
        lines = [
            self._say("cancelled"),
            self._say("cancelled_until", day=self._words.day(ends)),
            self._say("kept", day=self._words.day(kept)),
            self._say("along"),
            self._say("change_mind", url=self._plan),
        ]
        return self._letter("cancelled_title", lines)

    def lapsed(self, kept: datetime | None) -> Letter:
        lines = [self._say("lapsed")]
        if kept is not None:
            lines.append(self._say("kept", day=self._words.day(kept)))
        lines += [self._say("along"), self._say("go_on", url=self._plan)]
        return self._letter("lapsed_title", lines)

    def data_ends(self, deleted_on: datetime) -> Letter:
        day = self._words.day(deleted_on)
        lines = [
            self._say("data_ends", day=day),
            self._say("data_ends_until"),
            self._say("along"),
            self._say("keep_data", url=self._plan),
        ]
        return self._letter("data_ends_title", lines, day=day)

    def data_deleted(self) -> Letter:
        lines = [
            self._say("data_deleted"),
            self._say("data_deleted_files"),
            self._say("begin_anew", url=self._plan),
        ]
        return self._letter("data_deleted_title", lines)

    def refunded(self, amount: int, currency: str, now_is: Standing) -> Letter:
        lines = [self._say("refunded", amount=self._words.money(amount, currency))]
        has = now_is.terms
        if now_is.limit and has is not None:
            lines.append(self._say("bought", size=self._words.size(has.limit), name=has.name))
            lines.append(self._say("refunded_data"))
        elif now_is.data_kept_until is not None:
            day = self._words.day(now_is.data_kept_until)
            lines.append(self._say("refunded_ended", day=day))
        return self._letter("refunded_title", lines)

    def new_password(self, link: str) -> Letter:
        """`link` leads to where one is chosen."""
        lines = [
            self._say("new_password", url=link),
            self._say("new_password_backup"),
            self._say("new_password_not_you"),
        ]
        return self._letter("new_password_title", lines)

    def silent(self, computer: str, days: int, last: datetime | None) -> Letter:
        """`last` is the last complete backup, None if there never was one."""
        name, long = " ".join(computer.split()), self._words.days(days)
        lines = [
            self._say("silent", name=name, days=long),
            self._say("silent_data", day=self._words.day(last))
            if last is not None
            else self._say("silent_nothing"),
            self._say("silent_off", name=name),
            self._say("silent_used"),
            self._say("silent_gone", url=self._plan),
        ]
        return self._letter("silent_title", lines, name=name, days=long)

    def quiet_asked(self, number: int, computer: str, days: int, ends: datetime) -> Letter:
        """Of a ticket in which nobody says anything."""
        name, no = " ".join(computer.split()), str(number)
        lines = [
            self._say("quiet_asked", name=name, days=self._words.days(days)),
            self._say("quiet_asked_do", name=name),
            self._say("quiet_asked_else", day=self._words.day(ends)),
        ]
        return self._letter("quiet_asked_title", lines, number=no)

    def quiet_closed(self, number: int, computer: str, deleted: datetime | None) -> Letter:
        """`deleted`: when the report that was sent along is, if there is one."""
        name, no = " ".join(computer.split()), str(number)
        lines = [
            self._say("quiet_closed", name=name),
            self._say("quiet_closed_again", name=name),
        ]
        if deleted is not None:
            lines.append(self._say("quiet_closed_report", day=self._words.day(deleted)))
        return self._letter("quiet_closed_title", lines, number=no)

    # --- how --------------------------------------------------------------------------------------

    @property
    def _plan(self) -> str:
        return f"{self._url}/plan"

    def _paid(self, terms: Offer) -> list[str]:
        if terms.price is None:
            return []
        amount = self._words.money(terms.price.amount, terms.price.currency)
        return [self._say("paid", amount=amount)]

    def _letter(self, title: str, lines: list[str], **facts: str) -> Letter:
        signed = self._say("signed", url=self._url)
        return Letter(self._say(title, **facts), "\n\n".join([*lines, "Plainkeep", f"{signed}\n"]))

    def _say(self, key: str, **facts: str) -> str:
        return self._words.plain(f"letters.{key}", **facts)


Write = Callable[[Letters], Letter]
"""Makes one letter, in the language of whoever gets it."""
