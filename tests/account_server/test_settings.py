"""What whoever runs the service decides comes from the environment, or from files it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from backupclient.account_server.settings import PREFIX, Settings, from_environment
from backupclient.errors import InvalidRequest

SECRET = "s" * 32
LEAST = {
    "PUBLIC_URL": "https://keep.example.org/",
    "SECRET": SECRET,
    "S3_ENDPOINT": "http://10.0.0.7:8333",
    "S3_ACCESS_KEY": "admin",
    "S3_SECRET_KEY": "of the admin",
}


def read(settings: dict[str, str]) -> Settings:
    return from_environment({PREFIX + name: value for name, value in settings.items()})


def test_each_comes_from_the_environment_or_from_a_file(tmp_path: Path) -> None:
    told = read(LEAST)
    assert (told.public_url, told.secret, told.secure) == ("https://keep.example.org", SECRET, True)
    assert told.storage.secret_key == "of the admin"
    assert (told.ticket_quiet_days, told.shop.mail) == (7, None)
    files = {}
    mail = {"SMTP_HOST": "mail", "SMTP_SENDER": "a@b.c", "SMTP_PASSWORD": "to the mails"}
    for name, value in {**LEAST, **mail}.items():
        file = tmp_path / name
        file.write_text(f"{value}\n")
        files[f"{name}_FILE"] = str(file)
    from_files = read({**files, "S3_SECRET_KEY": "the file counts"})
    assert from_files.storage == told.storage
    assert from_files.shop.mail is not None
    assert from_files.shop.mail.password == "to the mails"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"SECRET": "short"}, "setting-too-short"),
        ({"SECRET": ""}, "setting-missing"),
        ({"SECRET_FILE": "/nowhere/at/all"}, "setting-file-unreadable"),
        ({"PUBLIC_URL": "http://keep.example.org"}, "setting-not-https"),
        ({"PORT": "https"}, "setting-not-a-number"),
    ],
)
def test_what_is_wrong_is_said_by_the_name_of_the_setting(
    wrong: dict[str, str], reason: str
) -> None:
    with pytest.raises(InvalidRequest) as raised:
        read({**LEAST, **wrong})
    [name] = wrong
    assert raised.value.facts == {"reason": reason, "setting": PREFIX + name.removesuffix("_FILE")}
