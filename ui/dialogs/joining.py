"""What opens a household's backup: a password, a recovery key, or a code from another computer."""

from __future__ import annotations

from backupclient import recovery_key

_CODE = 15
"""Characters of a one-time code, beside its dashes."""
_GROUPS = 3


def as_password(typed: str) -> str:
    """A recovery key as it is written, or the password as it is."""
    return recovery_key.as_key(typed) or typed


def is_code(typed: str) -> bool:
    """Whether it looks like a one-time code: three groups of five characters."""
    bare = recovery_key.plain(typed)
    groups = typed.strip().replace(" ", "-").split("-")
    return (
        len(bare) == _CODE and len(groups) == _GROUPS and not set(bare) - set(recovery_key.ALPHABET)
    )
