"""`python -m backupclient.account_server`: migrate the database, then serve until stopped."""

from __future__ import annotations

import argparse
import os
import sys

from backupclient.account_server.app import create_app
from backupclient.account_server.database import Database
from backupclient.account_server.provisioning import SeaweedProvisioner
from backupclient.account_server.serving import Server
from backupclient.account_server.settings import Settings, from_environment
from backupclient.clock import SystemClock
from backupclient.errors import InvalidRequest


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m backupclient.account_server",
        description="Plainkeep's account service. Settings come from the environment; see README.",
    )
    parser.add_argument("command", nargs="?", choices=("serve", "migrate"), default="serve")
    asked = parser.parse_args(arguments)
    try:
        settings = from_environment(os.environ)
    except InvalidRequest as wrong:
        sys.stderr.write(f"{wrong.facts['setting']}: {wrong.facts['reason']}\n")
        return 2
    migrate(settings)
    if asked.command == "serve":
        serve(settings)
    return 0


def migrate(settings: Settings) -> None:
    database = Database(settings.database_url)
    database.migrate()
    database.close()


def serve(settings: Settings) -> None:
    provisioner = SeaweedProvisioner(settings.storage)
    Server(create_app(settings, clock=SystemClock(), provisioner=provisioner), settings).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
