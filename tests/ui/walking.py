"""Walks everything that a window shows: names, the order of the keyboard, words that fit, contrast.

Each function returns what is wrong, in words; nothing for a window that is as it should be.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QMetaMethod, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetrics, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QButtonGroup,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QToolButton,
    QWidget,
)

from tests.ui.test_tokens import contrast
from ui.pages.page import Page
from ui.theme import TextSize, theme
from ui.widgets.texts import Elided

_CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
_MOST_STOPS = 200
_TEXT, _LARGE = 4.5, 3.0
_ELLIPSIS_ROOM = 40
"""Less than this of a long name says nothing."""


def shown(root: QWidget) -> Iterator[QWidget]:
    """Everything below `root` that can be seen."""
    for widget in root.findChildren(QWidget):
        if widget.isVisibleTo(root) and widget.width() and widget.height():
            yield widget


def controls(root: QWidget) -> list[QWidget]:
    """What can be used: not the parts that Qt makes controls of."""
    return [
        one
        for one in shown(root)
        if (isinstance(one, _CONTROLS) or one.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and not isinstance(one, QScrollArea | QHeaderView)
        and not one.objectName().startswith("qt_")
        and not isinstance(one.parent(), QComboBox | QAbstractSpinBox | QLineEdit)
    ]


def named(widget: QWidget) -> str:
    """For a message."""
    text = getattr(widget, "text", None)
    words = text() if callable(text) else ""
    return f"{type(widget).__name__} “{widget.accessibleName() or words}”"


# --- names ----------------------------------------------------------------------------------------


def nameless(root: QWidget) -> list[str]:
    """Controls of which a screen reader has nothing to say, or something else than they do: who
    speaks to a computer says what stands on a button."""
    found = []
    for one in controls(root):
        name = QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name).strip()
        unsaid = _words(one.text()) - _words(name) if isinstance(one, QAbstractButton) else ()
        if not name:
            found.append(f"{named(one)} in {type(one.parent()).__name__} has no name")
        elif unsaid:
            found.append(f"{name} in {type(one.parent()).__name__} does not say {unsaid}")
    return found


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.replace("&&", "&").lower()))


# --- the keyboard ---------------------------------------------------------------------------------


def stops(window: QWidget) -> list[QWidget]:
    """Where Tab leads, once round, from the window's own beginning."""
    found: list[QWidget] = []
    for _ in range(_MOST_STOPS):
        at = QApplication.focusWidget() or window
        QTest.keyClick(at, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or (now is not at and now in found):
            break
        if now not in found:  # hours and minutes are two stops in one field
            found.append(now)
    first: QWidget | None = window.nextInFocusChain()
    while found and first is not None and first not in found:
        first = first.nextInFocusChain()
    begin = found.index(first) if first in found and first is not None else 0
    return found[begin:] + found[:begin]


def unreached(root: QWidget, reached: list[QWidget]) -> list[str]:
    """Controls that the keyboard does not come to."""
    proxied = {id(one) for one in reached} | {id(one.focusProxy()) for one in reached}
    groups = {id(_group(one)) for one in reached if _group(one) is not None}
    return [
        f"{named(one)} is not reached"
        for one in controls(root)
        if one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and id(one) not in proxied
        and id(_group(one)) not in groups
    ]


def _group(one: QWidget) -> QButtonGroup | None:
    """Buttons that exclude each other are one stop; arrow keys lead from one to the next."""
    return one.group() if isinstance(one, QAbstractButton) else None


def unfocusable(root: QWidget) -> list[str]:
    """Buttons that no key can come to. Of several that exclude each other one is enough."""
    found = []
    for one in controls(root):
        exclusive = isinstance(one, QAbstractButton) and (
            one.autoExclusive() or (one.group() is not None and one.group().exclusive())
        )
        if not one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isEnabled() and not exclusive:
            found.append(f"{named(one)} takes no focus")
    return found


def disordered(window: QWidget, reached: list[QWidget]) -> list[str]:
    """Where the keyboard goes back up, or back to the left within a line."""
    found = []
    # A page that is scrolled by keys is a stop, too, and has no place among its controls.
    used = [one for one in reached if not isinstance(one, QScrollArea)]
    for before, after in itertools.pairwise(used):
        one, other = _blocks(window, before, after)
        above = other.bottom() < one.top() and other.left() <= one.right()
        beside = other.bottom() >= one.top() and other.top() <= one.bottom()
        if above or (beside and other.right() < one.left()):
            found.append(f"{named(before)} comes before {named(after)}")
    return found


def _blocks(window: QWidget, one: QWidget, other: QWidget) -> tuple[QRect, QRect]:
    """The places of the largest parts that hold one of the two each."""
    mine, theirs = _line(window, one), _line(window, other)
    while mine and theirs and mine[0] is theirs[0]:
        mine, theirs = mine[1:], theirs[1:]
    return _place(window, (mine or [one])[0]), _place(window, (theirs or [other])[0])


def _line(window: QWidget, widget: QWidget) -> list[QWidget]:
    """From the window down to the widget."""
    line = [widget]
    while line[0] is not window:
        parent = line[0].parentWidget()
        assert parent is not None
        line.insert(0, parent)
    return line


def _place(window: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


# --- words that fit -------------------------------------------------------------------------------


def clipped(root: QWidget) -> list[str]:
    """Words of which a part cannot be seen."""
    found = []
    for one in shown(root):
        wrong = _too_small(one) or _cut_off(root, one)
        if wrong:
            found.append(f"{named(one)} {wrong}")
    return found


def _too_small(one: QWidget) -> str:
    """Why its words do not fit into it; empty if they do."""
    match one:
        case Elided():
            whole = one.fontMetrics().horizontalAdvance(one.text())
            least = min(whole, _ELLIPSIS_ROOM)
            return "" if one.contentsRect().width() >= least else f"has {one.width()} px"
        case QLabel() if one.text() and one.pixmap().isNull():
            if one.wordWrap():
                needed = one.heightForWidth(one.width())
                return "" if needed <= one.height() else f"needs {needed} of {one.height()} px"
            needed = one.sizeHint().width()
            return "" if needed <= one.width() else f"needs {needed} of {one.width()} px"
        case QToolButton() if not one.text() or one.property("kind") == "icon":
            return ""
        case QAbstractButton() if one.text():
            hint = one.sizeHint()
            fits = hint.width() <= one.width() and _line_height(one) <= one.height()
            return "" if fits else f"needs {hint.width()} of {one.width()} px"
        case QComboBox():
            arrow = 40
            needed = one.fontMetrics().horizontalAdvance(one.currentText()) + arrow
            return "" if needed <= one.width() else f"needs {needed} of {one.width()} px"
        case QLineEdit():
            words = one.placeholderText() if not one.text() else ""
            needed = one.fontMetrics().horizontalAdvance(words) + 8
            return "" if needed <= one.width() else f"needs {needed} of {one.width()} px"
        case _:
            return ""


def _line_height(one: QWidget) -> int:
    return QFontMetrics(one.font()).height()


def _cut_off(root: QWidget, one: QWidget) -> str:
    """Whether something around it hides a part of it. What can be scrolled to is not hidden."""
    if not isinstance(one, QLabel | QAbstractButton | QLineEdit | QComboBox):
        return ""
    inside = one.parentWidget()
    sideways = False
    while inside is not None and inside is not root.parentWidget():
        place = _place(inside, one)
        if isinstance(inside.parentWidget(), QAbstractScrollArea):
            sideways = True
        room = inside.rect()
        if place.left() < room.left() or place.right() > room.right():
            return f"is cut off at the side by {type(inside).__name__}"
        if not sideways and (place.top() < room.top() or place.bottom() > room.bottom()):
            return f"is cut off below by {type(inside).__name__}"
        inside = inside.parentWidget()
    return ""


# --- contrast -------------------------------------------------------------------------------------


def pale(root: QWidget) -> list[str]:
    """Words that are too like what they stand on, as it is painted."""
    image = root.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    found = []
    for one in shown(root):
        words = one.text() if isinstance(one, QLabel | QAbstractButton) else ""
        if not words.strip() or not one.isEnabled() or not _in_sight(one):
            continue
        ground, ink = _painted(image, _place(root, one))
        large = one.font().pointSizeF() >= theme().font(TextSize.LARGE).pointSizeF()
        if contrast(ground, ink) < (_LARGE if large else _TEXT):
            found.append(f"{named(one)}: {ink} on {ground} is {contrast(ground, ink):.1f} : 1")
    return found


def _in_sight(one: QWidget) -> bool:
    """Nothing scrolled it away."""
    seen = one.visibleRegion().boundingRect()
    return seen.height() >= one.height() - 1 and seen.width() >= one.width() - 1


def _painted(image: QImage, place: QRect) -> tuple[str, str]:
    """The commonest colour there, and the one that differs from it most."""
    part = image.copy(place)
    counted = Counter(memoryview(part.constBits()).cast("I").tolist())
    colours = {f"#{value & 0xFFFFFF:06x}": many for value, many in counted.items()}
    ground = max(colours, key=lambda one: colours[one])
    return ground, max(colours, key=lambda one: contrast(one, ground))


# --- buttons that do nothing ----------------------------------------------------------------------


def idle(root: QWidget) -> list[str]:
    """Buttons that nothing listens to, and wishes of pages that nobody hears."""
    found = []
    for one in root.findChildren(QWidget):
        if isinstance(one, QAbstractButton) and not _does_something(one):
            found.append(f"{named(one)} in {type(one.parent()).__name__} does nothing")
        if isinstance(one, Page):
            found += [f"nobody hears {name} of {type(one).__name__}" for name in _unheard(one)]
    return found


def _does_something(button: QAbstractButton) -> bool:
    """What is ticked may be read later, by whoever does something."""
    heard = {_name(one) for one in _signals(button) if button.isSignalConnected(one)}
    menu = isinstance(button, QToolButton) and button.menu() is not None
    qts = button.objectName().startswith("qt_") or isinstance(button.parent(), QLineEdit)
    return bool(heard & {"clicked", "toggled"}) or menu or button.isCheckable() or qts


def _unheard(page: Page) -> list[str]:
    ours = {
        name
        for kind in type(page).__mro__
        if kind.__module__.startswith("ui.")
        for name, value in vars(kind).items()
        if isinstance(value, Signal) and not name.startswith("_")
    }
    heard = {_name(one) for one in _signals(page) if page.isSignalConnected(one)}
    return sorted(ours - heard)


def _signals(widget: QWidget) -> list[QMetaMethod]:
    meta = widget.metaObject()
    methods = (meta.method(number) for number in range(meta.methodCount()))
    return [one for one in methods if one.methodType() is QMetaMethod.MethodType.Signal]


def _name(method: QMetaMethod) -> str:
    return bytes(method.name().data()).decode()
