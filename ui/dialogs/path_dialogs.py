"""The system's dialogs for folders and files. The window goes on beside them, and they go with what
asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_folder(parent: QWidget, title: str, then: Callable[[str], None], begin: str = "") -> None:
    """`then`, a method of `parent`, is called with one that is there, unless none is chosen."""
    dialog = QFileDialog(parent, title, begin or str(Path.home()))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _open(dialog, then)


def ask_new_file(
    parent: QWidget, title: str, then: Callable[[str], None], suggested: str, kind: str
) -> None:
    """The same for a file to be written, of a `kind` as in "PDF (*.pdf)". Who chooses one that is
    there was asked whether to replace it."""
    folder, name = str(Path(suggested).parent), Path(suggested).name
    dialog = QFileDialog(parent, title, folder, kind)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(suggested).suffix.lstrip("."))
    dialog.selectFile(name)
    _open(dialog, then)


def _open(dialog: QFileDialog, then: Callable[[str], None]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(then)
    dialog.open()
