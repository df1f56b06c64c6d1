"""Reading packs whole: the name, the header against the index, every blob against its id."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from backupclient.errors import DataDamaged, InvalidRequest, ObjectDamaged, ObjectMissing
from backupclient.events import DamageCode
from backupclient.repository.pack import PackEntry, parse_header
from backupclient.repository.repository import Repository

_PART = re.compile(r"(\d{1,3})/(\d{1,3})\Z").match
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%\Z").match
_SIZE = re.compile(r"(\d+)([kKmMgGtT]?)\Z").match
_UNITS = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
_MOST_PARTS = 256


class IndexedSize(NamedTuple):
    """A pack as the index has it: its size in bytes, and a digest of its list of blobs."""

    name: str
    size: int
    digest: bytes


def entries_digest(entries: Sequence[PackEntry]) -> bytes:
    """Equal for equal lists of blobs, and for no others."""
    digest = hashlib.sha256()
    for entry in sorted(entries, key=lambda one: one.offset):
        digest.update(
            b"%b %b %d %d %d;"
            % (
                entry.id,
                entry.type.value.encode(),
                entry.offset,
                entry.length,
                entry.uncompressed_length,
            )
        )
    return digest.digest()


# --- which packs ----------------------------------------------------------------------------------


def choose_packs(packs: Sequence[IndexedSize], subset: str, random: Random) -> list[IndexedSize]:
    """restic's --read-data-subset: "n/t" is the n-th of t parts, by name, so that t runs read all;
    "x%" and a size ("500M") are a random choice. `InvalidRequest("subset")` for anything else."""
    part = _PART(subset)
    if part is not None:
        number, count = int(part[1]), int(part[2])
        if not 1 <= number <= count <= _MOST_PARTS:
            raise InvalidRequest(reason="subset", subset=subset)
        return [pack for pack in packs if int(pack.name[:2], 16) % count == number - 1]
    percent = _PERCENT(subset)
    if percent is not None:
        share = float(percent[1])
        if not 0 < share <= 100:
            raise InvalidRequest(reason="subset", subset=subset)
        return random.sample(list(packs), math.ceil(len(packs) * share / 100))
    size = _SIZE(subset)
    if size is None or int(size[1]) == 0:
        raise InvalidRequest(reason="subset", subset=subset)
    return _up_to(packs, int(size[1]) << _UNITS[size[2].lower()], random)


def _up_to(packs: Sequence[IndexedSize], size: int, random: Random) -> list[IndexedSize]:
    """At least one, and no more than fit into `size`."""
    chosen: list[IndexedSize] = []
    for pack in random.sample(list(packs), len(packs)):
        size -= pack.size
        if chosen and size < 0:
            break
        chosen.append(pack)
    return chosen


# --- reading --------------------------------------------------------------------------------------


class PackFault(NamedTuple):
    """A pack that is not as it should be. `lost` are the blobs that cannot be read, None stands
    for all."""

    name: str
    code: DamageCode
    raw: str
    lost: frozenset[bytes] | None


def read_pack(
    repository: Repository, pack: IndexedSize, indexed: Sequence[PackEntry]
) -> PackFault | None:
    """Read a pack, twice before it is called damaged. `indexed` are its blobs as the index has
    them. Any thread."""
    try:
        data = repository.load_pack(pack.name)
    except ObjectMissing as error:
        return PackFault(pack.name, DamageCode.PACK_MISSING, str(error), None)
    except DataDamaged as error:
        lost = frozenset(e.id for e in indexed if not _opens_alone(repository, pack.name, e))
        return PackFault(pack.name, DamageCode.PACK, error.raw, lost)
    lost = _lost(repository, data, indexed)
    try:
        entries = parse_header(len(data), data, repository.sealer)
    except DataDamaged as error:
        return PackFault(pack.name, DamageCode.PACK, error.raw, lost)
    if entries_digest(entries) != pack.digest and not _lost(repository, data, entries):
        # What the index cannot find is there.
        raw = "the index lists other blobs"
        return PackFault(pack.name, DamageCode.INDEX_DIFFERS, raw, lost)
    if not lost:
        return None
    return PackFault(pack.name, DamageCode.PACK, f"{len(lost)} of {len(entries)} blobs", lost)


def _lost(repository: Repository, data: bytes, entries: Sequence[PackEntry]) -> frozenset[bytes]:
    codec = repository.codec
    view = memoryview(data)
    lost = set()
    for blob, _, offset, length, uncompressed in entries:
        try:
            codec.decode_verified(view[offset : offset + length], uncompressed, blob)
        except DataDamaged:
            lost.add(blob)
    return frozenset(lost)


def _opens_alone(repository: Repository, name: str, entry: PackEntry) -> bool:
    try:
        repository.load_blob(name, entry)
    except (DataDamaged, ObjectDamaged, ObjectMissing):
        return False
    return True
