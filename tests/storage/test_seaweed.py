"""The embedded S3 server: it starts, keeps its data, lets nobody else in and leaves nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import psutil
import pytest
from botocore.exceptions import ClientError
from mypy_boto3_s3 import S3Client

from backupclient.errors import InvalidRequest, StorageUnreachable
from backupclient.storage.seaweed import (
    LAST_PORT,
    EmbeddedServer,
    find_binary,
    free_ports,
    is_free,
)
from tests.patience import PATIENCE

pytestmark = pytest.mark.needs_seaweed


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(tmp_path_factory.mktemp("seaweed")) as server:
        yield server


def client_of(server: EmbeddedServer) -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
    )


def process_of(server: EmbeddedServer) -> psutil.Process:
    assert server.pid is not None
    return psutil.Process(server.pid)


def listening(process: psutil.Process) -> list[tuple[str, int]]:
    connections = process.net_connections(kind="inet")
    return [(c.laddr.ip, c.laddr.port) for c in connections if c.status == psutil.CONN_LISTEN]


def inner_sockets() -> set[int]:
    """The ports in the names of SeaweedFS's inner sockets: also those of other servers, and of some
    that were killed long ago."""
    return {int(file.stem.rpartition("-")[2]) for file in Path("/tmp").glob("seaweedfs-*.sock")}


def has_ended(process: psutil.Process) -> bool:
    """Also true for a zombie: in a container nobody may be there to collect an orphan."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def status_of(url: str, method: str = "GET") -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def test_stores_and_returns_objects(server: EmbeddedServer) -> None:
    client = client_of(server)
    body = os.urandom(5 << 20)
    client.put_object(Bucket=server.bucket, Key="a/b", Body=body)
    assert client.get_object(Bucket=server.bucket, Key="a/b")["Body"].read() == body


def test_refuses_whoever_has_no_key(server: EmbeddedServer) -> None:
    client_of(server).put_object(Bucket=server.bucket, Key="private", Body=b"x")
    address = f"{server.endpoint}/{server.bucket}"
    assert status_of(f"{address}/private") == 403
    assert status_of(f"{address}/?list-type=2") == 403
    assert status_of(f"{address}/new", "PUT") == 403
    assert status_of(f"{address}/private", "DELETE") == 403


def test_refuses_a_wrong_secret(server: EmbeddedServer) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=server.access_key,
        aws_secret_access_key="guessed",
    )
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client.list_objects_v2(Bucket=server.bucket)


def test_data_cannot_be_reached_past_s3(server: EmbeddedServer) -> None:
    """The inner services listen as well: none of them may hand out or delete an object."""
    client_of(server).put_object(Bucket=server.bucket, Key="guarded", Body=b"x" * 100_000)
    path = f"/buckets/{server.bucket}/guarded"
    for address, port in listening(process_of(server)):
        if port > LAST_PORT:
            continue  # gRPC
        inner = f"http://{address}:{port}"
        assert 400 <= status_of(f"{inner}{path}") < 500
        assert 400 <= status_of(f"{inner}{path}", "DELETE") < 500
        assert 400 <= status_of(f"{inner}/col/delete?collection={server.bucket}", "POST") < 500
    assert client_of(server).head_object(Bucket=server.bucket, Key="guarded")["ContentLength"]


def test_listens_on_loopback_alone(server: EmbeddedServer) -> None:
    assert {address for address, _ in listening(process_of(server))} == {"127.0.0.1"}


def test_keys_are_not_on_the_command_line_and_files_are_private(server: EmbeddedServer) -> None:
    arguments = " ".join(process_of(server).cmdline())
    assert server.access_key not in arguments
    assert server.secret_key not in arguments
    folder = server.log_file.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in ("security.toml", "seaweedfs.log"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert server.secret_key not in server.log_file.read_text()


def test_keeps_data_over_a_restart_with_new_keys_and_leaves_no_process(tmp_path: Path) -> None:
    before = inner_sockets()
    with EmbeddedServer(tmp_path) as first:
        client_of(first).put_object(Bucket=first.bucket, Key="kept", Body=b"still here")
        process, old_key, address = process_of(first), first.access_key, first.endpoint
        ports = [port for _, port in listening(process)]
    assert not process.is_running()
    assert first.pid is None
    assert not [port for port in ports if not is_free(port)]
    assert not (inner_sockets() - before) & set(ports)
    with EmbeddedServer(tmp_path) as second:
        assert second.access_key != old_key
        assert second.endpoint == address
        answer = client_of(second).get_object(Bucket=second.bucket, Key="kept")
        assert answer["Body"].read() == b"still here"


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process of its parent's end"
)
def test_ends_when_the_program_that_started_it_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from backupclient.storage.seaweed import EmbeddedServer\n"
        "server = EmbeddedServer(Path(sys.argv[1])); server.start()\n"
        "print(server.pid, flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        server = psutil.Process(int(starter.stdout.readline()))
        assert "mini" in server.cmdline()
        starter.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while not has_ended(server) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert has_ended(server)


def test_says_with_the_log_why_it_did_not_start(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "filerldb2").write_text("a file where a folder belongs")
    server = EmbeddedServer(tmp_path)
    with pytest.raises(StorageUnreachable, match="filerldb2"):
        server.start()
    assert server.pid is None


def test_takes_other_ports_when_one_is_lost(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        taken = somebody.getsockname()[1]
        offers = iter([free_ports()._replace(s3=taken), free_ports()])
        with EmbeddedServer(tmp_path, choose_ports=lambda: next(offers)) as server:
            assert str(taken) not in server.endpoint
    assert list(offers) == []


def test_keeps_what_it_acknowledged_when_it_is_killed(tmp_path: Path) -> None:
    bodies = {f"{number}": os.urandom(number << 20) for number in (0, 1, 16)}
    with EmbeddedServer(tmp_path) as first:
        for key, body in bodies.items():
            client_of(first).put_object(Bucket=first.bucket, Key=key, Body=body)
        process_of(first).kill()
    with EmbeddedServer(tmp_path) as second:
        for key, body in bodies.items():
            answer = client_of(second).get_object(Bucket=second.bucket, Key=key)
            assert answer["Body"].read() == body


def test_moves_when_somebody_has_taken_its_address(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as first:
        client_of(first).put_object(Bucket=first.bucket, Key="kept", Body=b"still here")
        address = first.endpoint
    with (
        socket.create_server(("127.0.0.1", int(address.rpartition(":")[2]))),
        EmbeddedServer(tmp_path) as second,
    ):
        assert second.endpoint != address
        answer = client_of(second).get_object(Bucket=second.bucket, Key="kept")
        assert answer["Body"].read() == b"still here"


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InvalidRequest) as caught:
        find_binary(tmp_path)
    assert caught.value.facts == {"reason": "seaweedfs-missing"}
