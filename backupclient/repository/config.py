"""The config object: which repository this is, and the polynomial that its cuts depend on."""

from __future__ import annotations

import functools
import os
import re

import msgspec

from backupclient.errors import DataDamaged, FormatUnsupported
from backupclient.repository.crypto import Sealer
from backupclient.repository.layout import is_name
from backupclient.repository.wire import JsonReader

__all__ = ["Config", "is_irreducible", "random_polynomial"]

VERSION = 2
DEGREE = 53
_POLYNOMIAL = re.compile(r"[0-9a-f]{1,16}\Z", re.IGNORECASE).match


class _VersionJson(msgspec.Struct):
    version: int


class _ConfigJson(msgspec.Struct):
    version: int
    id: str
    chunker_polynomial: str


_VERSION_READER = JsonReader(_VersionJson)
_READER = JsonReader(_ConfigJson)


class Config(msgspec.Struct, frozen=True):
    id: str
    """64 hex digits, drawn when the repository was made."""
    polynomial: int
    """Over GF(2), bit n standing for x^n."""

    @classmethod
    def generate(cls) -> Config:
        return cls(os.urandom(32).hex(), random_polynomial())

    def seal(self, sealer: Sealer) -> bytes:
        """What is stored. A config is never compressed and has no first byte before its JSON."""
        return sealer.seal(
            msgspec.json.encode(_ConfigJson(VERSION, self.id, f"{self.polynomial:x}"))
        )

    @classmethod
    def open(cls, sealed: bytes, sealer: Sealer) -> Config:
        """`DataDamaged` if it is none, `FormatUnsupported` (fact: version) if it is another
        program's time."""
        json = sealer.open(sealed)
        version = _VERSION_READER.read(json).version
        if version != VERSION:
            raise FormatUnsupported(version=version)
        config = _READER.read(json)
        if not is_name(config.id) or not _POLYNOMIAL(config.chunker_polynomial):
            raise DataDamaged("config holds no id or no polynomial")
        polynomial = int(config.chunker_polynomial, 16)
        if not is_irreducible(polynomial):
            raise DataDamaged("chunker polynomial is not irreducible")
        return cls(config.id, polynomial)


def random_polynomial() -> int:
    """An irreducible polynomial of degree 53, drawn evenly from all of them."""
    while True:
        bits = int.from_bytes(os.urandom(7)) & ((1 << DEGREE) - 1)
        candidate = bits | 1 << DEGREE | 1
        if is_irreducible(candidate):
            return candidate


@functools.lru_cache(maxsize=16)  # asked each time a repository is opened
def is_irreducible(polynomial: int) -> bool:
    """Rabin's test over GF(2): f of degree n is irreducible when x^(2^n) = x modulo f, and for
    every prime p that divides n, x^(2^(n/p)) - x has no factor in common with f."""
    degree = polynomial.bit_length() - 1
    if degree < 1:
        return False
    x = _remainder(2, polynomial)
    for prime in _prime_divisors(degree):
        if _gcd(polynomial, _frobenius(degree // prime, polynomial) ^ x) != 1:
            return False
    return _frobenius(degree, polynomial) == x


def _frobenius(times: int, modulus: int) -> int:
    """x, squared `times` times, modulo `modulus`."""
    value = _remainder(2, modulus)
    for _ in range(times):
        # Over GF(2) a square has the same bits, spread out.
        value = _remainder(int(f"{value:b}", 4), modulus)
    return value


def _remainder(value: int, modulus: int) -> int:
    length = modulus.bit_length()
    while (excess := value.bit_length() - length) >= 0:
        value ^= modulus << excess
    return value


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, _remainder(a, b)
    return a


def _prime_divisors(number: int) -> list[int]:
    return [p for p in range(2, number + 1) if number % p == 0 and all(p % q for q in range(2, p))]
