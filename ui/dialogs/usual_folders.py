"""The folders that people of this system keep their things in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QStandardPaths

from ui.icons import Icon
from ui.paths import shown_path

_Where = QStandardPaths.StandardLocation
_USUAL = (
    (_Where.DocumentsLocation, Icon.FILE, True),
    (_Where.PicturesLocation, Icon.IMAGE, True),
    (_Where.MusicLocation, Icon.MUSIC, True),
    (_Where.DesktopLocation, Icon.DESKTOP, True),
    (_Where.MoviesLocation, Icon.FILM, True),
    (_Where.DownloadLocation, Icon.ARROW_DOWN, False),
)


class UsualFolder(NamedTuple):
    path: Path
    name: str
    icon: Icon
    ticked: bool


def usual_folders() -> list[UsualFolder]:
    """Those that exist. A folder that the system calls by the home folder's own path is none."""
    home = Path.home()
    found: dict[Path, UsualFolder] = {}
    for where, icon, ticked in _USUAL:
        path = Path(QStandardPaths.writableLocation(where))
        if path.is_dir() and path.resolve() != home.resolve():
            real = path.resolve()
            found.setdefault(real, UsualFolder(real, path.name, icon, ticked))
    return list(found.values())


def offered_folders(folder: Path, usual: Sequence[UsualFolder]) -> list[UsualFolder]:
    """`folder` is ticked; the usual ones are there to be ticked, too."""
    offered = UsualFolder(folder, shown_path(str(folder)), Icon.NAV_FILES, ticked=True)
    return [offered, *(one._replace(ticked=False) for one in usual if one.path != folder)]
