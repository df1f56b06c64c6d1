"""The config is read only if it is one, and polynomials are what they must be."""

from __future__ import annotations

import msgspec
import pytest

from backupclient.errors import DataDamaged, FormatUnsupported
from backupclient.repository.config import Config, is_irreducible, random_polynomial
from backupclient.repository.crypto import Sealer


def divides(divisor: int, value: int) -> bool:
    """Over GF(2), by long division and nothing else."""
    while value.bit_length() >= divisor.bit_length():
        value ^= divisor << (value.bit_length() - divisor.bit_length())
    return value == 0


def test_the_test_agrees_with_trial_division() -> None:
    for polynomial in range(2, 1 << 11):
        half = 1 << (polynomial.bit_length() // 2 + 1)
        expected = not any(divides(d, polynomial) for d in range(2, half) if d < polynomial)
        assert is_irreducible(polynomial) == expected, bin(polynomial)


def test_neither_zero_nor_one_is_irreducible() -> None:
    assert not is_irreducible(0)
    assert not is_irreducible(1)


def test_known_polynomials_of_degree_53() -> None:
    assert is_irreducible(0x3DA3358B4DC173)  # the one of restic's own tests
    assert not is_irreducible(0x3DA3358B4DC173 ^ 1)
    assert not is_irreducible(0x3DA3358B4DC173 ^ 6)


def test_random_polynomials_are_irreducible_and_differ() -> None:
    drawn = {random_polynomial() for _ in range(20)}
    assert len(drawn) == 20
    for polynomial in drawn:
        assert polynomial.bit_length() == 54
        assert polynomial & 1
        assert is_irreducible(polynomial)


def test_a_config_comes_back(sealer: Sealer) -> None:
    config = Config.generate()
    sealed = config.seal(sealer)
    assert Config.open(sealed, sealer) == config
    json = msgspec.json.decode(sealer.open(sealed))
    assert json == {
        "version": 2,
        "id": config.id,
        "chunker_polynomial": f"{config.polynomial:x}",
    }


@pytest.mark.parametrize("version", [0, 1, 3])
def test_another_version_is_not_supported(sealer: Sealer, version: int) -> None:
    sealed = sealer.seal(b'{"version":%d}' % version)
    with pytest.raises(FormatUnsupported) as caught:
        Config.open(sealed, sealer)
    assert caught.value.facts["version"] == version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3da3358b4dc173", "3da3358b4dc172"),
        ("3da3358b4dc173", "0"),
        ("3da3358b4dc173", "0x3da3358b4dc1"),
        ("3da3358b4dc173", "-3da3358b4dc173"),
        ("3da3358b4dc173", "f" * 400),
        ("ab" * 32, "ab" * 31),
        (',"id"', ',"di"'),
        ("{", "[{"),
    ],
)
def test_nonsense_is_damage(sealer: Sealer, old: str, new: str) -> None:
    good = '{"version":2,"id":"' + "ab" * 32 + '","chunker_polynomial":"3da3358b4dc173","x":1}'
    assert Config.open(sealer.seal(good.encode()), sealer).polynomial == 0x3DA3358B4DC173
    with pytest.raises(DataDamaged):
        Config.open(sealer.seal(good.replace(old, new, 1).encode()), sealer)


def test_a_config_that_is_not_sealed_with_this_key_is_damage(sealer: Sealer) -> None:
    with pytest.raises(DataDamaged):
        Config.open(b'{"version":2}' * 10, sealer)
