"""`backupclient diagnose`: a report for support, made or read."""

from __future__ import annotations

import argparse
import errno
import os
from pathlib import Path
from typing import NamedTuple

import msgspec

from backupclient.cli.diagnose_engine import ask_engine
from backupclient.cli.diagnose_text import show
from backupclient.cli.environment import access_keys, data_folders, location_given, setting
from backupclient.cli.exit_codes import Exit
from backupclient.cli.terminal import Terminal, printable
from backupclient.decoding import from_json
from backupclient.errors import (
    BackupError,
    InvalidRequest,
    KeyringLocked,
    ManifestUnwritable,
    TargetUnwritable,
)
from backupclient.plan import BackupPlan, load_plan, place_of
from backupclient.requests import Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import Folders
from backupclient.support.catalogue import ENGLISH
from backupclient.support.diagnostics.bundle import Door, Like, Typed, schema
from backupclient.support.diagnostics.checks import InTime
from backupclient.support.diagnostics.gather import About, Wishes, gather
from backupclient.support.diagnostics.reading import read_report
from backupclient.support.diagnostics.saving import save


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Make a report that says how this computer's backups stand, and show everything it says; "
        "show one that was made; or print the JSON schema of its bundle.json. A report has no "
        "passwords and no keys, and no names of files unless --names is given. It is made without "
        "an engine, without a network, with damaged notes."
    )
    parser.add_argument("action", choices=["create", "show", "schema"])
    parser.add_argument("file", nargs="?", default="", metavar="FILE", help="the report, a .zip")
    group = parser.add_argument_group("what it says of you (create)")
    group.add_argument("--names", action="store_true", help="say the names of files and folders")
    group.add_argument("--from", dest="name", default="", metavar="NAME", help="who you are")
    group.add_argument("--contact", default="", metavar="TEXT", help="how you can be reached")
    group.add_argument("--note", default="", metavar="TEXT", help="what happened, in your words")
    group.add_argument(
        "--like",
        default=Like.EXPLAIN,
        choices=[str(like) for like in Like],
        help="how you want to be helped",
    )
    parser.add_argument(
        "--language",
        default="",
        metavar="CODE",
        help="the language to show it in, like de; with create also yours (en)",
    )
    parser.add_argument("--no-checks", action="store_true", help="do not ask the storage anything")
    parser.add_argument("--no-crashes", action="store_true", help="leave reports of crashes out")
    parser.add_argument("--dry-run", action="store_true", help="show the report and do not save it")
    parser.add_argument("--window", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """InvalidRequest for a file that is no report; TargetUnwritable (facts `path`, `reason`) where
    none can be saved."""
    match args.action:
        case "create":
            return _create(args, terminal)
        case "show":
            return _show(args, terminal)
        case _:
            terminal.result(schema().decode().rstrip())
            return Exit.DONE


def _show(args: argparse.Namespace, terminal: Terminal) -> int:
    if not args.file:
        raise InvalidRequest(reason="no-report")
    report = read_report(Path(args.file))
    if terminal.json:
        terminal.json_line(report.bundle)
    else:
        show(report.bundle, terminal, args.language)
    return Exit.DONE


def _create(args: argparse.Namespace, terminal: Terminal) -> int:
    folders = data_folders(args, terminal.environ)
    told = not args.dry_run and not args.window
    if told:
        terminal.say("Asking the storage and looking through the notes; this takes some seconds.")
    typed = _typed(terminal) if args.window else Typed()
    wishes = Wishes(
        names=args.names,
        name=args.name,
        contact=typed.contact or args.contact,
        like=Like(args.like),
        note=typed.note or args.note,
        language=args.language or ENGLISH,
        door=Door.WINDOW if args.window else Door.TERMINAL,
        ask_storage=not args.no_checks,
        crashes=not args.no_crashes,
    )
    about = _about(args, terminal, folders)
    gathered = gather(about, ask_engine(folders.data), wishes, terminal.clock)
    if terminal.json:
        terminal.json_line(gathered.bundle)
    else:
        show(gathered.bundle, terminal)
    if args.dry_run:
        return Exit.DONE
    stamp = gathered.bundle.made.astimezone().strftime("%Y-%m-%d-%H%M")
    file = Path(args.file or f"plainkeep-report-{stamp}.zip").absolute()
    try:
        save(gathered, file)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = "full" if full else "report"
        raise TargetUnwritable(str(error), path=str(file.parent), reason=reason) from error
    if told:
        terminal.say()
        terminal.say(f"This is everything it says. Saved: {printable(str(file))}")
    return Exit.DONE


def _typed(terminal: Terminal) -> Typed:
    """Nothing, if it is not what the window writes."""
    try:
        return from_json(terminal.stdin.readline(), Typed)
    except msgspec.MsgspecError:
        return Typed()


# --- where, and with which secrets ----------------------------------------------------------------


class _Secrets(NamedTuple):
    password: str = ""
    secret_key: str = ""
    keeper: str = ""
    others: tuple[str, ...] = ()


def _about(args: argparse.Namespace, terminal: Terminal, folders: Folders) -> About:
    """What is wrong with the plan or with its secrets is a part of the report."""
    troubles: list[BackupError] = []
    plan: BackupPlan | None = None
    try:
        plan = load_plan(folders.data)
    except BackupError as error:
        troubles.append(error)
    except OSError as error:
        troubles.append(ManifestUnwritable(str(error)))
    place, secrets = None, _Secrets()
    try:
        place = _given(args, terminal, folders)
        if place is None and plan is not None:
            secrets = _kept(folders.data)
            place = place_of(
                plan, folders.data, password=secrets.password, secret_key=secrets.secret_key
            )
    except BackupError as error:
        troubles.append(error)
    return About(folders, plan, place, secrets.keeper, tuple(troubles), secrets.others)


def _given(args: argparse.Namespace, terminal: Terminal, folders: Folders) -> Place | None:
    """The place that this command names, like any other. Its password opens nothing here: it is
    known only to be kept out of the report."""
    environ = terminal.environ
    location = location_given(args, environ)
    if not location:
        return None
    access_key, secret_key, session_token = access_keys(environ)
    return Place(
        location=location,
        password=setting(environ, "PASSWORD"),
        data_dir=str(folders.data),
        access_key=access_key,
        secret_key=secret_key,
        session_token=session_token,
        region=setting(environ, "DEFAULT_REGION", "AWS_"),
        ca_file=os.path.abspath(args.cacert) if args.cacert else setting(environ, "CACERT"),
    )


def _kept(data: Path) -> _Secrets:
    """`KeyringLocked` if nobody unlocks it in time: the report must not wait."""
    asked = InTime(lambda: _from(SecretStore(data)))
    if asked.error is not None or asked.result is None:
        raise asked.error or KeyringLocked
    return asked.result


def _from(store: SecretStore) -> _Secrets:
    kept = {name: store.get(name) or "" for name in SecretName}
    password, secret_key = kept[SecretName.PASSWORD], kept[SecretName.SECRET_KEY]
    return _Secrets(password, secret_key, store.keeper, tuple(kept.values()))
