"""Keep the window's translations up to date with its source. Standard library only.

    python packaging/translations.py       renew resources/translations/*.ts, then *.qm

Qt's own lupdate knows `tr` of classes alone; the window's modules of sentences have a `_tr` of
their own. So the texts are found here, by the syntax tree:

    self.tr("…"), page.tr("…")       context: the class, or that of the annotated parameter
    _tr("…")                         context: as the module's `_tr` says it to Qt
    tr("…", "…"), translate("…", "…")    context: the first text
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = {"en": 2, "de": 2}
"""Each with the number of its plural forms. English has plural texts alone."""
PLURAL = "%n"


class Message(NamedTuple):
    context: str
    text: str

    @property
    def plural(self) -> bool:
        return PLURAL in self.text


Translations = dict[Message, tuple[str, ...]]
"""One text, or for a plural one for each form."""


def messages(root: Path = ROOT) -> list[Message]:
    """Every text of the window, sorted."""
    found: set[Message] = set()
    for path in sorted((root / "ui").rglob("*.py")):
        found.update(_of_module(ast.parse(path.read_text("utf-8"))))
    return sorted(found)


def read(language: str) -> Translations:
    """What the language's file has that is finished."""
    file = FOLDER / f"plainkeep_{language}.ts"
    if not file.exists():
        return {}
    found: Translations = {}
    for context in ET.parse(file).getroot().iter("context"):  # noqa: S314 - our own file
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type"):
                continue
            forms = tuple(one.text or "" for one in translation.iter("numerusform"))
            key = Message(name, message.findtext("source") or "")
            found[key] = forms or (translation.text or "",)
    return found


def write(language: str, wanted: list[Message], known: Translations) -> int:
    """Write the file with every message of `wanted`; how many are not translated."""
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    contexts: dict[str, ET.Element] = {}
    missing = 0
    for message in wanted:
        if message.context not in contexts:
            contexts[message.context] = ET.SubElement(root, "context")
            ET.SubElement(contexts[message.context], "name").text = message.context
        numerus = {"numerus": "yes"} if message.plural else {}
        entry = ET.SubElement(contexts[message.context], "message", numerus)
        ET.SubElement(entry, "source").text = message.text
        forms = known.get(message, ())
        missing += not forms
        unfinished = {} if forms else {"type": "unfinished"}
        translation = ET.SubElement(entry, "translation", unfinished)
        if message.plural:
            for at in range(LANGUAGES[language]):
                form = ET.SubElement(translation, "numerusform")
                form.text = forms[at] if at < len(forms) else ""
        else:
            translation.text = forms[0] if forms else ""
    ET.indent(root)
    content = ET.tostring(root, encoding="unicode")
    lines = ('<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>", content, "")
    (FOLDER / f"plainkeep_{language}.ts").write_text("\n".join(lines), "utf-8")
    return missing


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    everything = messages()
    for language in LANGUAGES:
        wanted = [one for one in everything if one.plural] if language == "en" else everything
        known = read(language)
        if language == "en":
            known = {one: _english(one.text) for one in wanted} | known
        missing = write(language, wanted, known)
        print(f"{language}: {len(wanted)} texts, {missing} not translated")
        release = Path(sys.executable).with_name("pyside6-lrelease")
        file = FOLDER / f"plainkeep_{language}.ts"
        subprocess.run([release, "-silent", file], check=True)
    return 0


def _english(text: str) -> tuple[str, str]:
    """“%n file(s)” for one and for many. Where a verb changes too, the file differs."""
    return text.replace("(s)", ""), text.replace("(s)", "s")


# --- finding texts --------------------------------------------------------------------------------


def _of_module(module: ast.Module) -> Iterator[Message]:
    own = _context_of_tr(module)
    for node, owner, arguments in _calls(module):
        match node.func:
            case ast.Name(id="_tr") if own is not None:
                yield from _message(own, node.args[:1])
            case ast.Name(id="tr") | ast.Attribute(attr="translate"):
                match node.args:
                    case [ast.Constant(value=str(context)), text, *_]:
                        yield from _message(context, [text])
            case ast.Attribute(value=ast.Name(id="self"), attr="tr") if owner:
                yield from _message(owner, node.args[:1])
            case ast.Attribute(value=ast.Name(id=name), attr="tr") if name in arguments:
                yield from _message(arguments[name], node.args[:1])


def _message(context: str, arguments: list[ast.expr]) -> Iterator[Message]:
    match arguments:
        case [ast.Constant(value=str(text))]:
            yield Message(context, text)


def _context_of_tr(module: ast.Module) -> str | None:
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name == "_tr":
            for inner in ast.walk(node):
                match inner:
                    case ast.Call(
                        func=ast.Attribute(attr="translate"),
                        args=[ast.Constant(value=str(context)), *_],
                    ):
                        return context
    return None


def _calls(
    node: ast.AST, owner: str = "", arguments: dict[str, str] | None = None
) -> Iterator[tuple[ast.Call, str, dict[str, str]]]:
    """Every call with the class it stands in, and the classes of the function's parameters."""
    arguments = arguments or {}
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _calls(child, child.name)
            continue
        inside = arguments
        if isinstance(child, ast.FunctionDef):
            inside = arguments | {
                one.arg: one.annotation.id
                for one in child.args.args
                if isinstance(one.annotation, ast.Name)
            }
        if isinstance(child, ast.Call):
            yield child, owner, inside
        yield from _calls(child, owner, inside)


if __name__ == "__main__":
    sys.exit(main())
