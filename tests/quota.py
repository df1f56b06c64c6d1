"""A bucket over its quota, made by the means of SeaweedFS itself."""

from __future__ import annotations

import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from backupclient.storage.seaweed import INNER_PORT_OFFSET, EmbeddedServer, find_binary
from tests.end_to_end.places import s3_client
from tests.seaweed import S3Place

_PROBE = "quota-probe"


class Quota:
    """The quota of one server's bucket. How much is stored it learns a few seconds late, so that
    both methods ask until it is in force."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._client = s3_client(place_of(server))

    def fill(self) -> None:
        """Return when the bucket (which must hold more than a megabyte) takes no more data."""
        self._set(1)
        self._wait_until(takes_data=False)

    def lift(self) -> None:
        """Return when it takes data again."""
        self._set(100_000)
        self._wait_until(takes_data=True)

    def _wait_until(self, *, takes_data: bool) -> None:
        deadline = time.monotonic() + 120
        while self._takes_data() is not takes_data:
            if time.monotonic() > deadline:
                pytest.fail(f"the quota is not in force: {takes_data=}")
            self._enforce()
            time.sleep(0.2)

    def _takes_data(self) -> bool:
        try:
            self._client.put_object(Bucket=self._server.bucket, Key=_PROBE, Body=b"?")
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "InternalError":
                raise
            return False
        return True

    def _set(self, megabytes: int) -> None:
        self._shell(f"s3.bucket.quota -name={self._server.bucket} -op=set -sizeMB={megabytes}")
        self._enforce()

    def _enforce(self) -> None:
        self._shell("lock", "s3.bucket.quota.enforce -apply", "unlock")

    def _shell(self, *commands: str) -> None:
        folder = self._server.log_file.parent
        _, master, _, filer, _ = map(int, (folder / "ports").read_text().split())
        subprocess.run(
            [
                find_binary(),
                f"-config_dir={folder}",
                "shell",
                f"-master=127.0.0.1:{master}.{master + INNER_PORT_OFFSET}",
                f"-filer=127.0.0.1:{filer}.{filer + INNER_PORT_OFFSET}",
            ],
            input="\n".join(commands) + "\n",
            text=True,
            capture_output=True,
            cwd=folder,
            timeout=60,
            check=True,
        )


def place_of(server: EmbeddedServer, prefix: str = "") -> S3Place:
    return S3Place(server.endpoint, server.access_key, server.secret_key, server.bucket, prefix)
