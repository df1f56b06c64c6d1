"""The passwords of an opened repository: added, removed, changed. The caller holds the lock."""

from __future__ import annotations

from backupclient.errors import InvalidRequest
from backupclient.repository.identity import RECOVERY_USER, Identity
from backupclient.repository.key_file import RANDOM_PASSWORD_COST
from backupclient.repository.repository import Repository


def add_key(repository: Repository, password: str, *, recovery: bool, random: bool = False) -> str:
    """Returns the new key's name. What a `recovery` key is can be seen in the list of keys;
    `random`: the password has 128 bits of chance at least."""
    identity = Identity.of_this_process()
    if recovery:
        identity = identity._replace(username=RECOVERY_USER)
    return repository.keys.add(password, identity, RANDOM_PASSWORD_COST if random else None)


def remove_key(repository: Repository, prefix: str) -> str:
    """Returns the removed key's name. `InvalidRequest` unless exactly one begins so."""
    found = [key.name for key in repository.keys.list() if key.name.startswith(prefix)]
    if len(found) != 1 or not prefix:
        raise InvalidRequest(reason="ambiguous-key" if found else "unknown-key", key=prefix)
    repository.keys.remove(found[0])
    return found[0]
