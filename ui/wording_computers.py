"""The sentences of the household's computers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from backupclient.wire.entitlement import Computer, Entitlement, Seat, Source
from ui import numbers
from ui.icons import Icon
from ui.phrases import fill

_DOTS = " · "
_PORTABLE = ("laptop", "notebook", "macbook", "thinkpad")
_LONG = timedelta(days=4)
"""Without a backup for longer than this a computer may need somebody."""


class ComputerLine(NamedTuple):
    """One computer; `may_release`: it has a seat that can be given up from here;
    `may_take_over`: this computer can go on with its backups."""

    device_id: str
    icon: Icon
    name: str
    detail: str
    state_icon: Icon
    colour: str
    state: str
    may_release: bool
    may_take_over: bool = False


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("computers", text, None, n)


def seats_line(plan: Entitlement | None) -> str:
    """ "2 of 3 seats are used"; empty where computers need none."""
    if plan is None or plan.source is not Source.SERVICE or not plan.seats:
        return ""
    held = sum(one.seat is Seat.HELD for one in plan.computers)
    words = _tr("%1 of %2 seats are used")
    return fill(words, numbers.count(held), numbers.count(plan.seats))


def computer_lines(
    plan: Entitlement | None, now: datetime, *, joined: bool = False, at_work: bool = False
) -> tuple[ComputerLine, ...]:
    """This one first, those without a seat last. `joined`: this one backs up with the others;
    `at_work`: just now."""
    if plan is None or plan.source is not Source.SERVICE:
        return ()
    order = sorted(plan.computers, key=lambda one: (one.seat is Seat.RELEASED, not one.this))
    return tuple(_line(one, now, joined=joined, at_work=at_work) for one in order)


def computer_icon(name: str) -> Icon:
    """By what its owner calls it: nobody else says what it looks like."""
    portable = any(word in name.casefold() for word in _PORTABLE)
    return Icon.LAPTOP if portable else Icon.DESKTOP


def _state(computer: Computer, now: datetime, *, at_work: bool) -> tuple[Icon, str, str]:
    if computer.seat is Seat.RELEASED:
        return Icon.STATE_LEFT_OUT, "text_second", _tr("no seat; its backups stay")
    if computer.this and at_work:
        return Icon.STATE_UPLOADING, "accent", _tr("Backing up")
    if computer.waiting_bytes:
        words = _tr("%1 are waiting").replace("%1", numbers.size(computer.waiting_bytes))
        return Icon.STATE_WAITING, "waiting", words
    if computer.last_backup is None:
        return Icon.STATE_WAITING, "waiting", _tr("no backup yet")
    if now - computer.last_backup > _LONG:
        words = _tr("last backup %1")
        icon, colour = Icon.STATE_PROBLEM, "attention"
    else:
        words, icon, colour = _tr("All safe, %1"), Icon.STATE_SAFE, "safe"
    return icon, colour, words.replace("%1", numbers.ago(computer.last_backup, now))


def _line(computer: Computer, now: datetime, *, joined: bool, at_work: bool) -> ComputerLine:
    parts = [_tr("this computer") if computer.this else "", computer.system]
    held = computer.seat is Seat.HELD
    state_icon, colour, state = _state(computer, now, at_work=at_work)
    return ComputerLine(
        device_id=computer.device_id,
        icon=computer_icon(computer.name),
        name=computer.name,
        detail=_DOTS.join(part for part in parts if part),
        state_icon=state_icon,
        colour=colour,
        state=state,
        may_release=held and not computer.this,
        may_take_over=joined and not held and not computer.this,
    )
