"""The household's computers on Storage & plan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from backupclient.wire.entitlement import Computer, Entitlement, Seat, Source
from tests.patience import PATIENCE_MS
from ui import numbers
from ui.pages.storage_computers import ComputersCard
from ui.theme import Theme
from ui.widgets.buttons import Button
from ui.widgets.texts import Text
from ui.wording_computers import computer_lines, seats_line

pytestmark = pytest.mark.usefixtures("theme")
NOW = datetime(2026, 11, 20, 14, 31, tzinfo=UTC)
PLAN = Entitlement(
    source=Source.SERVICE,
    as_of=NOW,
    seats=3,
    computers=(
        Computer(name="Study PC", device_id="3", system="Windows 11", seat=Seat.RELEASED),
        Computer(
            name="Anna's laptop",
            device_id="2",
            system="macOS 14.5",
            last_backup=NOW - timedelta(minutes=4),
        ),
        Computer(name="Home PC", device_id="1", system="Debian GNU/Linux 12", this=True),
    ),
)


def shown(qtbot: QtBot) -> ComputersCard:
    card = ComputersCard()
    qtbot.addWidget(card)
    card.show_lines(computer_lines(PLAN, NOW), seats_line(PLAN))
    return card


def buttons(card: ComputersCard) -> dict[str, Button]:
    return {one.text(): one for one in card.findChildren(Button)}


def test_every_computer_says_how_it_stands(qtbot: QtBot) -> None:
    words = [text.text() for text in shown(qtbot).findChildren(Text)]
    assert "2 of 3 seats are used" in words
    assert [one for one in words if one in {"Home PC", "Anna's laptop", "Study PC"}] == [
        "Home PC",
        "Anna's laptop",
        "Study PC",
    ]
    ago = numbers.ago(NOW - timedelta(minutes=4), NOW)
    assert "macOS 14.5" in words
    assert f"All safe, {ago}" in words
    assert "no seat; its backups stay" in words
    assert "no backup yet" in words, "this one"
    [this, *_] = computer_lines(PLAN, NOW, at_work=True)
    assert this.state == "Backing up"


def test_a_seat_is_released_in_two_clicks_and_never_ones_own(qtbot: QtBot) -> None:
    card = shown(qtbot)
    assert [one.accessibleName() for one in card.findChildren(Button)] == [
        "Release the seat of Anna's laptop"
    ]
    buttons(card)["Release…"].click()
    qtbot.waitUntil(lambda: "Release the seat" in buttons(card), timeout=PATIENCE_MS)
    with qtbot.waitSignal(card.released, timeout=PATIENCE_MS) as told:
        buttons(card)["Release the seat"].click()
    assert told.args == ["2"]


def test_a_storage_of_ones_own_shows_no_computers(qtbot: QtBot, theme: Theme) -> None:
    card = ComputersCard()
    qtbot.addWidget(card)
    card.show_lines(computer_lines(None, NOW), seats_line(None))
    assert card.isHidden()
