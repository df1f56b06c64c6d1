"""A computer signs in, gets a seat and keys of its own, and loses both at once."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import queue
import threading
from collections.abc import Iterator
from typing import Any, Literal

import boto3
import httpx
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from botocore.config import Config
from botocore.exceptions import ClientError

from backupclient.account_server import places
from backupclient.account_server.purchase_tables import OutboxKind, OutboxRow
from backupclient.account_server.tables import Base
from backupclient.errors import StorageFault, StorageUnreachable
from backupclient.storage.seaweed_admin import SeaweedAdmin
from tests.accounts import GIB, Accounts, Computer, Home
from tests.patience import PATIENCE


def s3(keys: dict[str, str], service: Literal["s3", "iam"] = "s3") -> Any:
    return boto3.client(
        service,
        endpoint_url=keys["endpoint"],
        region_name=keys["region"],
        aws_access_key_id=keys["access_key"],
        aws_secret_access_key=keys["secret_key"],
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )


def refusal(call: Any, **arguments: object) -> str:
    """The code with which the storage refuses."""
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return str(refused.value.response["Error"]["Code"])


def keys_of(accounts: Accounts, computer: Computer) -> dict[str, str]:
    answer = accounts.ask(computer, "POST", "/v1/storage/keys")
    answer.raise_for_status()
    keys: dict[str, str] = answer.json()
    return keys


def household(accounts: Accounts, computer: Computer) -> dict[str, Any]:
    answer = accounts.ask(computer, "GET", "/v1/household")
    answer.raise_for_status()
    told: dict[str, Any] = answer.json()
    return told


@contextlib.contextmanager
def listening(accounts: Accounts, computer: Computer) -> Iterator[queue.Queue[tuple[str, str]]]:
    """The events that the computer is sent, as they come; ("", "") is the end."""
    told: queue.Queue[tuple[str, str]] = queue.Queue()
    ended = threading.Event()
    headers = {"Authorization": f"Bearer {computer.token}"}
    client = httpx.Client(base_url=accounts.url, timeout=60, trust_env=False)

    def listen(response: httpx.Response) -> None:
        name = ""
        with contextlib.suppress(httpx.HTTPError, httpx.StreamError):
            for line in response.iter_lines():
                if ended.is_set():
                    break
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                if field == "data":
                    told.put((name, value))
        told.put(("", ""))

    with client, client.stream("GET", "/v1/events", headers=headers) as response:
        assert response.status_code == 200
        thread = threading.Thread(target=listen, args=(response,))
        thread.start()
        try:
            yield told
        finally:
            ended.set()  # seen at the next heartbeat
            thread.join()


def test_a_computer_signs_in_and_sees_its_household(any_accounts: Accounts) -> None:
    accounts = any_accounts
    home = accounts.found(limit=5_000_000)
    begun = accounts.begin("Ana's laptop")
    assert accounts.ask_token(begun["device_code"]).json()["error"] == "authorization_pending"
    assert accounts.ask_token(begun["device_code"]).json()["error"] == "slow_down"
    accounts.approve(home, begun["user_code"].lower().replace("-", " "))
    token = accounts.ask_token(begun["device_code"]).json()
    assert accounts.ask_token(begun["device_code"]).json()["error"] == "invalid_grant"
    computer = Computer(token["device_id"], token["access_token"], home)
    answer = accounts.ask(computer, "GET", "/v1/household")
    told = answer.json()
    assert told["plan"]["limit"] == told["storage"]["limit"] == 5_000_000
    assert [one["name"] for one in told["devices"] if one["this"]] == ["Ana's laptop"]
    headers = {
        "Authorization": f"Bearer {computer.token}",
        "If-None-Match": answer.headers["ETag"],
    }
    assert accounts.http.get("/v1/household", headers=headers).status_code == 304
    report = {"name": "Ana's laptop", "system": "Debian GNU/Linux 13", "waiting_bytes": 7}
    assert accounts.ask(computer, "PUT", "/v1/device", json=report).status_code == 204
    assert accounts.http.get("/v1/household", headers=headers).status_code == 200
    (device,) = household(accounts, computer)["devices"]
    assert (device["system"], device["waiting_bytes"]) == ("Debian GNU/Linux 13", 7)


def test_codes_and_sign_ins_run_out(any_accounts: Accounts) -> None:
    accounts = any_accounts
    home = accounts.found()
    begun = accounts.begin()
    accounts.clock.advance(begun["expires_in"] + 1)  # type: ignore[operator]
    assert accounts.ask_token(begun["device_code"]).json()["error"] == "expired_token"
    assert accounts.decide(home, begun["user_code"]) == "not-found"
    for _ in range(9):
        assert accounts.decide(home, "BCDF-GHJK") == "not-found"
    assert accounts.decide(home, accounts.begin()["user_code"]) == "too-many-tries"
    accounts.clock.advance(61)
    begun = accounts.begin()
    assert accounts.decide(home, begun["user_code"], approve=False) == ""
    assert accounts.ask_token(begun["device_code"]).json()["error"] == "access_denied"


def test_a_seat_is_released_and_another_computer_takes_it(any_accounts: Accounts) -> None:
    accounts = any_accounts
    home = accounts.found(seats=1)
    old = accounts.sign_in(home, "old")
    bucket = bucket_of(home)
    mine = s3(keys_of(accounts, old))
    mine.put_object(Bucket=bucket, Key="config", Body=b"sealed")
    begun = accounts.begin("new")
    assert accounts.decide(home, begun["user_code"]) == "no-free-seat"
    with listening(accounts, old) as told:
        assert told.get(timeout=PATIENCE)[0] == "household"
        path = f"/v1/devices/{old.device_id}/move"
        assert accounts.ask(old, "POST", path, json={"to_name": "new"}).status_code == 204
        assert refusal(mine.get_object, Bucket=bucket, Key="config") == "InvalidAccessKeyId"
        assert told.get(timeout=PATIENCE)[0] == "released"
        assert told.get(timeout=PATIENCE) == ("", "")
    refused = accounts.ask(old, "GET", "/v1/household")
    assert (refused.status_code, refused.json()["code"]) == (403, "seat-released")
    assert refused.headers["Content-Type"] == "application/problem+json"
    accounts.approve(home, begun["user_code"])
    token = accounts.ask_token(begun["device_code"]).json()
    new = Computer(token["device_id"], token["access_token"], home)
    devices = {one["name"]: one for one in household(accounts, new)["devices"]}
    assert (devices["old"]["seat"], devices["old"]["moving_to"]) == ("released", "new")
    found = s3(keys_of(accounts, new)).get_object(Bucket=bucket, Key="config")
    assert found["Body"].read() == b"sealed"


def bucket_of(home: Home) -> str:
    return f"plainkeep-{home.household_id}"


def test_signing_out_frees_the_seat_and_signing_in_again_takes_it_back(
    any_accounts: Accounts,
) -> None:
    accounts = any_accounts
    home = accounts.found(seats=1)
    uuid = "6f1c2f0e-8d1f-4f5e-9a4b-0c1d2e3f4a5b"
    first = accounts.sign_in(home, device_uuid=uuid)
    keys = s3(keys_of(accounts, first))
    for _ in range(2):  # RFC 7009: a token that is none is revoked already
        answer = accounts.http.post("/oauth/revoke", data={"token": first.token})
        assert answer.status_code == 200
    assert refusal(keys.list_objects_v2, Bucket=bucket_of(home)) == ("InvalidAccessKeyId")
    assert accounts.ask(first, "GET", "/v1/household").json()["code"] == "not-signed-in"
    again = accounts.sign_in(home, device_uuid=uuid)
    assert again.device_id == first.device_id
    assert keys_of(accounts, again)["access_key"]


def test_keys_open_the_own_bucket_alone_and_new_ones_end_the_old(accounts: Accounts) -> None:
    ours, theirs = accounts.found(), accounts.found()
    computer, other = accounts.sign_in(ours), accounts.sign_in(theirs)
    before = keys_of(accounts, computer)
    foreign = keys_of(accounts, other)["bucket"]
    keys = keys_of(accounts, computer)
    assert refusal(s3(before).list_objects_v2, Bucket=keys["bucket"]) == "InvalidAccessKeyId"
    client = s3(keys)
    client.put_object(Bucket=keys["bucket"], Key="a", Body=b"a")
    client.delete_object(Bucket=keys["bucket"], Key="a")
    assert [one["Name"] for one in client.list_buckets()["Buckets"]] == [keys["bucket"]]
    for call, more in (
        (client.list_objects_v2, {}),
        (client.head_bucket, {}),
        (client.get_object, {"Key": "a"}),
        (client.put_object, {"Key": "a", "Body": b"a"}),
        (client.delete_object, {"Key": "a"}),
        (client.delete_bucket, {}),
        (client.put_bucket_policy, {"Policy": json.dumps({"Statement": []})}),
    ):
        assert refusal(call, Bucket=foreign, **more) in ("AccessDenied", "403")
    assert refusal(client.delete_bucket, Bucket=keys["bucket"]) == "AccessDenied"
    assert refusal(client.create_bucket, Bucket="another-bucket") == "AccessDenied"
    own = keys["access_key"], keys["secret_key"]
    storage = SeaweedAdmin(keys["endpoint"], *own, keys["region"], None)
    for bucket in (keys["bucket"], foreign):
        with pytest.raises(StorageFault) as refused:
            storage.set_quota(bucket, 10 * GIB)
        assert refused.value.facts["status"] == 403


def test_keys_that_a_computer_makes_for_itself_end_with_its_own(accounts: Accounts) -> None:
    """SeaweedFS lets every user make more keys for itself, and nobody else."""
    home = accounts.found()
    computer, other = accounts.sign_in(home), accounts.sign_in(home)
    first = keys_of(accounts, computer)
    keys_of(accounts, other)
    allowed = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    policy = {"PolicyName": "all", "PolicyDocument": allowed}
    for name, more in (
        ("create_access_key", {"UserName": f"device-{other.device_id}"}),
        ("delete_user", {"UserName": f"device-{other.device_id}"}),
        ("put_user_policy", {"UserName": f"device-{computer.device_id}", **policy}),
        ("create_user", {"UserName": "another"}),
        ("list_users", {}),
    ):
        with pytest.raises(ClientError) as refused:
            getattr(s3(first, "iam"), name)(**more)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403, name

    def another(keys: dict[str, str]) -> dict[str, str]:
        made = s3(keys, "iam").create_access_key()["AccessKey"]
        told = {"access_key": made["AccessKeyId"], "secret_key": made["SecretAccessKey"]}
        assert s3({**keys, **told}).list_objects_v2(Bucket=keys["bucket"])["KeyCount"] == 0
        return {**keys, **told}

    hidden = another(first)
    second = keys_of(accounts, computer)
    assert refusal(s3(hidden).list_objects_v2, Bucket=first["bucket"]) == "InvalidAccessKeyId"
    hidden = another(second)
    path = f"/v1/devices/{computer.device_id}/release"
    accounts.ask(other, "POST", path).raise_for_status()
    for keys in (second, hidden):
        assert refusal(s3(keys).list_objects_v2, Bucket=first["bucket"]) == "InvalidAccessKeyId"


def test_a_larger_plan_is_heard_of_and_refresh_lets_the_storage_take_data(
    any_accounts: Accounts,
) -> None:
    accounts = any_accounts
    home = accounts.found(limit=1_000_000)
    computer = accounts.sign_in(home)
    keys = keys_of(accounts, computer)
    client = s3(keys)
    data = {"Bucket": keys["bucket"], "Body": os.urandom(2_000_000)}
    client.put_object(Key="a", **data)
    for _ in range(100):  # the storage counts what it holds a few seconds late
        accounts.clock.advance(places.MEASURED_FOR_SECONDS)
        accounts.ask(computer, "POST", "/v1/plan/refresh").raise_for_status()
        accounts.service.provisioner.enforce_limits()
        if not household(accounts, computer)["storage"]["writable"]:
            break
    assert refusal(client.put_object, Key="b", **data) == "InternalError"
    with listening(accounts, computer) as told:
        first = told.get(timeout=PATIENCE)
        assert household(accounts, computer)["plan"]["pending"] is None
        accounts.pay(home, GIB)
        second = told.get(timeout=PATIENCE)
        assert first[0] == second[0] == "household"
        assert first[1] != second[1]
        answer = household(accounts, computer)
        assert answer["plan"]["limit"] == answer["plan"]["pending"]["limit"] == GIB
        assert answer["storage"]["limit"] == 1_000_000
        etag = json.loads(second[1])["etag"]
        seen = accounts.ask(computer, "GET", "/v1/household").headers["ETag"]
        assert etag == seen.strip('"')
        refreshed = accounts.ask(computer, "POST", "/v1/plan/refresh").json()
        assert refreshed["storage"] == {"limit": GIB, "applied": True}
        assert refreshed["late"] == "nobody"
        client.put_object(Key="b", **data)
        assert told.get(timeout=PATIENCE)[0] == "household"
        assert household(accounts, computer)["plan"]["pending"] is None


def test_a_box_is_handed_over_once_within_the_household(any_accounts: Accounts) -> None:
    accounts = any_accounts
    home, stranger = accounts.found(), accounts.sign_in(accounts.found())
    old, new = accounts.sign_in(home, "old"), accounts.sign_in(home, "new")
    box = base64.b64encode(b"only the other half of the code opens this").decode()
    left = {"id": "d" * 64, "box": box}

    def take(computer: Computer) -> httpx.Response:
        return accounts.ask(computer, "POST", "/v1/handovers/take", json={"id": left["id"]})

    assert accounts.ask(old, "POST", "/v1/handovers", json=left).status_code == 201
    assert accounts.ask(old, "POST", "/v1/handovers", json=left).json()["code"] == "conflict"
    assert take(stranger).json()["code"] == "not-found"
    assert take(new).json() == {"box": box}
    assert take(new).json()["code"] == "not-found"
    assert accounts.ask(old, "POST", "/v1/handovers", json=left).status_code == 201
    accounts.clock.advance(601)
    assert take(new).json()["code"] == "not-found"
    assert accounts.ask(old, "POST", "/v1/handovers", json=left).status_code == 201
    for _ in range(4):
        missed = accounts.ask(new, "POST", "/v1/handovers/take", json={"id": "e" * 64})
        assert missed.json()["code"] == "not-found"
    refused = take(new)
    assert refused.json()["code"] == "too-many-tries"
    assert int(refused.headers["Retry-After"]) > 0


def test_what_was_cut_off_is_done_by_the_next_sweep(any_accounts: Accounts) -> None:
    """Between the database and the storage somebody may pull the plug."""
    accounts = any_accounts
    home = accounts.found(limit=1_000_000)
    computer = accounts.sign_in(home)
    keys = keys_of(accounts, computer)
    accounts.pay(home, GIB)
    end_keys = accounts.service.provisioner.end_keys
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(accounts.service.provisioner, "end_keys", lambda _: raise_unreachable())
        path = f"/v1/devices/{computer.device_id}/release"
        assert accounts.ask(computer, "POST", path).status_code == 204
    assert accounts.service.provisioner.end_keys == end_keys
    s3(keys).list_objects_v2(Bucket=keys["bucket"])
    accounts.sweep()
    assert refusal(s3(keys).list_objects_v2, Bucket=keys["bucket"]) == "InvalidAccessKeyId"
    another = accounts.sign_in(home)
    assert household(accounts, another)["storage"]["limit"] == GIB


def raise_unreachable() -> None:
    raise StorageUnreachable


# SQLite knows fewer types of numbers than the tables have.
@pytest.mark.needs_postgres
@pytest.mark.parametrize("any_accounts", ["postgres"], indirect=True)
def test_the_tables_are_as_their_migrations_make_them(any_accounts: Accounts) -> None:
    with any_accounts.service.database.reading() as session:
        migrated = MigrationContext.configure(session.connection())
        assert compare_metadata(migrated, Base.metadata) == []


def test_whether_a_row_is_new_is_known(any_accounts: Accounts) -> None:
    """On it hangs that what was paid for is applied, and once."""
    database = any_accounts.service.database
    now = any_accounts.clock.now()
    home = any_accounts.found()
    for expected in (True, False):
        with database.writing() as session:
            values = {
                "key": "apply once",
                "kind": OutboxKind.APPLY,
                "household_id": home.household_id,
                "subject": "",
                "created": now,
                "due": None,
                "tries": 0,
            }
            assert database.insert_unless_there(session, OutboxRow, values) is expected
