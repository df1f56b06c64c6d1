from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from backupclient.clock import SystemClock
from backupclient.errors import AddressInvalid
from backupclient.storage.folder import FolderStorage
from backupclient.storage.location import Credentials, S3Options
from backupclient.storage.open import open_storage
from backupclient.storage.s3 import S3Storage
from tests.storage.servers import listing, running


def test_a_path_opens_a_folder(tmp_path: Path) -> None:
    storage = open_storage(f"local:{tmp_path}", SystemClock())
    assert isinstance(storage, FolderStorage)
    assert storage.location == str(tmp_path)


def test_an_s3_address_opens_a_bucket() -> None:
    with running(lambda _: listing("p/keys/a")) as server:
        address = f"s3:{server.endpoint}/bucket/p"
        key, options = Credentials("key", "secret"), S3Options(region="mars-1")
        storage = open_storage(address, SystemClock(), key, options)
        assert isinstance(storage, S3Storage)
        assert storage.location == address
        assert server.requests == []
        assert [info.key for info in storage.list("")] == ["keys/a"]
        assert "/mars-1/s3/" in server.requests[0].headers["authorization"]
        storage.close()


def test_amazons_own_address_goes_to_the_buckets_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    with_region = "s3:s3.eu-west-1.amazonaws.com/bucket"
    storage = open_storage(with_region, SystemClock(), Credentials("key", "secret"))
    assert isinstance(storage, S3Storage)
    meta = storage._client.meta
    assert (meta.endpoint_url, meta.region_name) == (
        "https://s3.eu-west-1.amazonaws.com",
        "eu-west-1",
    )
    storage.close()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(AddressInvalid):
        open_storage("ftp://host/", SystemClock())


def test_boto3_is_loaded_only_for_s3() -> None:
    program = (
        "import sys; from backupclient.clock import SystemClock;"
        "from backupclient.storage.open import open_storage;"
        "open_storage('/somewhere', SystemClock());"
        "sys.exit('botocore' in sys.modules or 'boto3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
