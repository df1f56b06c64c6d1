"""The recovery key: a second password of a backup, made to be read off paper and typed again.

Seven groups of four characters joined by dashes, in Crockford's base 32 (figures and capitals
without I, L, O and U): 26 characters of chance (130 bits), then two that tell most mistyped keys
from a key that is of another backup. The key as `generate` writes it, dashes and all, is the
password, so that any restic takes it as it stands on paper.
"""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 7
GROUP = 4
_CHANCE = 26
_LENGTH = GROUPS * GROUP
_LOOKS_LIKE = str.maketrans("OIL", "011")


def generate() -> str:
    """A new key, of the system's best randomness."""
    chance = "".join(secrets.choice(ALPHABET) for _ in range(_CHANCE))
    return _written(chance + _check(chance))


def as_key(text: str) -> str | None:
    """What somebody typed, as the key is written: small letters, spaces for dashes and letters that
    look like figures are put right. None if it is no recovery key: of another length, with other
    characters, or mistyped."""
    bare = plain(text)
    if len(bare) != _LENGTH or set(bare) - set(ALPHABET):
        return None
    if _check(bare[:_CHANCE]) != bare[_CHANCE:]:
        return None
    return _written(bare)


def plain(text: str) -> str:
    """A key, or a part of one, as its bare characters: however it was typed."""
    return "".join(text.upper().split()).replace("-", "").translate(_LOOKS_LIKE)


def _check(chance: str) -> str:
    digest = hashlib.sha256(chance.encode()).digest()
    return ALPHABET[digest[0] % 32] + ALPHABET[digest[1] % 32]


def _written(bare: str) -> str:
    return "-".join(bare[at : at + GROUP] for at in range(0, _LENGTH, GROUP))
