"""Key files: the master key, sealed with a key that scrypt makes of a password. Plain JSON."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from typing import NamedTuple

import msgspec

from backupclient.errors import DataDamaged, FormatUnsupported, WrongPassword
from backupclient.repository.crypto import MasterKey, Sealer
from backupclient.repository.identity import Identity
from backupclient.repository.wire import JsonReader, to_unicode

__all__ = [
    "RANDOM_PASSWORD_COST",
    "KdfCost",
    "KeyFile",
    "create_key_file",
    "open_key_file",
    "read_key_file",
]

_SALT_LENGTH = 64
_KDF = "scrypt"
_MAX_MEMORY = 1 << 30
_MAX_WORK = 1 << 25
"""N·r·p. About a minute of one core; a damaged or hostile file could ask for years."""


class KdfCost(NamedTuple):
    """scrypt's parameters; memory is 128·N·r bytes, time goes with N·r·p."""

    n: int = 32768
    r: int = 8
    p: int = 6


RANDOM_PASSWORD_COST = KdfCost(1024, 8, 1)
"""For passwords of 128 random bits and more, and only for those. A dear derivation makes up for how
few passwords people think of; who has to try 2^128 is not helped by a cheap one, and whoever opens
the repository with such a password, or by trying all keys, saves half a second for each."""


class KeyFile(msgspec.Struct, frozen=True):
    """What anybody who sees the storage may read of a key."""

    created: datetime
    username: str
    hostname: str
    kdf: str
    n: int = msgspec.field(name="N")
    r: int
    p: int
    salt: bytes
    data: bytes


_READER = JsonReader(KeyFile)


def create_key_file(
    master: MasterKey, password: str, *, created: datetime, identity: Identity, cost: KdfCost
) -> bytes:
    """The contents of a new key file; its name is the SHA-256 of them."""
    salt = os.urandom(_SALT_LENGTH)
    sealer = Sealer(_derive(password, salt, cost))
    return msgspec.json.encode(
        KeyFile(
            created=created,
            username=to_unicode(identity.username),
            hostname=to_unicode(identity.hostname),
            kdf=_KDF,
            n=cost.n,
            r=cost.r,
            p=cost.p,
            salt=salt,
            data=sealer.seal(master.to_json()),
        )
    )


def read_key_file(data: bytes) -> KeyFile:
    """`DataDamaged` if it is none, `FormatUnsupported` if the password is turned into a key in a
    way that is not known here, or that asks for more than a gigabyte or a minute."""
    key_file = _READER.read(data)
    if key_file.kdf != _KDF:
        raise FormatUnsupported(kdf=key_file.kdf)
    n, r, p = key_file.n, key_file.r, key_file.p
    if n < 2 or n & (n - 1) or r < 1 or p < 1 or len(key_file.salt) != _SALT_LENGTH:
        raise DataDamaged("key derivation parameters are impossible")
    if 128 * n * r > _MAX_MEMORY or n * r * p > _MAX_WORK:
        raise FormatUnsupported("key derivation costs too much", n=n, r=r, p=p)
    return key_file


def open_key_file(key_file: KeyFile, password: str) -> MasterKey:
    """The master key. `WrongPassword` if this password does not open it. Slow on purpose."""
    derived = _derive(password, key_file.salt, KdfCost(key_file.n, key_file.r, key_file.p))
    try:
        json = Sealer(derived).open(key_file.data)
    except DataDamaged as exc:
        raise WrongPassword from exc
    return MasterKey.from_json(json)


def _derive(password: str, salt: bytes, cost: KdfCost) -> MasterKey:
    secret = hashlib.scrypt(
        password.encode("utf-8", "surrogateescape"),
        salt=salt,
        n=cost.n,
        r=cost.r,
        p=cost.p,
        # What OpenSSL counts is a little more than the table itself.
        maxmem=128 * cost.r * (cost.n + cost.p + 2) + (1 << 20),
        dklen=64,
    )
    return MasterKey.from_bytes(secret)
