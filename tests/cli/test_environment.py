from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from backupclient.cli import environment
from backupclient.cli import main as cli
from backupclient.errors import AddressInvalid, InvalidRequest
from backupclient.requests import Place
from tests.cli.screens import Screen

BASE = {"RESTIC_REPOSITORY": "/r", "RESTIC_PASSWORD": "p", "BACKUPCLIENT_DATA_DIR": "/d"}


def parsed(*options: str) -> argparse.Namespace:
    return cli.parse("version", cli.load("version"), [*options])


def place(*options: str, typed: str = "", **environ: str) -> Place:
    screen = Screen(typed, environ={**BASE, **environ})
    return environment.place(parsed(*options), screen.terminal)


def refused(*options: str, typed: str = "", **environ: str) -> object:
    with pytest.raises((InvalidRequest, AddressInvalid)) as raised:
        place(*options, typed=typed, **environ)
    return raised.value.facts["reason"]


def test_everything_can_come_from_resties_environment() -> None:
    found = place(
        RESTIC_REPOSITORY="s3:https://host/bucket/",
        AWS_ACCESS_KEY_ID="id",
        AWS_SECRET_ACCESS_KEY="secret",
        AWS_SESSION_TOKEN="token",
        AWS_DEFAULT_REGION="north",
        RESTIC_PACK_SIZE="64",
        RESTIC_CACHE_DIR="/cache",
    )
    assert found.location == "s3:https://host/bucket"
    assert found.password == "p"
    assert (found.access_key, found.secret_key, found.session_token) == ("id", "secret", "token")
    assert found.region == "north"
    assert found.pack_size == 64 << 20
    assert found.data_dir == "/d"
    assert found.cache_dir == "/cache/plainkeep"


def test_options_win_over_the_environment() -> None:
    found = place(
        *("-r", "/other", "--pack-size", "8", "--data-dir", "/e", "--cache-dir", "/f"),
        *("-o", "s3.region=south", "-o", "s3.bucket-lookup=dns", "-o", "s3.connections=7"),
        *("--limit-upload", "100", "--retry-lock", "5m", "--no-lock", "--no-cache"),
        AWS_DEFAULT_REGION="north",
        RESTIC_PACK_SIZE="64",
    )
    assert found.location == "/other"
    assert found.pack_size == 8 << 20
    assert (found.data_dir, found.cache_dir) == ("/e", "/f")
    assert (found.region, found.bucket_lookup, found.connections) == ("south", "dns", 7)
    assert (found.limit_upload, found.limit_download) == (102_400, 0)
    assert found.lock_wait == 300
    assert found.no_lock
    assert found.no_cache


def test_our_own_variables_win_over_restics() -> None:
    found = place(
        BACKUPCLIENT_REPOSITORY="/ours",
        BACKUPCLIENT_PASSWORD="ours",
        BACKUPCLIENT_ACCESS_KEY_ID="ours",
        BACKUPCLIENT_SECRET_ACCESS_KEY="our secret",
        AWS_ACCESS_KEY_ID="theirs",
        AWS_SECRET_ACCESS_KEY="their secret",
        AWS_SESSION_TOKEN="their token",
        RESTIC_PASSWORD_FILE="/does/not/matter",
    )
    assert found.location == "/ours"
    assert found.password == "ours"
    assert (found.access_key, found.secret_key, found.session_token) == ("ours", "our secret", "")


def test_nothing_secret_is_shown_when_a_place_is_printed() -> None:
    assert "p'" not in repr(place(AWS_SECRET_ACCESS_KEY="secret", AWS_ACCESS_KEY_ID="id"))


def test_a_relative_folder_is_the_same_place_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert place("-r", "here").location == str(tmp_path / "here")
    assert place("-r", "local:here").location == str(tmp_path / "here")


def test_the_password_comes_from_a_file_without_blanks_around_it(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("\ufeff from a file \n\n")
    assert place("-p", str(file)).password == "from a file"
    assert place(RESTIC_PASSWORD="", RESTIC_PASSWORD_FILE=str(file)).password == "from a file"
    file.write_text("\n")
    assert refused("-p", str(file)) == "empty-password"
    assert refused("-p", str(tmp_path / "none")) == "unreadable-file"


def test_the_password_comes_from_a_command() -> None:
    assert place("--password-command", "printf '%s\\n' 'two words'").password == "two words"
    assert refused("--password-command", "false") == "password-command"
    assert refused("--password-command", "no-such-program") == "password-command"
    assert refused("--password-command", "'") == "password-command"
    assert refused("--password-command", "true") == "empty-password"
    assert refused("--password-command", "true", "-p", "file") == "password-sources"


def test_the_password_is_read_from_what_is_piped_in() -> None:
    assert place(typed="piped in\nmore", RESTIC_PASSWORD="").password == "piped in"
    assert refused(typed="\n", RESTIC_PASSWORD="") == "empty-password"
    assert refused(typed="", RESTIC_PASSWORD="") == "no-password"


def test_on_a_terminal_the_password_is_asked_for_twice_when_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: answers.pop(0))
    screen = Screen(environ={**BASE, "RESTIC_PASSWORD": ""})
    monkeypatch.setattr(screen.terminal.stdin, "_tty", True)
    answers[:] = ["once"]
    assert environment.place(parsed(), screen.terminal).password == "once"
    answers[:] = ["twice", "twice"]
    assert environment.place(parsed(), screen.terminal, new=True).password == "twice"
    answers[:] = ["twice", "not the same"]
    with pytest.raises(InvalidRequest) as raised:
        environment.place(parsed(), screen.terminal, new=True)
    assert raised.value.facts["reason"] == "passwords-differ"


def test_the_repository_can_be_named_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "repository"
    file.write_text("s3:https://host/bucket\n")
    assert place("--repository-file", str(file), RESTIC_REPOSITORY="").location == (
        "s3:https://host/bucket"
    )
    assert refused("--repository-file", str(file), "-r", "/x") == "repository-sources"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["-r", "rest:http://host/"], "unknown-scheme"),
        (["-r", "sftp:user@host:/srv"], "unknown-scheme"),
        (["-r", "s3:https://host"], "bucket-missing"),
        (["--insecure-tls"], "insecure-tls"),
        (["-o", "s3.layout=default"], "unknown-option"),
        (["-o", "s3.connections=0"], "option-value"),
        (["-o", "s3.connections=many"], "option-value"),
        (["-o", "s3.bucket-lookup=other"], "option-value"),
        (["--cacert", "/no/such/file"], "unreadable-file"),
    ],
)
def test_what_cannot_be_is_refused(options: list[str], reason: str) -> None:
    assert refused(*options) == reason


def test_a_wrong_address_is_told_before_a_password_is_asked_for() -> None:
    assert refused("-r", "rest:http://host/", RESTIC_PASSWORD="") == "unknown-scheme"
    assert refused(RESTIC_REPOSITORY="") == "no-repository"
    assert refused(RESTIC_PACK_SIZE="1") == "option-value"
