"""Links from pages of the account service back into the program."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE, PATIENCE_MS
from ui.link_handler import LinkEvents, MimeHandler, UrlProtocol
from ui.links import AppLink, read_link
from ui.pages.page import PageName
from ui.single_instance import SingleInstance


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("plainkeep://account/refresh", AppLink.BOUGHT),
        ("PLAINKEEP://account/refresh/\n", AppLink.BOUGHT),
        ("plainkeep://open", AppLink.OPEN),
        ("plainkeep://account/refresh?limit=0", None),
        ("plainkeep://account/refresh#now", None),
        ("plainkeep://account", None),
        ("plainkeep://restore/everything", None),
        ("https://plainkeep://open", None),
        ("settings", None),
        ("--page settings", None),
        ("", None),
    ],
)
def test_there_are_two_links_and_no_others(text: str, link: AppLink | None) -> None:
    assert read_link(text) is link
    assert text not in set(PageName) or link is None


def test_a_link_reaches_the_window_that_is_there(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.claim()
    for link in AppLink:
        with qtbot.waitSignal(first.raised, timeout=PATIENCE_MS) as raised:
            assert not second.claim(link)
        assert raised.args == [link.value]
    first.close()
    events, told = LinkEvents(), list[str]()
    events.opened.connect(told.append)
    assert events.eventFilter(qapp, QFileOpenEvent(QUrl(AppLink.BOUGHT)))
    assert not events.eventFilter(qapp, QFileOpenEvent(QUrl("file:///etc/passwd")))
    assert told == [AppLink.BOUGHT.value]


@pytest.mark.parametrize(
    ("way", "name"), [("xdg-open", "program"), ("gio open", 'our "$HOME" `program`')]
)
def test_the_desktop_starts_the_program_with_the_link(
    qtbot: QtBot, tmp_path: Path, way: str, name: str
) -> None:
    if shutil.which(way.split(maxsplit=1)[0]) is None:
        pytest.skip("a desktop's own way of opening links, where there is one")
    data, config = tmp_path / "share", tmp_path / "config"
    said, program = tmp_path / "said", tmp_path / name
    program.write_text(
        f"#!/bin/sh\nprintf '%s\\n' \"$@\" >'{said}.new'\nmv '{said}.new' '{said}'\n"
    )
    program.chmod(0o755)
    handler = MimeHandler(data / "applications", config / "mimeapps.list")
    handler.register((str(program), "--data-dir", "/somewhere", "--"))
    environ = {
        **os.environ,
        "XDG_DATA_HOME": str(data),
        "XDG_CONFIG_HOME": str(config),
        "XDG_CURRENT_DESKTOP": "X-Generic",
        "BROWSER": "false",
        "DISPLAY": ":none",  # it opens such links only where there could be a window
    }
    subprocess.run([*way.split(), AppLink.BOUGHT], env=environ, check=True, timeout=PATIENCE)
    qtbot.waitUntil(said.exists, timeout=PATIENCE_MS)
    assert said.read_text().splitlines() == ["--data-dir", "/somewhere", "--", AppLink.BOUGHT]


OTHERS = "# mine\n[Added Associations]\nx-scheme-handler/plainkeep=other.desktop;\n\n"
MINE = "x-scheme-handler/plainkeep=plainkeep-links.desktop\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"[Default Applications]\n{MINE}"),
        ("text/html=x.desktop", f"text/html=x.desktop\n\n[Default Applications]\n{MINE}"),
        (f"{OTHERS}[Default Applications]", f"{OTHERS}[Default Applications]\n{MINE}"),
        (
            f"{OTHERS}[Default Applications]\ntext/html=a.desktop\n[Removed Associations]\n",
            f"{OTHERS}[Default Applications]\n{MINE}text/html=a.desktop\n[Removed Associations]\n",
        ),
        (
            "[Default Applications]\ntext/html=a.desktop\nx-scheme-handler/plainkeep = b.desktop\n",
            f"[Default Applications]\ntext/html=a.desktop\n{MINE}",
        ),
    ],
)
def test_the_list_of_defaults_keeps_every_other_line(
    tmp_path: Path, before: str, after: str
) -> None:
    real, link = tmp_path / "dotfiles", tmp_path / "mimeapps.list"
    real.write_text(before)
    link.symlink_to(real)
    handler = MimeHandler(tmp_path, link)
    handler.register(("x",))
    assert real.read_text() == after
    assert link.is_symlink()
    kept = real.stat()
    handler.register(("x",))
    assert real.stat().st_mtime_ns == kept.st_mtime_ns, "written once"
    assert real.stat().st_ino == kept.st_ino


def test_a_class_of_windows_says_what_to_start(tmp_path: Path) -> None:
    def classes() -> QSettings:
        return QSettings(str(tmp_path / "classes.ini"), QSettings.Format.IniFormat)

    UrlProtocol(classes()).register(("C:\\a b\\python.exe", "-m", "ui", "--"))
    assert classes().contains("plainkeep/URL Protocol")
    command = classes().value("plainkeep/shell/open/command/.")
    assert command == '"C:\\a b\\python.exe" -m ui -- "%1"'
