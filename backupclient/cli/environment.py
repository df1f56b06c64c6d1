"""Options and environment, put together into the place a command works on.

What is typed wins over `BACKUPCLIENT_…`, and that over `RESTIC_…` and `AWS_…`. Values that belong
together (the three ways to a password; an access key and its secret) come from one source, never
mixed from two.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from backupclient.cli import values
from backupclient.cli.terminal import Terminal
from backupclient.errors import InvalidRequest
from backupclient.requests import Place
from backupclient.settings import APP_NAME, Folders, folders
from backupclient.storage.location import parse_location

OWN = "BACKUPCLIENT_"


def setting(environ: Mapping[str, str], name: str, prefix: str = "RESTIC_") -> str:
    """The value of `BACKUPCLIENT_name`, else of `RESTIC_name`; empty when neither is set."""
    return environ.get(OWN + name) or environ.get(prefix + name, "")


def place(args: argparse.Namespace, terminal: Terminal, *, new: bool = False) -> Place:
    """Everything an engine needs to know of where and how. Asks for the password if need be, twice
    when `new`. InvalidRequest says what is missing."""
    environ = terminal.environ
    if args.insecure_tls:
        raise InvalidRequest(reason="insecure-tls")
    location = _location(args, environ)
    extended = _extended_options(args.option)
    access_key, secret_key, session_token = access_keys(environ)
    ca_file = args.cacert or setting(environ, "CACERT")
    if ca_file:
        _read(ca_file)
        ca_file = str(Path(ca_file).absolute())
    where = data_folders(args, environ)
    place = Place(
        location=location,
        password=_password(args, terminal, new=new),
        data_dir=str(where.data),
        cache_dir=str(where.cache),
        access_key=access_key,
        secret_key=secret_key,
        session_token=session_token,
        region=extended.region or setting(environ, "DEFAULT_REGION", "AWS_"),
        bucket_lookup=extended.bucket_lookup,
        ca_file=ca_file,
        connections=extended.connections,
        limit_upload=args.limit_upload,
        limit_download=args.limit_download,
        storage_limit=args.storage_limit,
        lock_wait=args.retry_lock,
        no_lock=args.no_lock,
        no_cache=args.no_cache,
    )
    pack_size = args.pack_size or _pack_size(environ)
    return msgspec.structs.replace(place, pack_size=pack_size) if pack_size else place


class _Extended(NamedTuple):
    """What `-o` may set."""

    region: str = ""
    bucket_lookup: Literal["auto", "path", "dns"] = "auto"
    connections: int = 5


def _extended_options(options: list[str]) -> _Extended:
    extended = _Extended()
    for option in options:
        name, _, value = option.partition("=")
        match name.strip().lower(), value.strip():
            case "s3.region", region:
                extended = extended._replace(region=region)
            case "s3.bucket-lookup", ("auto" | "path" | "dns") as lookup:
                extended = extended._replace(bucket_lookup=lookup)
            case (("s3.connections" | "local.connections"), number) if 0 < _number(number) <= 100:
                extended = extended._replace(connections=int(number))
            case (("s3.bucket-lookup" | "s3.connections" | "local.connections"), wrong):
                raise InvalidRequest(reason="option-value", option=name, value=wrong)
            case _:
                raise InvalidRequest(reason="unknown-option", option=name)
    return extended


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _location(args: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """Spelled the same each time, however it was typed. A wrong address is told before a password
    is asked for."""
    location = location_given(args, environ)
    if not location:
        raise InvalidRequest(reason="no-repository")
    return location


def location_given(args: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """The place, for a command that can do without; empty if none is named."""
    text, file = args.repo or "", args.repository_file or ""
    for prefix in (OWN, "RESTIC_"):
        if not text and not file:
            text = environ.get(prefix + "REPOSITORY", "")
            file = environ.get(prefix + "REPOSITORY_FILE", "")
    if text and file:
        raise InvalidRequest(reason="repository-sources")
    if file:
        text = _read(file).strip()
    return str(parse_location(text)) if text else ""


def access_keys(environ: Mapping[str, str]) -> tuple[str, str, str]:
    """Access key, secret and session token; empty leaves the search to the S3 library."""
    for prefix in (OWN, "AWS_"):
        if environ.get(prefix + "ACCESS_KEY_ID"):
            return (
                environ[prefix + "ACCESS_KEY_ID"],
                environ.get(prefix + "SECRET_ACCESS_KEY", ""),
                environ.get(prefix + "SESSION_TOKEN", ""),
            )
    return "", "", ""


def data_folders(args: argparse.Namespace, environ: Mapping[str, str]) -> Folders:
    """Where this command keeps what it knows. In a folder shared with restic's cache ours has a
    folder of its own."""
    cache_dir = args.cache_dir or environ.get(OWN + "CACHE_DIR")
    if not cache_dir and (shared := environ.get("RESTIC_CACHE_DIR")):
        cache_dir = str(Path(shared) / APP_NAME)
    return folders(args.data_dir or environ.get(OWN + "DATA_DIR"), cache_dir)


def _pack_size(environ: Mapping[str, str]) -> int:
    text = setting(environ, "PACK_SIZE")
    try:
        return values.mebibytes(text) if text else 0
    except argparse.ArgumentTypeError:
        raise InvalidRequest(reason="option-value", option="PACK_SIZE", value=text) from None


def _password(args: argparse.Namespace, terminal: Terminal, *, new: bool) -> str:
    environ = terminal.environ
    file, command, given = args.password_file or "", args.password_command or "", ""
    for prefix in (OWN, "RESTIC_"):
        if not (file or command or given):
            given = environ.get(prefix + "PASSWORD", "")
            file = environ.get(prefix + "PASSWORD_FILE", "")
            command = environ.get(prefix + "PASSWORD_COMMAND", "")
    if file and command:
        raise InvalidRequest(reason="password-sources")
    if command:
        return checked(_output_of(command))
    if file:
        return checked(_read(file).strip())
    return given or asked(terminal, "Password: ", twice=new)


def password_from_file(path: str) -> str:
    """The password that a file holds, without blanks around it."""
    return checked(_read(path).strip())


def asked(terminal: Terminal, prompt: str, *, twice: bool) -> str:
    """A password typed on the terminal without being shown, or a line of what is piped in."""
    if not terminal.stdin.isatty():
        line = terminal.stdin.readline()
        if not line:
            raise InvalidRequest(reason="no-password")
        return checked(line.rstrip("\r\n"))
    password = checked(_typed(prompt))
    if twice and _typed("The same again: ") != password:
        raise InvalidRequest(reason="passwords-differ")
    return password


def _typed(prompt: str) -> str:
    import getpass  # noqa: PLC0415 - most commands ask for nothing

    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise InvalidRequest(reason="no-password") from None


def checked(password: str) -> str:
    if not password:
        raise InvalidRequest(reason="empty-password")
    return password


def _output_of(command: str) -> str:
    import shlex  # noqa: PLC0415 - few commands start another
    import subprocess  # noqa: PLC0415 - the same

    try:
        words = shlex.split(command)
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    except (OSError, ValueError, IndexError, subprocess.CalledProcessError) as error:
        raise InvalidRequest(str(error), reason="password-command") from error
    return done.stdout.strip()


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        detail = error.strerror if isinstance(error, OSError) else "no text"
        raise InvalidRequest(detail or "", reason="unreadable-file", path=path) from error
