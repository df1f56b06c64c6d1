"""SeaweedFS from its administrator's side: buckets, keys of their own for users, quotas, usage.

Keys go through the IAM API that is served on the S3 port (`-s3.iam.readOnly=false`), quotas through
its signed `PUT /bucket?seaweedfs-quota`; a quota is enforced by a sweep about once a minute, or at
once by a command in `weed shell`, which also knows how much is stored.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import urllib3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from backupclient.clock import SystemClock
from backupclient.errors import StorageFault
from backupclient.storage.s3_errors import FOREIGN, Operation, translate
from backupclient.storage.seaweed import INNER_PORT_OFFSET, EmbeddedServer, find_binary

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SHELL_SECONDS = 60
_ACTIONS = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:AbortMultipartUpload",
)
_POLICY = "own-bucket"
_LISTED = re.compile(r"^\s*(?P<bucket>[a-z0-9.-]+)\tsize:(?P<size>\d+)\t", re.MULTILINE)


class WeedShell:
    """`weed shell`, which speaks with the inside of SeaweedFS. Any thread."""

    def __init__(self, master: str, filer: str, folder: Path) -> None:
        """`master` and `filer` as host:port.grpc-port; `folder` holds `security.toml`."""
        self._master = master
        self._filer = filer
        self._folder = folder

    @classmethod
    def of(cls, server: EmbeddedServer) -> WeedShell:
        """That of a server of our own, which runs."""
        folder = server.log_file.parent
        _, master, _, filer, _ = map(int, (folder / "ports").read_text().split())
        return cls(_inner(master), _inner(filer), folder)

    def run(self, *commands: str) -> str:
        """What it prints; `StorageFault` if it fails or hangs."""
        arguments = [f"-config_dir={self._folder}", "shell"]
        arguments += [f"-master={self._master}", f"-filer={self._filer}"]
        try:
            done = subprocess.run(
                [find_binary(), *arguments],
                input="\n".join(commands) + "\n",
                text=True,
                capture_output=True,
                cwd=self._folder,
                timeout=SHELL_SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise StorageFault(str(error), operation=Operation.WRITE.value) from error
        return done.stdout


class UserKeys(NamedTuple):
    access_key: str
    secret_key: str


class SeaweedAdmin:
    """All methods may be called again and from any thread; what goes wrong is a `StorageError`."""

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        secret_key: str,
        region: str,
        shell: WeedShell | None,
    ) -> None:
        self._endpoint = endpoint
        self._credentials = Credentials(access_key, secret_key)
        self._region = region
        self._shell = shell
        self._enforcing = threading.Lock()
        session = boto3.session.Session(access_key, secret_key, region_name=region)
        config = Config(
            connect_timeout=5, read_timeout=20, proxies={}, s3={"addressing_style": "path"}
        )
        self._s3: S3Client = session.client("s3", endpoint_url=endpoint, config=config)
        self._iam: Any = session.client("iam", endpoint_url=endpoint, config=config)

    def make_bucket(self, bucket: str) -> None:
        """It is there and ours."""
        with _translated(Operation.WRITE), _unless("BucketAlreadyOwnedByYou"):
            self._s3.create_bucket(Bucket=bucket)

    def delete_bucket(self, bucket: str) -> None:
        """Neither it nor anything in it is there."""
        with _translated(Operation.DELETE), _unless("NoSuchBucket"):
            for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for found in page.get("Contents", ()):
                    self._s3.delete_object(Bucket=bucket, Key=found["Key"])
            self._s3.delete_bucket(Bucket=bucket)

    def make_keys(self, user: str, bucket: str) -> UserKeys:
        """New keys of `user` for `bucket` alone, which work at once. Older ones of the user end."""
        own = {"Effect": "Allow", "Action": list(_ACTIONS)}
        own["Resource"] = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
        policy = json.dumps({"Version": "2012-10-17", "Statement": [own]})
        with _translated(Operation.WRITE):
            with _unless("EntityAlreadyExists"):
                self._iam.create_user(UserName=user)
            self._delete_keys(user)
            self._iam.put_user_policy(UserName=user, PolicyName=_POLICY, PolicyDocument=policy)
            made = self._iam.create_access_key(UserName=user)["AccessKey"]
        return UserKeys(made["AccessKeyId"], made["SecretAccessKey"])

    def delete_user(self, user: str) -> None:
        """Neither it nor its keys are there; they are refused at once."""
        with _translated(Operation.DELETE), _unless("NoSuchEntity"):
            self._delete_keys(user)
            with _unless("NoSuchEntity"):
                self._iam.delete_user_policy(UserName=user, PolicyName=_POLICY)
            self._iam.delete_user(UserName=user)

    def _delete_keys(self, user: str) -> None:
        for key in self._iam.list_access_keys(UserName=user)["AccessKeyMetadata"]:
            with _unless("NoSuchEntity"):
                self._iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])

    def set_quota(self, bucket: str, limit: int) -> None:
        """`bucket` may hold `limit` bytes; in force within a minute, or by `enforce_quotas`."""
        quota = max(1, limit)  # 0 would be no quota at all
        body = json.dumps({"quota_size": quota, "quota_unit": "B", "quota_enabled": True}).encode()
        request = AWSRequest("PUT", f"{self._endpoint}/{bucket}?seaweedfs-quota", data=body)
        S3SigV4Auth(self._credentials, "s3", self._region).add_auth(request)
        prepared = request.prepare()
        with _translated(Operation.WRITE):
            answer = urllib3.request(
                "PUT", prepared.url, body=body, headers=dict(prepared.headers), timeout=20
            )
        if answer.status >= 300:
            raise StorageFault(status=answer.status, operation=Operation.WRITE.value)

    def enforce_quotas(self) -> None:
        """Every bucket takes data or refuses it, as its quota says and as far as the storage has
        counted what it holds. Nothing happens without a shell."""
        if self._shell is not None:
            with self._enforcing:  # the shell's own lock admits one
                self._shell.run("lock", "s3.bucket.quota.enforce -apply", "unlock")

    def used(self) -> dict[str, int]:
        """The bytes in every bucket."""
        if self._shell is not None:
            listed = _LISTED.finditer(self._shell.run("s3.bucket.list"))
            return {match["bucket"]: int(match["size"]) for match in listed}
        with _translated(Operation.LIST):
            names = [bucket["Name"] for bucket in self._s3.list_buckets()["Buckets"]]
            return {name: sum(self._sizes(name)) for name in names}

    def _sizes(self, bucket: str) -> Iterator[int]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for found in page.get("Contents", ()):
                yield found["Size"]


def _inner(port: int) -> str:
    return f"127.0.0.1:{port}.{port + INNER_PORT_OFFSET}"


@contextlib.contextmanager
def _translated(operation: Operation) -> Iterator[None]:
    try:
        yield
    except FOREIGN as error:
        raise translate(error, operation, None, SystemClock()) from error


@contextlib.contextmanager
def _unless(code: str) -> Iterator[None]:
    """The storage's refusal with this code is fine: what was asked for is so already."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise
