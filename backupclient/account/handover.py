"""One-time codes: a computer that is in lets another one in, through a service that learns nothing.

Three groups of five characters in the alphabet of the recovery key. The first names the code to the
service (its SHA-256, 25 bits, guessed five times a minute at most), the other two (50 bits) are the
password of the box that the service keeps for ten minutes: scrypt makes them a key of AES-GCM. Who
has the box would have to run scrypt 2^49 times to open it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backupclient.decoding import from_json
from backupclient.errors import InvalidRequest
from backupclient.recovery_key import ALPHABET, plain

_GROUP = 5
_LENGTH = 3 * _GROUP
_PURPOSE = b"plainkeep handover 1"
_SALT = 16
_NONCE = 12
_N, _R, _P = 1 << 16, 8, 1
_MEMORY = 128 * _N * _R * 2


class Handed(msgspec.Struct, frozen=True):
    """What one computer gives the other: which backup, and what opens it."""

    repository_id: str
    password: str

    def __repr__(self) -> str:
        return f"Handed({self.repository_id!r})"


def make_code() -> str:
    """A new one, of the system's best randomness."""
    return _written("".join(secrets.choice(ALPHABET) for _ in range(_LENGTH)))


def as_code(text: str) -> str | None:
    """What somebody typed, as a code is written; None if it is none."""
    bare = plain(text)
    if len(bare) != _LENGTH or set(bare) - set(ALPHABET):
        return None
    return _written(bare)


def id_of(code: str) -> str:
    """What the service knows it by. `code` as it is written."""
    return hashlib.sha256(_PURPOSE + code.partition("-")[0].encode()).hexdigest()


def seal(code: str, handed: Handed) -> str:
    """The box, as text. Takes a fifth of a second and 64 MiB."""
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    content = msgspec.json.encode(handed)
    sealed = AESGCM(_key(code, salt)).encrypt(nonce, content, _PURPOSE)
    return base64.b64encode(salt + nonce + sealed).decode()


def unseal(code: str, box: str) -> Handed:
    """What is in it. `InvalidRequest` (reason: join-code) if this code does not open it."""
    try:
        raw = base64.b64decode(box, validate=True)
        salt, nonce, sealed = raw[:_SALT], raw[_SALT : _SALT + _NONCE], raw[_SALT + _NONCE :]
        content = AESGCM(_key(code, salt)).decrypt(nonce, sealed, _PURPOSE)
        return from_json(content, Handed)
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise InvalidRequest(reason="join-code") from error


def _key(code: str, salt: bytes) -> bytes:
    secret = code.partition("-")[2].encode()
    return hashlib.scrypt(secret, salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)


def _written(bare: str) -> str:
    return "-".join(bare[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))
