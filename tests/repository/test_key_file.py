"""A key opens with its password and no other, and asks for no more than it may."""

from __future__ import annotations

import msgspec
import pytest

from backupclient.errors import DataDamaged, FormatUnsupported, WrongPassword
from backupclient.repository.crypto import MasterKey
from backupclient.repository.key_file import (
    KdfCost,
    create_key_file,
    open_key_file,
    read_key_file,
)
from tests.fakes import MIDDAY
from tests.repository.conftest import ANNA, CHEAP, PASSWORD


def make(master: MasterKey, password: str = PASSWORD, cost: KdfCost = CHEAP) -> bytes:
    return create_key_file(master, password, created=MIDDAY, identity=ANNA, cost=cost)


@pytest.mark.parametrize("password", [PASSWORD, "", "pässwörd 🍻", "caf\udce9", "x" * 5000])
def test_the_password_opens_it(master: MasterKey, password: str) -> None:
    key_file = read_key_file(make(master, password))
    assert open_key_file(key_file, password) == master
    with pytest.raises(WrongPassword):
        open_key_file(key_file, password + " ")


def test_the_default_cost_works(master: MasterKey) -> None:
    key_file = read_key_file(make(master, cost=KdfCost()))
    assert (key_file.n, key_file.r, key_file.p) == (32768, 8, 6)
    assert open_key_file(key_file, PASSWORD) == master


def test_it_shows_who_made_it_and_when(master: MasterKey) -> None:
    data = make(master)
    key_file = read_key_file(data)
    assert (key_file.username, key_file.hostname) == ("anna", "laptop")
    assert key_file.created == MIDDAY
    assert list(msgspec.json.decode(data)) == [
        "created", "username", "hostname", "kdf", "N", "r", "p", "salt", "data",
    ]  # fmt: skip
    assert master.encrypt not in data


def test_two_keys_with_one_password_have_nothing_in_common(master: MasterKey) -> None:
    one, two = read_key_file(make(master)), read_key_file(make(master))
    assert one.salt != two.salt
    assert one.data != two.data


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("N", 1000, DataDamaged),
        ("N", 1, DataDamaged),
        ("N", 0, DataDamaged),
        ("r", 0, DataDamaged),
        ("p", -1, DataDamaged),
        ("salt", "AAAA", DataDamaged),
        ("data", "***", DataDamaged),
        ("created", "then", DataDamaged),
        ("N", 1 << 40, FormatUnsupported),
        ("p", 1 << 30, FormatUnsupported),
        ("kdf", "argon2", FormatUnsupported),
    ],
)
def test_impossible_or_ruinous_parameters_are_refused(
    master: MasterKey, field: str, value: int | str, error: type[Exception]
) -> None:
    json = msgspec.json.decode(make(master))
    json[field] = value
    with pytest.raises(error):
        read_key_file(msgspec.json.encode(json))


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b"null", b"[" * 100_000])
def test_what_is_no_key_file_is_damage(data: bytes) -> None:
    with pytest.raises(DataDamaged):
        read_key_file(data)


def test_a_secret_that_was_cut_opens_with_no_password(master: MasterKey) -> None:
    key_file = read_key_file(make(master))
    damaged = msgspec.structs.replace(key_file, data=key_file.data[:-1])
    with pytest.raises(WrongPassword):
        open_key_file(damaged, PASSWORD)
