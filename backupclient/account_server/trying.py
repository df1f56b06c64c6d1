"""The service on one computer, to try it: with a SeaweedFS of its own, payments that take no money
and mails that are files. What was done is there again the next time."""

from __future__ import annotations

import secrets
from contextlib import closing
from pathlib import Path

from backupclient.account_server.settings import PREFIX
from backupclient.storage.seaweed import INNER_PORT_OFFSET, EmbeddedServer, private_file

PORT = "8000"


def environment_of(folder: Path, server: EmbeddedServer, port: str) -> dict[str, str]:
    """The settings of a service that keeps all it has in `folder` and provisions that server, as
    `from_environment` reads them."""
    inside = server.log_file.parent
    _, master, _, filer, _ = map(int, (inside / "ports").read_text(encoding="ascii").split())
    told = {
        "DATABASE_URL": f"sqlite:///{folder / 'account.db'}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": port,
        "SECRET_FILE": str(_secret(folder)),
        "S3_ENDPOINT": server.endpoint,
        "S3_ACCESS_KEY": server.access_key,
        "S3_SECRET_KEY": server.secret_key,
        "WEED_MASTER": f"127.0.0.1:{master}.{master + INNER_PORT_OFFSET}",
        "WEED_FILER": f"127.0.0.1:{filer}.{filer + INNER_PORT_OFFSET}",
        "WEED_CONFIG_DIR": str(inside),
        "TEST_PAYMENTS": "1",
        "MAIL_FOLDER": str(folder / "mails"),
    }
    return {PREFIX + name: value for name, value in told.items()}


def _secret(folder: Path) -> Path:
    file = folder / "secret"
    if not file.exists():
        with closing(private_file(file)) as opened:
            opened.write(secrets.token_hex(32).encode())
    return file
