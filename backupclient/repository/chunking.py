"""Where files are cut: FastCDC between 512 KiB and 8 MiB, 1.4 MiB on average for data without
structure, in a way that is the repository's own.

Any cuts are legal in the format. Ours depend on a seed that is derived from the repository's secret
polynomial, so that every device of a repository cuts alike and the sizes of stored objects do not
tell the storage which known file they belong to.
"""

from __future__ import annotations

import functools
import hashlib

from pyfastcdc import FastCDC

from backupclient.errors import InternalError

__all__ = ["MAX_CHUNK", "MIN_CHUNK", "Chunker", "seed_of"]

MIN_CHUNK = 512 << 10
MAX_CHUNK = 8 << 20
_NORMAL_CHUNK = 1 << 20
"""From this length on a cut becomes four times as likely. The library calls it the average."""

_DOMAIN = b"plainkeep-fastcdc-1"
_COMPILED = "pyfastcdc.cy.fastcdc"
_PROOF_LENGTH = 4 << 20
_PROOF_SEED = 0x5EED_0F_9A1E
_PROOF_CUTS = [1_096_992, 2_263_928, 4_194_304]


def seed_of(polynomial: int) -> int:
    """The seed of a repository with this chunker polynomial; below 2^63, as it must."""
    digest = hashlib.sha256(_DOMAIN + polynomial.to_bytes(8)).digest()
    return int.from_bytes(digest[:8]) >> 1


class Chunker:
    """Cuts the files of one repository, one window of a file after the other. Keeps nothing
    between calls, but is not thread-safe: one per thread."""

    def __init__(self, polynomial: int) -> None:
        """`InternalError` if the library does not cut as it must: then nothing would be found
        again in the repository, and all of it would be sent once more."""
        _prove_library()
        self._cutter = _cutter(seed_of(polynomial))

    def cut(self, window: bytes | bytearray | memoryview, *, final: bool) -> list[int]:
        """Where the chunks that begin with `window` end, as rising offsets into it.

        If more of the file follows (`final` false), the bytes after the last of them belong to a
        chunk that is not yet decided: hand them in again at the start of the next window. There is
        at least one chunk in a window of `MAX_CHUNK` bytes. The cuts do not depend on how a file is
        divided into windows."""
        return _ends(self._cutter, window, final=final)


def _cutter(seed: int) -> FastCDC:
    return FastCDC(_NORMAL_CHUNK, min_size=MIN_CHUNK, max_size=MAX_CHUNK, seed=seed)


def _ends(cutter: FastCDC, window: bytes | bytearray | memoryview, *, final: bool) -> list[int]:
    ends = [chunk.offset + chunk.length for chunk in cutter.cut_buf(window)]
    # A cut within the window is decided by what lies before it. One at its very end is none,
    # unless the chunk cannot grow any more.
    if ends and not final and ends[-1] - (ends[-2] if len(ends) > 1 else 0) < MAX_CHUNK:
        ends.pop()
    return ends


@functools.cache
def _prove_library() -> None:
    """A build without its compiled part is two hundred times slower; one with another table of
    random numbers or another rule cuts elsewhere."""
    if FastCDC.__module__ != _COMPILED:
        raise InternalError("pyfastcdc is not the compiled build")
    data = hashlib.shake_128(_DOMAIN).digest(_PROOF_LENGTH)
    if _ends(_cutter(_PROOF_SEED), data, final=True) != _PROOF_CUTS:
        raise InternalError("pyfastcdc cuts otherwise than it did")
