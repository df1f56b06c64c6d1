"""Makes file trees to back up: one with everything odd in it, big plain ones, and small random
ones for property tests. The same arguments always make the same tree, down to the byte."""

from __future__ import annotations

import errno
import os
import random
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, assert_never

import msgspec
from hypothesis import strategies as st

KIB = 1 << 10
MIB = 1 << 20
SECOND = 1_000_000_000

# Every boundary at which a cutter, a packer or a plain mistake may change its mind.
EDGE_SIZES = (
    *(0, 1, 63, 64, 65),
    *(512 * KIB - 1, 512 * KIB, 512 * KIB + 1),
    *(8 * MIB - 1, 8 * MIB, 8 * MIB + 1),
)

ODD_NAMES = (
    b'"quoted"',
    b"back\\slash",
    b"new\nline",
    b"tab\tbell\a\x01\x7f",
    b"-rf",
    b"--exclude",
    b"*?[a]{b}$HOME `id` !",
    b" space at both ends ",
    b"trailing dot.",
    b"con",
    b"<&>",
    b"latin1-\xe9\xff",
    b"cut-utf8-\xe2\x82",
    b"surrogate-\xed\xa0\x80",
    b"x" * 255,
    "\N{HORIZONTAL ELLIPSIS}".encode() * 85,
    "\N{CLINKING BEER MUGS}".encode(),
    "line\u2028and\u2029paragraph".encode(),
    "right\u202eto left".encode(),
    "composed \u00e9".encode(),
    "decomposed e\u0301".encode(),
    "zero\u200bwidth\ufeff".encode(),
    "unassigned \U000e0fff".encode(),
    "\u65e5\u672c\u8a9e".encode(),
)

ODD_TIMES = (
    0,
    1,
    -1,
    -(3 * SECOND) // 2,
    -SECOND * 86_400 * 365 * 30,
    SECOND * 1_700_000_000 + 123_456_789,
    SECOND * 1_700_000_000 + 100_000_000,
    SECOND * 2_147_483_648,
    SECOND * 4_294_967_296 + 1,
)


def odd_tree(root: str | bytes | os.PathLike[str], *, undecodable_targets: bool = True) -> None:
    """Fills the new folder `root` with one of everything that has ever broken a backup; about
    29 MiB. Owners and device nodes are part of it only when running as root.

    Without `undecodable_targets` no symlink points to a name that is not UTF-8: restic before
    0.16 cannot keep those.
    """
    root = os.fsencode(root)
    os.makedirs(root)
    _odd_names(root)
    _edge_sizes(_folder(root, b"sizes"))
    _links(_folder(root, b"links"), undecodable_targets=undecodable_targets)
    _attributes(_folder(root, b"attributes"))
    os.mkfifo(os.path.join(root, b"fifo"))
    if os.geteuid() == 0:
        _owned_by_others(_folder(root, b"owners"))
    _modes(_folder(root, b"modes"))
    _set_times(root, _folder(root, b"times"))


def write_file(path: bytes, content: bytes) -> None:
    with open(path, "xb") as file:
        file.write(content)


def random_bytes(seed: int, size: int) -> bytes:
    drawn = random.Random(seed)
    whole, rest = divmod(size, MIB)  # more at once than 256 MiB cannot be drawn
    return b"".join([*(drawn.randbytes(MIB) for _ in range(whole)), drawn.randbytes(rest)])


def _folder(*parts: bytes) -> bytes:
    path = os.path.join(*parts)
    os.mkdir(path)
    return path


def _odd_names(root: bytes) -> None:
    files, folders = _folder(root, b"names"), _folder(root, b"folders")
    for number, name in enumerate(ODD_NAMES):
        write_file(os.path.join(files, name), b"%d" % number)
        inside = _folder(folders, name)
        if number % 2:
            write_file(os.path.join(inside, name), b"inside %d" % number)
    deep = _folder(root, b"deep")
    for level in range(12):
        deep = _folder(deep, b"%02d-" % level + b"d" * 197)
    write_file(os.path.join(deep, b"bottom"), b"found")


def _edge_sizes(folder: bytes) -> None:
    for number, size in enumerate(EDGE_SIZES):
        write_file(os.path.join(folder, b"%d" % size), random_bytes(number, size))
    with open(os.path.join(folder, b"sparse"), "xb") as file:
        file.seek(1 * MIB)
        file.write(b"island")
        file.truncate(3 * MIB + 7)


def _links(folder: bytes, *, undecodable_targets: bool) -> None:
    targets = {
        b"dangling": b"nowhere/at all",
        b"absolute": b"/etc/passwd",
        b"itself": b"itself",
        b"up": b"../names",
        b"odd": b'new\nline "quoted" \\ ' + "\N{CLINKING BEER MUGS}\u2028".encode(),
        b"long": b"t" * 1000,
    }
    if undecodable_targets:
        targets[b"undecodable"] = b"\xff\xfe/\xe9"
    for name, target in targets.items():
        os.symlink(target, os.path.join(folder, name))
    other = _folder(folder, b"other folder")
    first = os.path.join(folder, b"hard 1")
    write_file(first, random_bytes(99, 70_000))
    os.link(first, os.path.join(folder, b"hard 2"))
    os.link(first, os.path.join(other, b"hard 3"))
    write_file(os.path.join(folder, b"empty 1"), b"")
    os.link(os.path.join(folder, b"empty 1"), os.path.join(other, b"empty 2"))


