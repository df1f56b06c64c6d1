"""Structs that several threads decode for the first time at the same moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE

PROGRAM = """
import sys
import threading

import msgspec

from backupclient.decoding import converted, from_json, from_msgpack

sys.setswitchinterval(1e-6)  # so that threads change within what msgspec does at the first time
THREADS = 4
FIELDS = [("a", int), ("b", str | None), ("c", list[tuple[int, str]]), ("d", dict[str, float])]
PLAIN = {"a": 1, "b": "x", "c": [[1, "a"]], "d": {"q": 1.5}}
WHOLE = {"x": PLAIN, "y": [PLAIN]}
WAYS = (
    (from_json, msgspec.json.encode(WHOLE)),
    (from_msgpack, msgspec.msgpack.encode(WHOLE)),
    (converted, WHOLE),
)
for number in range(int(sys.argv[1])):
    inner = msgspec.defstruct(f"Inner{number}", FIELDS)
    kind = msgspec.defstruct(f"Outer{number}", [("x", inner), ("y", list[inner])])
    at_once = threading.Barrier(THREADS)
    found = []

    def decode(how, content):
        at_once.wait()
        found.append(how(content, kind).y[0].c)

    ways = [WAYS[(number + one) % len(WAYS)] for one in range(THREADS)]
    threads = [threading.Thread(target=decode, args=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[(1, "a")]] * THREADS, found
"""
ROUNDS = 300
"""Where they may be made at the same time, fewer crash."""


def test_threads_may_decode_the_same_struct_for_the_first_time_at_once() -> None:
    """In a process of its own: what goes wrong ends it."""
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ROUNDS)],
        cwd=Path(__file__).parents[1],
        check=True,
        timeout=PATIENCE,
    )
