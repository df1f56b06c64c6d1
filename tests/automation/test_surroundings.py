"""What a backup waits for."""

from __future__ import annotations

import ctypes
import os
import time
import uuid
from pathlib import Path
from typing import Any

import psutil
import pytest

from backupclient.automation import windows
from backupclient.automation.surroundings import obstacle, uses_network
from backupclient.automation.this_computer import ThisComputer, caffeinated
from backupclient.events import Condition
from backupclient.plan import BackupPlan, Schedule, Storage
from tests.fakes import FakeSurroundings

REMOTE, LOCAL = "s3:https://storage.example.org/bucket", "/media/drive"
CAUTIOUS = Schedule()
BOLD = Schedule(on_battery=True, on_metered=True)


@pytest.mark.parametrize(
    ("location", "schedule", "battery", "metered", "online", "expected"),
    [
        (REMOTE, CAUTIOUS, False, False, True, None),
        (REMOTE, CAUTIOUS, True, False, True, Condition.BATTERY),
        (REMOTE, CAUTIOUS, False, True, True, Condition.METERED),
        (REMOTE, CAUTIOUS, True, True, True, Condition.METERED),
        (REMOTE, CAUTIOUS, True, True, False, Condition.OFFLINE),
        (REMOTE, BOLD, True, True, True, None),
        (REMOTE, BOLD, True, True, False, Condition.OFFLINE),
        (LOCAL, CAUTIOUS, False, True, False, None),
        (LOCAL, CAUTIOUS, True, True, False, Condition.BATTERY),
    ],
)
def test_what_is_waited_for(
    location: str,
    schedule: Schedule,
    battery: bool,
    metered: bool,
    online: bool,
    expected: Condition | None,
) -> None:
    around = FakeSurroundings()
    around.battery, around.costs, around.network = battery, metered, online
    plan = BackupPlan(storage=Storage(location=location), folders=("/home",), schedule=schedule)
    assert obstacle(plan, around) is expected


@pytest.mark.parametrize(
    ("location", "remote"),
    [
        ("/media/drive", False),
        ("s3:https://s3.example.org/bucket/prefix", True),
        ("s3:s3.example.org/bucket", True),
        ("s3:http://localhost:8333/bucket", False),
        ("s3:http://127.0.0.1:8333/bucket", False),
        ("s3:http://[::1]:8333/bucket", False),
        ("s3:http://192.168.1.20:9000/bucket", True),
    ],
)
def test_what_is_reached_over_a_line(location: str, remote: bool) -> None:
    assert uses_network(location) is remote


def test_this_computer_answers() -> None:
    computer = ThisComputer()
    answers = (computer.on_battery(), computer.metered(), computer.online(), *computer.tells())
    assert {type(answer) for answer in answers} == {bool}
    with computer.awake():
        pass


def test_a_mac_is_kept_awake_by_its_own_program_for_as_long_as_the_block_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is not here: a program that writes down how it was called, and stays."""
    called = tmp_path / "called"
    program = tmp_path / "caffeinate"
    program.write_text(
        f'#!/bin/sh\necho "$$ $*" > {called}.new\nmv {called}.new {called}\nexec sleep 60\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with caffeinated():
        while not called.exists():
            time.sleep(0.01)
        pid, *options = called.read_text().split()
        assert options == ["-i", "-w", str(os.getpid())]
        assert psutil.pid_exists(int(pid))
    assert not psutil.pid_exists(int(pid))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with caffeinated():
        pass


class FakeOle:
    """The library ole32 of Windows, which is not here, with a network manager in it: a COM object
    as any is, a pointer to a table of methods."""

    def __init__(self, cost: int | None, begun: int = 0) -> None:
        self.begun, self.ended, self.released = begun, 0, 0
        self._cost = cost
        method = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
        simple = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)
        self._methods = (method(), simple(), simple(self._release), method(self._get_cost))
        self._table = (ctypes.c_void_p * len(self._methods))(
            *(ctypes.cast(one, ctypes.c_void_p).value for one in self._methods)
        )
        self._manager = ctypes.pointer(self._table)

    def CoInitializeEx(self, _reserved: None, how: int) -> int:  # noqa: N802 - its own name
        assert how == 0, "any thread may call"
        return self.begun

    def CoUninitialize(self) -> None:  # noqa: N802
        self.ended += 1

    def CoCreateInstance(  # noqa: N802
        self, kind: object, _outer: None, _where: int, interface: object, found: Any
    ) -> int:
        names = [str(uuid.UUID(bytes_le=bytes(one))) for one in (kind, interface)]  # type: ignore[call-overload]
        assert [name[:8] for name in names] == ["dcb00c01", "dcb00008"]
        if self._cost is None:
            return -2147221164  # REGDB_E_CLASSNOTREG
        found._obj.value = ctypes.addressof(self._manager)
        return 0

    def _get_cost(self, this: int, cost: int, address: int | None) -> int:
        assert this == ctypes.addressof(self._manager)
        assert address is None
        assert self._cost is not None
        ctypes.c_uint32.from_address(cost).value = self._cost
        return 0

    def _release(self, _this: int) -> int:
        self.released += 1
        return 0


@pytest.mark.parametrize(
    ("cost", "said"),
    [(0x1, False), (0x2, True), (0x4, True), (0x40001, True), (0x20001, False), (0, False)],
)
def test_windows_says_what_its_line_costs(cost: int, said: bool) -> None:
    ole = FakeOle(cost)
    assert windows.metered(ole) is said
    assert (ole.released, ole.ended) == (1, 1)


def test_where_windows_does_not_say_nothing_is_known() -> None:
    ole = FakeOle(None, begun=-2147417850)  # RPC_E_CHANGED_MODE: somebody else's to end
    assert windows.metered(ole) is None
    assert (ole.released, ole.ended) == (0, 0)


class FakeKernel:
    def __init__(self) -> None:
        self.states: list[int] = []

    def SetThreadExecutionState(self, state: int) -> int:  # noqa: N802
        self.states.append(state)
        return 0


def test_windows_is_kept_awake_for_as_long_as_the_block_lasts() -> None:
    kernel = FakeKernel()
    with windows.kept_awake(kernel):
        assert kernel.states == [0x80000001]
    assert kernel.states == [0x80000001, 0x80000000]
