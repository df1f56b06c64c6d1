"""What Windows says of its line, and how it is kept awake: by its own libraries, without a program
in between (Network List Manager API and SetThreadExecutionState of the Windows documentation)."""

from __future__ import annotations

import contextlib
import ctypes
import uuid
from collections.abc import Iterator
from typing import Any

_MANAGER = uuid.UUID("dcb00c01-570f-4a9b-8d69-199fdba5723b")
"""The class NetworkListManager."""
_COSTS = uuid.UUID("dcb00008-570f-4a9b-8d69-199fdba5723b")
"""The interface INetworkCostManager."""
_RELEASE, _GET_COST = 2, 3
"""Where its methods stand; the first three are those of IUnknown."""
_ANYWHERE = 0x17
"""CLSCTX_ALL."""
_COUNTED = 0x2 | 0x4 | 0x10000 | 0x40000 | 0x80000
"""Of NLM_CONNECTION_COST: fixed, variable, over its limit, roaming, and near its limit."""
_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x1

_calling = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)
"""How a method is called."""


def metered(ole: Any) -> bool | None:
    """Whether the way to the internet is metered; None if nobody says. `ole` is the library ole32.
    Any thread."""
    begun = ole.CoInitializeEx(None, 0)
    try:
        cost = _cost(ole)
    finally:
        if begun >= 0:
            ole.CoUninitialize()
    return None if cost is None else bool(cost & _COUNTED)


def _cost(ole: Any) -> int | None:
    manager = ctypes.c_void_p()
    kind, interface = _guid(_MANAGER), _guid(_COSTS)
    if ole.CoCreateInstance(kind, None, _ANYWHERE, interface, ctypes.byref(manager)) != 0:
        return None
    table = ctypes.cast(manager, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
    get_cost = _calling(ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    release = _calling(ctypes.c_ulong, ctypes.c_void_p)
    cost = ctypes.c_ulong()
    try:
        # Without an address it is about the internet as a whole.
        failed = get_cost(table[_GET_COST])(manager, ctypes.byref(cost), None)
    finally:
        release(table[_RELEASE])(manager)
    return None if failed else cost.value


def _guid(which: uuid.UUID) -> Any:
    return (ctypes.c_ubyte * 16)(*which.bytes_le)


@contextlib.contextmanager
def kept_awake(kernel: Any) -> Iterator[None]:
    """`kernel` is the library kernel32. What is asked for ends with the thread that asks."""
    kernel.SetThreadExecutionState(_CONTINUOUS | _SYSTEM_REQUIRED)
    try:
        yield
    finally:
        kernel.SetThreadExecutionState(_CONTINUOUS)
