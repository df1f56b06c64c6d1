"""The window speaks whole sentences: English with its plurals, and every text in German."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication
from translations import FOLDER, LANGUAGES, Message, messages, read

from tests.patience import PATIENCE
from ui import numbers, translations

ROOT = Path(__file__).resolve().parent.parent.parent


def test_english_counts_as_people_do(any_language: QApplication) -> None:
    assert translations.install(any_language, QLocale("en")) == "en"
    assert [numbers.files(count) for count in (0, 1, 3)] == ["0 files", "1 file", "3 files"]
    need = [QCoreApplication.translate("wording", "%n file(s) need you", None, n) for n in (1, 2)]
    assert need == ["1 file needs you", "2 files need you"]


def test_german_is_spoken(any_language: QApplication) -> None:
    assert translations.install(any_language, QLocale("de_AT")) == "de"
    assert [numbers.files(count) for count in (1, 3)] == ["1 Datei", "3 Dateien"]
    assert QCoreApplication.translate("wording", "Everything is safe") == "Alles ist sicher"


def test_a_language_that_is_not_there_is_english(any_language: QApplication) -> None:
    assert translations.install(any_language, QLocale("fi")) == "en"
    assert numbers.files(1) == "1 file"


def test_every_text_is_spoken_in_german() -> None:
    said, wanted = set(read("de")), set(messages())
    assert sorted(wanted - said) == [], "make translations, then translate"
    assert sorted(said - wanted) == [], "make translations"


def test_the_window_explains_in_its_own_language_alone() -> None:
    for path in (ROOT / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "backupclient.support.explainer":
                taken = {one.name for one in node.names} & {"explain", "explain_code"}
                assert not taken, f"{path.name}: take it from ui.explained"


TECHNICAL = re.compile(
    r"\b(repositor\w*|snapshots?|blobs?|prun\w*|endpoints?|buckets?)\b", re.IGNORECASE
)


def test_no_text_needs_an_expert() -> None:
    for message, forms in read("de").items():
        for text in (message.text, *forms):
            assert not TECHNICAL.search(text), message
        assert not any(re.search(r"\bBackups?\b", form) for form in forms), message
        assert "again later" not in message.text


def test_german_is_set_as_german_is() -> None:
    """The dots stand apart from a whole word; quotes are low and high."""
    for message, forms in read("de").items():
        for form in forms:
            assert not re.search(r"\w…", form), message
            assert not re.search("[“”][^“”]*”", form.replace("„", "")), message
            assert '"' not in form, message


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_is_translated_is_whole(language: str) -> None:
    for message, forms in read(language).items():
        assert all(forms), message
        assert len(forms) == (LANGUAGES[language] if message.plural else 1), message
        for form in forms:
            counted = form if "%n" in form else f"{form}%n"  # "eine Datei" needs no number
            places = re.findall(r"%\d|%n", message.text)
            assert sorted(set(places)) == sorted(set(re.findall(r"%\d|%n", counted)) & {*places})
            assert set(re.findall(r"%\d", form)) == {one for one in places if one != "%n"}, message


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_is_shipped_is_what_the_source_of_it_says(language: str, tmp_path: Path) -> None:
    release = Path(sys.executable).with_name("pyside6-lrelease")
    made = tmp_path / "made.qm"
    source = FOLDER / f"plainkeep_{language}.ts"
    subprocess.run([release, "-silent", source, "-qm", made], check=True, timeout=PATIENCE)
    shipped = FOLDER / f"plainkeep_{language}.qm"
    assert made.read_bytes() == shipped.read_bytes(), "make translations"


def test_texts_are_found_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "x.py").write_text(
        "def _tr(text, n=-1):\n"
        "    return QCoreApplication.translate('words', text, None, n)\n"
        "A = _tr('%n file(s)', 3)\n"
        "class Page:\n"
        "    def f(self):\n"
        "        return self.tr('Open')\n"
        "def g(page: Page):\n"
        "    tr = QCoreApplication.translate\n"
        "    return page.tr('Close'), tr('Other', 'Third')\n"
    )
    assert messages(tmp_path) == [
        Message("Other", "Third"),
        Message("Page", "Close"),
        Message("Page", "Open"),
        Message("words", "%n file(s)"),
    ]
