"""Sealing: AES-256-CTR with a Poly1305-AES tag, the one construction for everything encrypted.

sealed = nonce[16] ‖ AES-256-CTR(plain) ‖ Poly1305(r ‖ AES-128(k, nonce))[16]
"""

from __future__ import annotations

import os

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.poly1305 import Poly1305

from backupclient.decoding import from_json
from backupclient.errors import DataDamaged

__all__ = ["OVERHEAD", "MasterKey", "Sealer", "sealed_length"]

NONCE_LENGTH = 16
TAG_LENGTH = 16
OVERHEAD = NONCE_LENGTH + TAG_LENGTH
_R_MASK = bytes.fromhex("ffffff0f fcffff0f fcffff0f fcffff0f")
_ZERO_NONCE = bytes(NONCE_LENGTH)


def sealed_length(plain_length: int) -> int:
    return plain_length + OVERHEAD


class _MacJson(msgspec.Struct, frozen=True):
    k: bytes
    r: bytes


class _MasterKeyJson(msgspec.Struct, frozen=True):
    mac: _MacJson
    encrypt: bytes


class MasterKey(msgspec.Struct, frozen=True):
    """The three secrets of a repository, or of a password. Never printed."""

    encrypt: bytes
    mac_k: bytes
    mac_r: bytes

    def __post_init__(self) -> None:
        lengths = (len(self.encrypt), len(self.mac_k), len(self.mac_r))
        if lengths != (32, 16, 16) or not all(map(any, (self.encrypt, self.mac_k, self.mac_r))):
            raise DataDamaged("key has a wrong length or is zero")

    def __repr__(self) -> str:
        return "MasterKey(…)"

    @classmethod
    def generate(cls) -> MasterKey:
        return cls.from_bytes(os.urandom(64))

    @classmethod
    def from_bytes(cls, secret: bytes) -> MasterKey:
        """From the 64 bytes that a password is turned into: encrypt, k, r."""
        return cls(secret[:32], secret[32:48], _clamped(secret[48:]))

    @classmethod
    def from_json(cls, data: bytes) -> MasterKey:
        """`DataDamaged` if it is no key."""
        try:
            key = from_json(data, _MasterKeyJson)
        except (msgspec.DecodeError, UnicodeDecodeError) as exc:
            raise DataDamaged("not a key") from exc
        return cls(key.encrypt, key.mac.k, _clamped(key.mac.r))

    def to_json(self) -> bytes:
        return msgspec.json.encode(_MasterKeyJson(_MacJson(self.mac_k, self.mac_r), self.encrypt))


class Sealer:
    """Seals and opens with one key. One per thread: it keeps its ciphers between calls."""

    def __init__(self, key: MasterKey) -> None:
        self._ctr = Cipher(algorithms.AES(key.encrypt), modes.CTR(_ZERO_NONCE)).encryptor()
        # One block of ECB is how Poly1305-AES turns the nonce into half of a one-time key.
        self._ecb = Cipher(algorithms.AES(key.mac_k), modes.ECB()).encryptor()  # noqa: S305
        self._mac_r = key.mac_r
        self._nonces = _Nonces()

    def seal(self, plain: bytes | bytearray | memoryview) -> bytes:
        nonce = self._nonces.draw()
        self._ctr.reset_nonce(nonce)
        ciphertext = self._ctr.update(plain)
        tag = Poly1305.generate_tag(self._mac_r + self._ecb.update(nonce), ciphertext)
        return b"".join((nonce, ciphertext, tag))

    def open(self, sealed: bytes | bytearray | memoryview) -> bytes:
        """The plain bytes. `DataDamaged` unless they were sealed with this key and are unchanged;
        nothing is decrypted before that is proven."""
        view = memoryview(sealed)
        nonce = bytes(view[:NONCE_LENGTH])
        if len(view) < OVERHEAD or nonce == _ZERO_NONCE:
            raise DataDamaged("not sealed data")
        ciphertext = view[NONCE_LENGTH:-TAG_LENGTH]
        key = self._mac_r + self._ecb.update(nonce)
        try:
            Poly1305.verify_tag(key, ciphertext, bytes(view[-TAG_LENGTH:]))
        except InvalidSignature as exc:
            raise DataDamaged("tag mismatch") from exc
        self._ctr.reset_nonce(nonce)
        return self._ctr.update(ciphertext)


def _clamped(mac_r: bytes) -> bytes:
    """The bits that Poly1305 uses. Programs differ in whether they store the others."""
    return bytes(byte & mask for byte, mask in zip(mac_r, _R_MASK, strict=False)) + mac_r[16:]


class _Nonces:
    """Random nonces, drawn from the system many at a time: a call each is a tenth of what it costs
    to seal a small blob."""

    def __init__(self) -> None:
        self._pool = b""
        self._at = 0

    def draw(self) -> bytes:
        if self._at == len(self._pool):
            self._pool = os.urandom(256 * NONCE_LENGTH)
            self._at = 0
        nonce = self._pool[self._at : self._at + NONCE_LENGTH]
        self._at += NONCE_LENGTH
        return nonce if nonce != _ZERO_NONCE else self.draw()
