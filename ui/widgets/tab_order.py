"""The order in which Tab leads through a page: that of its layouts, whenever their widgets came."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QStackedWidget, QWidget


def order_tabs(root: QWidget) -> None:
    """Tab follows the layouts of everything visible in `root`. What was made later would come last
    otherwise."""
    for before, after in itertools.pairwise(in_order(root)):
        QWidget.setTabOrder(before, after)


def in_order(root: QWidget) -> Iterator[QWidget]:
    """What takes the keyboard in `root` and is visible, as it is laid out."""
    if root.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(root, QScrollArea):
        yield root
    for widget in _inside(root):
        if not widget.isHidden():
            yield from in_order(widget)


def _inside(widget: QWidget) -> Iterator[QWidget]:
    match widget:
        case QStackedWidget():
            parts = [widget.currentWidget()]
        case QScrollArea():
            parts = [widget.widget()]
        case _:
            parts = list(_laid_out(widget.layout()))
    for part in parts:
        if part is not None:
            yield part


def _laid_out(layout: QLayout | None) -> Iterator[QWidget | None]:
    for at in range(0 if layout is None else layout.count()):
        item = layout.itemAt(at) if layout is not None else None
        if item is not None:
            yield item.widget()
            yield from _laid_out(item.layout())
