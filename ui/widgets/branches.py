"""The sign before a folder of a tree: a chevron like all others, not the style's own triangle."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QTreeView

from ui import tokens
from ui.icons import Icon, pixmap
from ui.theme import theme


def paint_branch(
    tree: QTreeView,
    painter: QPainter,
    rect: QRect,
    index: QModelIndex | QPersistentModelIndex,
) -> None:
    """For `drawBranches`; nothing where there is nothing below."""
    model = tree.model()
    if not model.hasChildren(index):
        return
    opened = tree.isExpanded(model.index(index.row(), 0, index.parent()))
    icon = Icon.CHEVRON_DOWN if opened else Icon.CHEVRON_RIGHT
    ratio = painter.device().devicePixelRatio()
    drawn = pixmap(icon, theme().colours.text_second, tokens.ICON_STATE, ratio)
    x = rect.right() - tree.indentation() + 3
    painter.drawPixmap(x, rect.y() + (rect.height() - tokens.ICON_STATE) // 2, drawn)
