"""`backupclient key`."""

from __future__ import annotations

import argparse

import msgspec

from backupclient.cli.environment import asked, password_from_file
from backupclient.cli.exit_codes import Exit
from backupclient.cli.running import question
from backupclient.cli.tables import table
from backupclient.cli.terminal import Terminal, as_text, printable
from backupclient.errors import InvalidRequest
from backupclient.repository.keys import KeyInfo


class ListedKey(msgspec.Struct, frozen=True, rename="camel"):
    """One key in JSON, as restic has it. `created` is in this computer's zone."""

    current: bool
    id: str
    user_name: str
    host_name: str
    created: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "List, add, remove or change the passwords that open the repository."
    parser.add_argument("action", choices=["list", "add", "remove", "passwd"])
    parser.add_argument("id", nargs="?", default="", metavar="ID", help="which one to remove")
    parser.add_argument(
        "--new-password-file", metavar="FILE", help="read the new password from FILE"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    if args.action == "remove" and not args.id:
        raise InvalidRequest(reason="no-key")
    engine = question(args, terminal).engine
    match args.action:
        case "list":
            _show(engine.keys(), terminal)
        case "add":
            name = engine.add_key(_new_password(args, terminal))
            terminal.say(f"saved new key {name[:8]}")
        case "remove":
            terminal.say(f"removed key {engine.remove_key(args.id)[:8]}")
        case "passwd":
            name = engine.change_password(_new_password(args, terminal))
            terminal.say(f"saved new key {name[:8]}; the old password opens nothing any more")
    return Exit.DONE


def _new_password(args: argparse.Namespace, terminal: Terminal) -> str:
    if args.new_password_file:
        return password_from_file(args.new_password_file)
    return asked(terminal, "New password: ", twice=True)


def _show(keys: list[KeyInfo], terminal: Terminal) -> None:
    listed = [
        ListedKey(
            current=key.current,
            id=key.name[:8],
            user_name=as_text(key.username),
            host_name=as_text(key.hostname),
            created=f"{key.created.astimezone():%Y-%m-%d %H:%M:%S}",
        )
        for key in keys
    ]
    if terminal.json:
        terminal.json_line(listed)
        return
    rows = [
        [
            f"{'*' if key.current else ' '}{key.id}",
            printable(key.user_name),
            printable(key.host_name),
            key.created,
        ]
        for key in listed
    ]
    for line in table([" ID", "User", "Host", "Created"], rows):
        terminal.result(line)
