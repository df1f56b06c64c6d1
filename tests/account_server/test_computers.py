"""A computer signs in, gets a seat and keys of its own, and loses both at once."""

from __future__ import annotations

from tests.accounts import Accounts


def test_a_computer_signs_in_and_sees_its_household(accounts: Accounts) -> None:
    home = accounts.found(limit=5_000_000)
    begun = accounts.begin("Ana's laptop")
    assert accounts.ask_token(begun["device_code"]).json()["error"] == "authorization_pending"
    assert accounts.ask_token(begun["device_code"]).json()["error"] == "slow_down"
    accounts.approve(home, begun["user_code"].lower().replace("-", " "))
    token = accounts.ask_token(begun["device_code"]).json()
    assert accounts.ask_token(begun["device_code"]).json()["error"] == "invalid_grant"
    answer = accounts.http.get(
        "/v1/household", headers={"Authorization": f"Bearer {token['access_token']}"}
    )
    told = answer.json()
    assert told["plan"]["limit"] == told["storage"]["limit"] == 5_000_000
    assert [one["name"] for one in told["devices"] if one["this"]] == ["Ana's laptop"]
    again = accounts.http.get(
        "/v1/household",
        headers={
            "Authorization": f"Bearer {token['access_token']}",
            "If-None-Match": answer.headers["ETag"],
        },
    )
    assert again.status_code == 304
