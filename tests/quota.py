"""A bucket over its quota, made by the means of SeaweedFS itself."""

from __future__ import annotations

import subprocess
import time
from typing import Self

import pytest
from botocore.exceptions import ClientError

from backupclient.storage.seaweed import INNER_PORT_OFFSET, EmbeddedServer, find_binary
from tests.end_to_end.places import s3_client
from tests.patience import PATIENCE
from tests.seaweed import S3Place

_PROBE = "quota-probe"


class Quota:
    """The quota of one server's bucket. How much is stored it learns a few seconds late, so that
    both methods ask until it is in force. To be closed, before the server is."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._client = s3_client(place_of(server))
        folder = server.log_file.parent
        _, master, _, filer, _ = map(int, (folder / "ports").read_text().split())
        self._said = folder / "quota.log"
        with self._said.open("wb") as said:
            self._shell = subprocess.Popen(
                [
                    find_binary(),
                    f"-config_dir={folder}",
                    "shell",
                    f"-master=127.0.0.1:{master}.{master + INNER_PORT_OFFSET}",
                    f"-filer=127.0.0.1:{filer}.{filer + INNER_PORT_OFFSET}",
                ],
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=folder,
            )
        self._tell("lock")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._shell.communicate(b"unlock\n", timeout=PATIENCE)

    def fill(self) -> None:
        """Return when the bucket (which must hold more than a megabyte) takes no more data."""
        self._set(1, takes_data=False)

    def lift(self) -> None:
        """Return when it takes data again."""
        self._set(100_000, takes_data=True)

    def _set(self, megabytes: int, *, takes_data: bool) -> None:
        self._tell(f"s3.bucket.quota -name={self._server.bucket} -op=set -sizeMB={megabytes}")
        deadline = time.monotonic() + PATIENCE
        while True:
            self._tell("s3.bucket.quota.enforce -apply")
            time.sleep(0.2)
            if self._takes_data() is takes_data:
                return
            if time.monotonic() > deadline:
                said = self._said.read_text(errors="replace")
                pytest.fail(f"the quota is not in force: {takes_data=}\n{said}")

    def _takes_data(self) -> bool:
        try:
            self._client.put_object(Bucket=self._server.bucket, Key=_PROBE, Body=b"?")
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "InternalError":
                raise
            return False
        return True

    def _tell(self, command: str) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.write(f"{command}\n".encode())
        self._shell.stdin.flush()


def place_of(server: EmbeddedServer, prefix: str = "") -> S3Place:
    return S3Place(server.endpoint, server.access_key, server.secret_key, server.bucket, prefix)
