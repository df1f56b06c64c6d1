"""`python -m backupclient.account_server`: migrate the database, then serve until stopped.

`migrate` does no more than that; `invite OFFER` prints an invitation to a new household, which is
how the first one comes in; `agent E-MAIL` lets somebody who can sign in help others at `/agent`;
`ended` says whose plan ended so long ago that what it stored may be deleted, `ended delete` does so
where the service is told to `KEEP_ENDED`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from fastapi import FastAPI

from backupclient.account_server.app import create_app
from backupclient.account_server.database import Database
from backupclient.account_server.invitations import Invitations
from backupclient.account_server.problems import Problem
from backupclient.account_server.provisioning import SeaweedProvisioner
from backupclient.account_server.serving import Server
from backupclient.account_server.settings import Settings, from_environment
from backupclient.account_server.shop import Shop
from backupclient.account_server.tickets import Tickets
from backupclient.clock import SystemClock
from backupclient.errors import InvalidRequest


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m backupclient.account_server",
        description="Plainkeep's account service. Settings come from the environment; see README.",
    )
    parser.add_argument("command", nargs="?", choices=tuple(_COMMANDS), default="serve")
    parser.add_argument(
        "about", nargs="?", default="", help="an offer, an e-mail address, or 'delete'"
    )
    asked = parser.parse_args(arguments)
    try:
        settings = from_environment(os.environ)
    except InvalidRequest as wrong:
        sys.stderr.write(f"{wrong.facts['setting']}: {wrong.facts['reason']}\n")
        return 2
    migrate(settings)
    return _COMMANDS[asked.command](settings, asked.about)


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


def end(settings: Settings, about: str) -> int:
    """Households whose data may be deleted now; with `delete`, it is."""
    shop: Shop = _app(settings).state.shop
    for household_id in shop.ending.look(SystemClock().now(), deleting=about == "delete"):
        sys.stdout.write(f"{household_id}\n")
    shop.outbox.run()
    return 0


_COMMANDS: dict[str, Callable[[Settings, str], int]] = {
    "serve": serve,
    "migrate": lambda _settings, _about: 0,
    "invite": invite,
    "agent": make_agent,
    "ended": end,
}


def _app(settings: Settings) -> FastAPI:
    provisioner = SeaweedProvisioner(settings.storage)
    return create_app(settings, clock=SystemClock(), provisioner=provisioner)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
