"""The sentences of the household's computers."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from backupclient.wire.entitlement import Computer, Entitlement, Seat, Source
from ui import numbers

_DOTS = " · "


class ComputerLine(NamedTuple):
    """One computer; `may_release`: it has a seat that can be given up from here;
    `may_take_over`: this computer can go on with its backups."""

    device_id: str
    name: str
    detail: str
    seat: str
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
    return words.replace("%1", numbers.count(held)).replace("%2", numbers.count(plan.seats))


def computer_lines(
    plan: Entitlement | None, now: datetime, *, joined: bool = False
) -> tuple[ComputerLine, ...]:
    """This one first, those without a seat last. `joined`: this one backs up with the others."""
    if plan is None or plan.source is not Source.SERVICE:
        return ()
    order = sorted(plan.computers, key=lambda one: (one.seat is Seat.RELEASED, not one.this))
    return tuple(_line(one, now, joined=joined) for one in order)


def _line(computer: Computer, now: datetime, *, joined: bool) -> ComputerLine:
    last = _tr("no backup yet")
    if computer.last_backup is not None:
        last = _tr("last backup %1").replace("%1", numbers.ago(computer.last_backup, now))
    parts = [_tr("this computer") if computer.this else "", computer.system, last]
    held = computer.seat is Seat.HELD
    return ComputerLine(
        device_id=computer.device_id,
        name=computer.name,
        detail=_DOTS.join(part for part in parts if part),
        seat=_tr("has a seat") if held else _tr("seat released; its backups stay"),
        may_release=held and not computer.this,
        may_take_over=joined and not held and not computer.this,
    )