def _attributes(folder: bytes) -> None:
    for name, attributes in (
        (b"one", {"user.plain": b"value"}),
        (b"many", {f"user.{n}": bytes([n]) * n for n in range(20)}),
        (b"binary", {"user.binary": bytes(range(256)), "user.empty": b""}),
    ):
        path = os.path.join(folder, name)
        write_file(path, name)
        for key, value in attributes.items():
            set_xattr(path, key, value)
    set_xattr(folder, "user.folder", b"\x00\xff")


def set_xattr(path: bytes, key: str, value: bytes) -> None:
    """Sets it where the file system has attributes at all, else leaves the file without."""
    try:
        os.setxattr(path, key, value)
    except OSError as problem:
        if problem.errno != errno.ENOTSUP:
            raise


def _owned_by_others(folder: bytes) -> None:
    for name, owner in ((b"known", (1, 1)), (b"unknown", (54_321, 65_432))):
        path = os.path.join(folder, name)
        write_file(path, name)
        os.chown(path, *owner)
    os.symlink(b"known", os.path.join(folder, b"link"))
    os.lchown(os.path.join(folder, b"link"), 7, 8)
    with suppress(PermissionError):  # a container may forbid even root to make devices
        os.mknod(os.path.join(folder, b"null"), stat.S_IFCHR | 0o666, os.makedev(1, 3))
        os.mknod(os.path.join(folder, b"loop"), stat.S_IFBLK | 0o660, os.makedev(7, 0))


def _set_times(root: bytes, odd: bytes) -> None:
    """Last of all: whatever is made in a folder moves its time again."""
    for number in range(len(ODD_TIMES)):
        write_file(os.path.join(odd, b"%d" % number), b"")
    number = 0
    for folder, folders, files in sorted(os.walk(root)):
        for name in sorted(folders) + sorted(files):
            when = (1_600_000_000 + number) * SECOND + number
            os.utime(os.path.join(folder, name), ns=(when, when), follow_symlinks=False)
            number += 1
    os.utime(root, ns=(SECOND, SECOND))
    for number, when in enumerate(ODD_TIMES):
        os.utime(os.path.join(odd, b"%d" % number), ns=(when, when))
    os.utime(os.path.join(root, b"links", b"dangling"), ns=(-5, -5), follow_symlinks=False)


def _modes(folder: bytes) -> None:
    modes = [0o400, 0o444, 0o600, 0o777, 0o4755, 0o2755, 0o6711]
    if os.geteuid() == 0:
        modes.append(0o000)  # nobody else could read it
    for mode in modes:
        path = os.path.join(folder, b"%o" % mode)
        write_file(path, b"%o" % mode)
        os.chmod(path, mode)
    for mode in (0o500, 0o555, 0o700, 0o1777, 0o2775):
        inside = _folder(folder, b"folder %o" % mode)
        write_file(os.path.join(inside, b"file"), b"in a folder of mode %o" % mode)
        os.chmod(inside, mode)


# --- many plain files -----------------------------------------------------------------------------


class Spread(NamedTuple):
    """File sizes as they are found on home computers: log-normal, cut at `limit`."""

    mu: float
    sigma: float
    limit: int


