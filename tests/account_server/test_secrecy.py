"""The service never gets a password of a backup, a repository key or a file name: whatever is said
to it is looked through, and so is all that it keeps."""

from __future__ import annotations

import base64
import secrets

from tests.accounts import Accounts

PLANTED = {
    "the password of a backup": "planted-password-" + secrets.token_hex(8),
    "a repository key": secrets.token_hex(32),
    "a file name": f"planted-tax-{secrets.token_hex(4)}.ods",
}
TOKENS = 43  # characters


def kept(accounts: Accounts) -> str:
    """Everything in the database."""
    return accounts.learnt(heard=False).decode()


def test_what_is_not_asked_for_is_refused_and_not_kept(accounts: Accounts) -> None:
    """A client that would send a secret along by mistake is refused, and nothing of it stays or
    comes back."""
    computer = accounts.sign_in(accounts.found())
    for path, method, body in (
        ("/v1/device", "PUT", {"name": "laptop", "system": "Debian"}),
        ("/v1/handovers", "POST", {"id": "i" * 32, "box": "AAAA"}),
        ("/v1/handovers/take", "POST", {"id": "i" * 32}),
        (f"/v1/devices/{computer.device_id}/move", "POST", {"to_name": "other"}),
    ):
        for name, secret in PLANTED.items():
            answer = accounts.ask(computer, method, path, json={**body, "extra": secret})
            assert answer.status_code == 422, f"{name} in {path}"
            assert secret not in answer.text
    found = kept(accounts)
    assert computer.device_id in found
    assert not [name for name, secret in PLANTED.items() if secret in found]


def test_tokens_codes_and_keys_are_not_kept(accounts: Accounts) -> None:
    home = accounts.found()
    begun = accounts.begin()
    accounts.approve(home, begun["user_code"])
    token = accounts.ask_token(begun["device_code"]).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    keys = accounts.http.post("/v1/storage/keys", headers=headers).json()
    code = secrets.token_hex(32)
    box = base64.b64encode(secrets.token_bytes(64)).decode()
    accounts.http.post("/v1/handovers", headers=headers, json={"id": code, "box": box})
    found = kept(accounts)
    assert box in found
    assert "$argon2id$" in found, "what becomes of a password"
    assert len(token) == TOKENS
    for secret in (token, begun["device_code"], keys["secret_key"], code, "correct horse"):
        assert secret not in found
    letters = begun["user_code"].replace("-", "")
    assert letters not in found
    assert begun["user_code"] not in found
