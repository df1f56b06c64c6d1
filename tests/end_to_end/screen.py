"""A screen with a person before it: a real X server with a window manager and a tray, of which
nothing is known but what can be seen, and with which nothing can be done but by keys and mouse."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from tests.patience import PATIENCE

PROGRAMS = ("Xvfb", "openbox", "trayer", "xdotool")
_SIZE = "1366x900"
_LOOK_SECONDS = 0.05
_GLANCE_SECONDS = 0.4
_FILE = "Xvfb_screen0"
_XWD_WORDS = 25
_SMALLEST = 4
"""Pixels: what is smaller is there for programs, not for people."""


Sight = TypeVar("Sight")


class Spot(NamedTuple):
    """In pixels from the screen's corner."""

    x: int
    y: int


class Box(NamedTuple):
    """A part of the screen. Of a window with a frame xdotool tells a place that is wrong by the
    frame's size."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> Spot:
        return Spot(self.x + self.width // 2, self.y + self.height // 2)


class Screen:
    """Its programs end with `close`. `environ` is what a program on it is started with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._programs: list[subprocess.Popen[bytes]] = []
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        self.environ = kept | {
            "DISPLAY": self._start_server(),
            "HOME": str(folder / "home"),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "xcb",
            "XDG_RUNTIME_DIR": str(runtime),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime / 'none'}",
        }
        (folder / "home").mkdir()
        self._start("openbox")
        self._start("trayer", "--edge", "bottom", "--align", "right", "--widthtype", "request")

    def close(self) -> None:
        for program in reversed(self._programs):
            program.terminate()
            program.wait(PATIENCE)

    def _start_server(self) -> str:
        reading, writing = os.pipe()
        command = ("Xvfb", "-displayfd", str(writing), "-screen", "0", f"{_SIZE}x24")
        options = ("-fbdir", str(self._folder), "-nolisten", "tcp")
        with (self._folder / "Xvfb.log").open("wb") as log:
            server = subprocess.Popen([*command, *options], pass_fds=[writing], stderr=log)
        os.close(writing)
        self._programs.append(server)
        with open(reading, encoding="ascii") as told:
            number = told.readline().strip()
        assert number, (self._folder / "Xvfb.log").read_text()
        return f":{number}"

    def _start(self, *command: str) -> None:
        with (self._folder / f"{command[0]}.log").open("wb") as log:
            self._programs.append(
                subprocess.Popen(command, env=self.environ, stdout=log, stderr=log)
            )

    # --- hands ------------------------------------------------------------------------------------

    def click(self, spot: Spot, button: int = 1) -> None:
        self._xdotool("mousemove", str(spot.x), str(spot.y), "click", str(button))

    def press(self, *keys: str) -> None:
        self._xdotool("key", "--delay", "40", *keys)

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "15", text)

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self.environ, capture_output=True, text=True, check=False
        )
        return done.stdout

    # --- eyes -------------------------------------------------------------------------------------

    def wait_for(self, sight: Callable[[], Sight | None], what: str) -> Sight:
        """What is seen in the end; false counts as nothing."""
        deadline = time.monotonic() + PATIENCE
        while not (seen := sight()):
            assert time.monotonic() < deadline, f"not seen: {what}; see {self.picture(what)}"
            time.sleep(_LOOK_SECONDS)
        return seen

    def let_it_settle(self) -> None:
        """Until nothing has moved for as long as people need to look; where something always moves,
        three seconds."""
        deadline = time.monotonic() + 3.0
        before = b""
        while (seen := (self._folder / _FILE).read_bytes()) != before:
            if time.monotonic() > deadline:
                return
            before = seen
            time.sleep(_GLANCE_SECONDS)

    def window(self, title: str) -> Box | None:
        """The place of a visible window with this title."""
        return self._found("--name", f"^{title}$")

    def panel(self) -> Box | None:
        """The one with the tray's icons."""
        return self._found("--class", "^trayer$")

    def active(self) -> Box | None:
        """The window that keys go to."""
        return self._place(self._xdotool("getactivewindow").strip())

    def _found(self, *search: str) -> Box | None:
        numbers = self._xdotool("search", "--onlyvisible", *search).split()
        places = (self._place(number) for number in numbers)
        return next((place for place in places if place is not None), None)

    def _place(self, number: str) -> Box | None:
        shown = self._xdotool("getwindowgeometry", "--shell", number)
        found = {k: int(v) for k, v in re.findall(r"^(\w+)=(-?\d+)$", shown, re.MULTILINE)}
        if found.keys() >= {"X", "Y", "WIDTH", "HEIGHT"} and found["WIDTH"] > _SMALLEST:
            return Box(found["X"], found["Y"], found["WIDTH"], found["HEIGHT"])
        return None

    def active_title(self) -> str:
        """Of the window that keys go to."""
        return self._xdotool("getactivewindow", "getwindowname").strip()

    def bar(self, colours: Sequence[str], inside: Box, width: int) -> Spot | None:
        """A spot in the uppermost straight line of one of these colours ("#RRGGBB"), at least so
        wide."""
        seen = _Seen(self._folder)
        for y in range(max(0, inside.y), min(seen.height, inside.y + inside.height)):
            row = seen.row(y, inside.x, inside.width)
            for colour in colours:
                found = row.find(bytes.fromhex(colour[1:]) * width)
                if found >= 0 and found % 3 == 0:
                    return Spot(inside.x + found // 3 + width // 2, y + 4)
        return None

    def picture(self, name: str) -> Path:
        """The screen as a PNG file, to be looked at by people."""
        seen = _Seen(self._folder)
        rows = b"".join(b"\0" + seen.row(y, 0, seen.width) for y in range(seen.height))
        head = struct.pack(">IIBBBBB", seen.width, seen.height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
        file = self._folder / f"{name.replace(' ', '-')}.png"
        chunks = (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in parts
        )
        file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
        return file


class _Seen:
    """What is on the screen now: the file Xvfb keeps it in (XWDFile.h of X11), 32 bits a pixel."""

    def __init__(self, folder: Path) -> None:
        self._raw = (folder / _FILE).read_bytes()
        head = struct.unpack_from(f">{_XWD_WORDS}I", self._raw)
        self.width, self.height, self._line = head[4], head[5], head[12]
        assert head[7] == 0, "the first byte of a pixel is blue"
        self._begin = head[0] + 12 * head[19]

    def row(self, y: int, x: int, width: int) -> bytes:
        """Red, green, blue of each pixel."""
        begin = self._begin + y * self._line + 4 * x
        raw = self._raw[begin : begin + 4 * min(width, self.width - x)]
        pixels = bytearray(len(raw) // 4 * 3)
        for place, offset in ((0, 2), (1, 1), (2, 0)):
            pixels[place::3] = raw[offset::4]
        return bytes(pixels)


def printed_key(pdf: Path) -> str:
    """The recovery key on a saved sheet, read as any viewer of PDF reads it: by the fonts' own
    tables of what their shapes stand for (ISO 32000-1, 9.10.3)."""
    raw = pdf.read_bytes()
    objects = dict(re.findall(rb"(\d+) 0 obj\s(.*?)endobj", raw, re.DOTALL))
    for font, part in re.findall(rb"(/F\d+) [\d.]+ Tf(.*?)(?=/F\d+ |$)", _page(raw), re.DOTALL):
        signs = _signs(objects, font)
        shapes = [int(shape, 16) for shape in re.findall(rb"<([0-9a-fA-F]{4})> Tj", part)]
        text = "".join(signs[shape] for shape in shapes)
        if found := re.fullmatch(r"\s*((?:[0-9A-Z]{4}-){6}[0-9A-Z]{4})\s*", text):
            return found[1]
    raise AssertionError(f"no key on {pdf}")


def _signs(objects: Mapping[bytes, bytes], font: bytes) -> list[str]:
    """What each shape of a font stands for."""
    used = next(found for one in objects.values() if (found := re.search(font + rb" (\d+)", one)))
    table = re.search(rb"/ToUnicode (\d+)", objects[used[1]])
    assert table is not None
    listed = re.search(rb"<0001> <[0-9A-F]{4}> \[([^\]]*)\]", objects[table[1]])
    codes = re.findall(rb"<([0-9A-F]{4})>", listed[1] if listed else b"")
    return ["", *(chr(int(code, 16)) for code in codes)]


def _page(raw: bytes) -> bytes:
    """The stream that draws the text."""
    for stream in re.finditer(rb"stream\r?\n", raw):
        try:
            content = zlib.decompressobj().decompress(raw[stream.end() :])
        except zlib.error:
            continue
        if b" Tj" in content:
            return content
    return b""
