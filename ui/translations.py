"""The window's texts in the user's language, and English with its plurals ("1 file", "3 files").

English is the language of the source; its file holds plural forms alone and is always loaded, so
that what another language lacks is said in whole English sentences.
"""

from __future__ import annotations

from importlib import resources

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from ui import explained

ENGLISH = "en"


def languages() -> tuple[str, ...]:
    """Those there are files for."""
    folder = resources.files("resources").joinpath("translations")
    names = (one.name for one in folder.iterdir())
    return tuple(
        sorted(
            name.removeprefix("plainkeep_").removesuffix(".qm")
            for name in names
            if name.endswith(".qm")
        )
    )


def install(app: QCoreApplication, locale: QLocale | None = None) -> str:
    """Give `app` its texts; before the first widget. Returns the language that is spoken: the
    first of the user's that there is, else English."""
    there = languages()
    wanted = (QLocale(name).bcp47Name() for name in (locale or QLocale()).uiLanguages())
    known = (name.split("-")[0] for name in wanted)
    language = next((name for name in known if name in there), ENGLISH)
    for name in dict.fromkeys((ENGLISH, language)):
        _install_qt(app, name)
        translator = QTranslator(app)
        file = resources.files("resources").joinpath(f"translations/plainkeep_{name}.qm")
        if file.is_file():
            # From the file: what is loaded from memory is not copied, and Python lets go of it.
            with resources.as_file(file) as path:
                if translator.load(str(path)):
                    app.installTranslator(translator)
    explained.speak(language)
    return language


def _install_qt(app: QCoreApplication, language: str) -> None:
    """The words of Qt's own dialogs."""
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if language != ENGLISH and translator.load(f"qtbase_{language}", folder):
        app.installTranslator(translator)
