"""What whoever runs the service decides: read from the environment, or from files it names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from backupclient.errors import InvalidRequest

PREFIX = "PLAINKEEP_ACCOUNT_"


class ShellSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How `weed shell` reaches the inside of SeaweedFS, to apply a quota at once."""

    master: str
    filer: str
    folder: Path
    """Where `security.toml` lies."""


class StorageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The SeaweedFS that is provisioned, with the keys of its administrator."""

    endpoint: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"
    public_endpoint: str = ""
    """Where computers reach it, if elsewhere than the service does."""
    shell: ShellSettings | None = None
    """Without it SeaweedFS applies a changed quota by its own sweep, within a minute or so."""


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mails are handed over. `starttls` where the line is not encrypted from the start
    (`tls`). Without a user there is no login."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = True


class ShopSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`test_payments` sells to everybody for nothing: only where nothing is worth anything. Without
    a way to pay nothing is on sale. Without a mail server mails are files in `mail_folder`."""

    test_payments: bool = False
    offers: Path | None = None
    """A JSON list of `offers.Offer`; without it the standard ones."""
    mail: MailServer | None = None
    mail_folder: Path = Path("mails")
    keep_ended: bool = False
    """What plans that have ended have stored is deleted by the command `ended delete` alone."""
    silent_days: int = 5
    """After so many days without a complete backup of a computer its household is mailed."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `secret` keys the digests of short codes; losing it ends what is under way."""

    database_url: str
    public_url: str
    secret: str
    storage: StorageSettings
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: str = "127.0.0.1"
    """Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, with commas."""
    shop: ShopSettings = ShopSettings()
    heartbeat_seconds: float = 15.0
    """How often an event stream says that it lives."""
    ticket_quiet_days: int = 7
    """After so many days without a word the person is asked whether it is solved, and after as many
    more the ticket is closed."""
    report_days: int = 30
    """So many days after its ticket is over a report is deleted, and the picture of an idea as many
    after it came."""

    @property
    def secure(self) -> bool:
        """Whether people reach it over TLS, so that cookies are for TLS alone."""
        return self.public_url.startswith("https://")


def from_environment(environment: Mapping[str, str]) -> Settings:
    """`NAME` or the contents of the file that `NAME_FILE` names, each with the prefix. What is
    missing or wrong is `InvalidRequest` (facts: reason, setting)."""
    read = _Reader(environment)
    shell = None
    if master := read.optional("WEED_MASTER"):
        shell = ShellSettings(
            master=master,
            filer=read.needed("WEED_FILER"),
            folder=Path(read.optional("WEED_CONFIG_DIR", ".")),
        )
    storage = StorageSettings(
        endpoint=read.address("S3_ENDPOINT"),
        access_key=read.needed("S3_ACCESS_KEY"),
        secret_key=read.needed("S3_SECRET_KEY"),
        region=read.optional("S3_REGION", "us-east-1"),
        public_endpoint=read.optional("S3_PUBLIC_ENDPOINT"),
        shell=shell,
    )
    return Settings(
        database_url=read.optional("DATABASE_URL", "sqlite:///account.db"),
        public_url=read.address("PUBLIC_URL"),
        secret=read.secret("SECRET"),
        storage=storage,
        host=read.optional("HOST", "127.0.0.1"),
        port=read.number("PORT", 8000),
        trusted_proxies=read.optional("TRUSTED_PROXIES", "127.0.0.1"),
        shop=_shop(read),
        ticket_quiet_days=read.number("TICKET_QUIET_DAYS", 7),
        report_days=read.number("REPORT_DAYS", 30),
    )


def _shop(read: _Reader) -> ShopSettings:
    mail = None
    if host := read.optional("SMTP_HOST"):
        mail = MailServer(
            host=host,
            port=read.number("SMTP_PORT", 587),
            sender=read.needed("SMTP_SENDER"),
            user=read.optional("SMTP_USER"),
            password=read.optional("SMTP_PASSWORD"),
            tls=read.switch("SMTP_TLS"),
            starttls=not read.switch("SMTP_PLAIN"),
        )
    offers = read.optional("OFFERS_PATH")
    return ShopSettings(
        test_payments=read.switch("TEST_PAYMENTS"),
        offers=Path(offers) if offers else None,
        mail=mail,
        mail_folder=Path(read.optional("MAIL_FOLDER", "mails")),
        keep_ended=read.switch("KEEP_ENDED"),
        silent_days=read.number("SILENT_DAYS", 5),
    )


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def optional(self, name: str, default: str = "") -> str:
        if file := self._environment.get(f"{PREFIX}{name}_FILE"):
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise _wrong("setting-file-unreadable", name) from error
        return self._environment.get(f"{PREFIX}{name}", default)

    def needed(self, name: str) -> str:
        if value := self.optional(name):
            return value
        raise _wrong("setting-missing", name)

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.optional(name, str(default)))
        except ValueError as error:
            raise _wrong("setting-not-a-number", name) from error

    def switch(self, name: str) -> bool:
        """On as `1`; off if it is not there."""
        return self.optional(name) == "1"

    def secret(self, name: str) -> str:
        if len(value := self.needed(name)) < 32:
            raise _wrong("setting-too-short", name)
        return value

    def address(self, name: str) -> str:
        value = self.needed(name).rstrip("/")
        parts = urlsplit(value)
        loopback = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if parts.scheme == "https" or (parts.scheme == "http" and loopback):
            return value
        if name == "S3_ENDPOINT" and parts.scheme == "http":
            return value  # the storage may stand beside the service in a network of their own
        raise _wrong("setting-not-https", name)


def _wrong(reason: str, name: str) -> InvalidRequest:
    return InvalidRequest(reason=reason, setting=PREFIX + name)
