"""The quota of a bucket of one's own, as SeaweedFS tells it."""

from __future__ import annotations

import uuid
from pathlib import Path

import msgspec

from backupclient.account.own_limit import OwnLimit
from backupclient.engine import Engine
from backupclient.plan import BackupPlan, Storage, save_plan
from backupclient.requests import Place
from backupclient.storage.quirks import QuirkBook, Quirks
from backupclient.storage.seaweed import EmbeddedServer
from backupclient.storage.seaweed_admin import SeaweedAdmin
from backupclient.storage.stack import learn_quota
from backupclient.wire.entitlement import Source
from tests.fakes import ManualClock

QUOTA = 123_456_789


def test_the_quota_of_a_bucket_is_its_plan(tmp_path: Path, account_storage: EmbeddedServer) -> None:
    server, bucket = account_storage, f"own-{uuid.uuid4().hex[:8]}"
    admin = SeaweedAdmin(
        server.endpoint, server.access_key, server.secret_key, "us-east-1", shell=None
    )
    admin.make_bucket(bucket)
    place = Place(
        password="",
        location=f"s3:{server.endpoint}/{bucket}",
        access_key=server.access_key,
        secret_key=server.secret_key,
        data_dir=str(tmp_path),
    )
    plan = OwnLimit(tmp_path, ManualClock())
    for limit in (0, 2 * QUOTA):
        kept = Storage(location=place.location, limit=limit)
        save_plan(tmp_path, BackupPlan(storage=kept, folders=("/home",)))
        Engine(place).room()
        found = plan.current()
        told = Source.OWN_LIMIT if limit else Source.NONE
        assert (found.source, found.limit) == (told, limit or None), "there is no quota"

    admin.set_quota(bucket, QUOTA)
    Engine(place).room()
    found = plan.current()
    assert (found.source, found.limit, found.own_limit) == (Source.STORE, QUOTA, 2 * QUOTA)

    keys = admin.make_keys(f"reader-{bucket}", bucket)
    book = QuirkBook()
    book.learn(lambda _: Quirks(quota=1))
    its_own = msgspec.structs.replace(place, access_key=keys.access_key, secret_key=keys.secret_key)
    learn_quota(its_own, book)
    assert book.quirks.quota == 0, "a key that may not ask is told nothing"
