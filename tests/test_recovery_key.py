from __future__ import annotations

import pytest

from backupclient.recovery_key import ALPHABET, as_key, generate


def test_a_key_has_seven_groups_of_four_that_cannot_be_confused() -> None:
    key = generate()
    groups = key.split("-")
    assert [len(group) for group in groups] == [4] * 7
    assert set(key) - {"-"} <= set(ALPHABET)
    assert not set("OILU") & set(ALPHABET)
    assert generate() != key


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda key: key.replace("-", " "),
        lambda key: key.replace("-", ""),
        lambda key: f"  {key}\n",
        lambda key: key.replace("0", "O").replace("1", "l"),
    ],
)
def test_a_key_is_known_however_it_is_typed(typed: object) -> None:
    key = generate()
    assert callable(typed)
    assert as_key(typed(key)) == key


def test_what_is_no_key_is_none() -> None:
    key = generate()
    assert as_key("") is None
    assert as_key(key[:-1]) is None
    assert as_key("open sesame") is None
    assert as_key("U" + key[1:]) is None


def test_most_mistyped_keys_are_noticed() -> None:
    noticed = 0
    for _ in range(50):
        key = generate()
        wrong = "".join("2" if sign == "3" else sign for sign in f"3{key[1:]}")
        wrong = f"{'4' if key[0] != '4' else '5'}{wrong[1:]}"
        noticed += as_key(wrong) is None
    assert noticed >= 48, "two characters of check miss one in a thousand"