def many_files(
    root: str | bytes | os.PathLike[str],
    count: int,
    per_folder: int,
    size: int | Spread,
    *,
    random_share: float = 1.0,
    seed: int = 0,
) -> int:
    """Makes `root` with `count` files in folders of `per_folder`, at most 200 folders in one, and
    returns the bytes written. `random_share` of the files cannot be compressed; the others are
    text."""
    root = os.fsencode(root)
    choice = random.Random(seed)
    text = _text(choice)
    total = 0
    for first in range(0, count, per_folder):
        number = first // per_folder
        folder = os.path.join(root, b"%04d" % (number // 200), b"%03d" % (number % 200))
        os.makedirs(folder)
        for index in range(first, min(first + per_folder, count)):
            length = size if isinstance(size, int) else _drawn(choice, size)
            if choice.random() < random_share:
                content = choice.randbytes(length)
            else:
                start = choice.randrange(len(text) - length)
                content = text[start : start + length]
            _write(os.path.join(folder, b"file-%07d.dat" % index), content)
            total += length
    return total


def _drawn(choice: random.Random, spread: Spread) -> int:
    return min(int(choice.lognormvariate(spread.mu, spread.sigma)), spread.limit)


def _text(choice: random.Random) -> bytes:
    letters = b"abcdefghijklmnopqrstuvwxyz"
    words = [bytes(choice.choices(letters, k=choice.randint(3, 10))) for _ in range(4000)]
    return b" ".join(choice.choices(words, k=MIB))


def _write(path: bytes, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        os.write(file, content)
    finally:
        os.close(file)


# --- small random trees ---------------------------------------------------------------------------


class Content(msgspec.Struct, frozen=True):
    """`size` bytes that follow from `seed`; seed 0 is all zeros, left as a hole."""

    seed: int
    size: int


class File(msgspec.Struct, frozen=True, tag=True):
    content: Content
    mode: int
    mtime_ns: int
    attributes: tuple[tuple[str, bytes], ...] = ()
    other_names: tuple[bytes, ...] = ()
    """Hardlinks, beside it."""


class Symlink(msgspec.Struct, frozen=True, tag=True):
    target: bytes


class Fifo(msgspec.Struct, frozen=True, tag=True):
    mode: int


class Folder(msgspec.Struct, frozen=True, tag=True):
    entries: tuple[tuple[bytes, Entry], ...]
    mode: int
    mtime_ns: int


Entry = File | Symlink | Fifo | Folder


def materialise(entry: Entry, path: bytes) -> None:
    """Makes `entry`, with all that is in it, at `path`."""
    match entry:
        case File():
            _make_file(entry, path)
        case Symlink():
            os.symlink(entry.target, path)
        case Fifo():
            os.mkfifo(path)
            os.chmod(path, entry.mode)
        case Folder():
            os.mkdir(path)
            for name, inner in entry.entries:
                materialise(inner, os.path.join(path, name))
            os.chmod(path, entry.mode)
            os.utime(path, ns=(entry.mtime_ns, entry.mtime_ns))
        case _:
            assert_never(entry)


def _make_file(entry: File, path: bytes) -> None:
    with open(path, "xb") as file:
        if entry.content.seed:
            file.write(random_bytes(entry.content.seed, entry.content.size))
        else:
            file.truncate(entry.content.size)
    for key, value in entry.attributes:
        set_xattr(path, key, value)
    for name in entry.other_names:
        os.link(path, os.path.join(os.path.dirname(path), name))
    os.chmod(path, entry.mode)
    os.utime(path, ns=(entry.mtime_ns, entry.mtime_ns))


names = st.one_of(
    st.sampled_from(ODD_NAMES),
    st.binary(min_size=1, max_size=40).filter(
        lambda name: b"/" not in name and b"\0" not in name and name not in (b".", b"..")
    ),
)
times = st.one_of(st.sampled_from(ODD_TIMES), st.integers(-(2**31), 2**32).map(lambda s: s * 997))
contents = st.builds(
    Content,
    seed=st.integers(0, 5),  # few, so that equal contents meet
    size=st.one_of(st.sampled_from(EDGE_SIZES[:8]), st.integers(0, 300 * KIB)),
)
attributes = st.dictionaries(
    st.sampled_from(["user.a", "user.b", "user.\u00e9"]), st.binary(max_size=50), max_size=2
).map(lambda found: tuple(sorted(found.items())))
symlinks = st.builds(
    Symlink,
    st.one_of(names, st.binary(min_size=1, max_size=300).filter(lambda t: b"\0" not in t)),
)
fifos = st.builds(Fifo, mode=st.sampled_from([0o600, 0o644, 0o666]))


def _files(owned: st.SearchStrategy[bytes]) -> st.SearchStrategy[File]:
    return st.builds(
        File,
        content=contents,
        mode=st.sampled_from([0o400, 0o600, 0o644, 0o755, 0o4755]),
        mtime_ns=times,
        attributes=attributes,
        other_names=st.lists(owned, max_size=2, unique=True).map(tuple),
    )


def _folder_of(inner: st.SearchStrategy[Entry]) -> st.SearchStrategy[Folder]:
    return st.builds(
        Folder,
        entries=st.dictionaries(names, inner, max_size=6).map(_without_clashes),
        mode=st.sampled_from([0o500, 0o700, 0o755, 0o1777]),
        mtime_ns=times,
    )


def _without_clashes(found: dict[bytes, Entry]) -> tuple[tuple[bytes, Entry], ...]:
    """Drops hardlink names that another entry of the same folder has already."""
    taken = set(found)
    kept = dict(found)
    for name, entry in sorted(found.items(), key=lambda item: item[0]):
        if isinstance(entry, File):
            free = tuple(other for other in entry.other_names if other not in taken)
            taken.update(free)
            kept[name] = msgspec.structs.replace(entry, other_names=free)
    return tuple(kept.items())


_leaf: st.SearchStrategy[Entry] = st.one_of(_files(names), _files(names), symlinks, fifos)
_more: Callable[[st.SearchStrategy[Entry]], st.SearchStrategy[Entry]] = _folder_of
folders: st.SearchStrategy[Folder] = _folder_of(st.recursive(_leaf, _more, max_leaves=12))
"""Small trees, at most a few MiB; `materialise` makes them."""
