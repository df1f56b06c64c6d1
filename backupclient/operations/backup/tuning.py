"""How much a backup does at once."""

from __future__ import annotations

import msgspec

_LEAST_PACK = 4 << 20


class Tuning(msgspec.Struct, frozen=True):
    """What may differ between machines and lines. Sizes are bytes."""

    threads: int = 2
    processes: int = 2
    uploads: int = 4
    pack_size: int = 18 << 20

    def smaller(self) -> Tuning | None:
        """Half as much at once, and no worker processes, which hold the most; None if that is what
        it is."""
        less = Tuning(
            threads=max(self.threads // 2, 1),
            processes=0,
            uploads=max(self.uploads // 2, 1),
            pack_size=min(self.pack_size, max(self.pack_size // 2, _LEAST_PACK)),
        )
        return None if less == self else less
