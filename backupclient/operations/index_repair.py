"""Index files that are wrong, and packs that are damaged, give way to ones that are right.

Some index files name packs that are gone, or cannot be read any more; of some packs, blobs cannot
be read. A backup does without them, and sends again what it finds; other programs, and a check,
would go on stumbling over them. So, when nobody else is at work, what is right in them is written
anew, and then the old is deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from backupclient.errors import AccessDenied
from backupclient.events import NoticeCode, Noticed
from backupclient.manifest.manifest import Manifest
from backupclient.operations.parallel import run_parallel
from backupclient.operations.session import Session
from backupclient.operations.trees import DAMAGE
from backupclient.repository.index import IndexedPack
from backupclient.repository.layout import FileKind
from backupclient.repository.pack import PackBuilder, pack_size

_WRONG = "wrong-index-files"
_DAMAGED = "damaged-packs"
_THREADS = 4


def wrong_index_files(manifest: Manifest) -> frozenset[str]:
    """Those that wait to be replaced."""
    return _names(manifest, _WRONG)


def note_wrong(manifest: Manifest, names: Iterable[str]) -> None:
    """Remember index files that are to be replaced. Part of the open transaction."""
    _remember(manifest, _WRONG, wrong_index_files(manifest) | set(names))


def note_damaged(manifest: Manifest, packs: Iterable[str]) -> None:
    """Remember packs of which some blobs cannot be read. Part of the open transaction."""
    _remember(manifest, _DAMAGED, _names(manifest, _DAMAGED) | set(packs))


def is_to_be_mended(manifest: Manifest) -> bool:
    return bool(_names(manifest, _WRONG) or _names(manifest, _DAMAGED))


def mend(session: Session) -> None:
    """Replace the index files that were noted as wrong, and the packs that were noted as damaged,
    and tell (`NoticeCode.INDEX_REBUILT`).

    A damaged pack goes once all its blobs are whole in others; while one of them is not, all is
    left as it is. The session must be alone, and in step with the storage. Cut short at any moment,
    nothing is missing: what is new is stored before what is old is deleted. Where nothing may be
    deleted, the old stays, which `AccessDenied` says."""
    manifest, repository = session.manifest, session.repository
    replaced = _replaced(session)
    wrong = wrong_index_files(manifest) | _naming(session, replaced)
    listed = wrong & {file.name for file in repository.list_files(FileKind.INDEX)}
    sizes = {file.name: file.size for file in repository.list_packs()} if listed else {}
    try:
        for name in sorted(listed):
            session.control.check()
            there = _Packs(session, sizes, replaced)
            _replace(session, name, there.rightly_named(name, wrong))
        for pack in sorted(replaced):
            repository.delete_pack(pack)
    except AccessDenied:
        _forget_all(manifest)  # or copies would be made each time
        raise
    _forget_all(manifest)
    if listed:
        session.emit(Noticed(code=NoticeCode.INDEX_REBUILT, facts={"count": len(listed)}))


def _forget_all(manifest: Manifest) -> None:
    with manifest.transaction():
        _remember(manifest, _WRONG, ())
        _remember(manifest, _DAMAGED, ())


def _replace(session: Session, name: str, kept: Sequence[IndexedPack]) -> None:
    session.prove_lock()
    new = session.repository.save_index(kept) if kept else ""
    session.repository.delete_index(name)
    with session.manifest.transaction():
        session.manifest.blobs.supersede(name, new, [pack.name for pack in kept])


# --- damaged packs --------------------------------------------------------------------------------


def _replaced(session: Session) -> frozenset[str]:
    """The damaged packs whose blobs are all in others now: sent again, or copied just now."""
    damaged = _names(session.manifest, _DAMAGED)
    rows = {row.name: row for row in session.manifest.blobs.packs() if row.name in damaged}
    return frozenset(
        name
        for name, row in rows.items()
        if _copied(session, session.manifest.blobs.describe(row), damaged)
    )


def _copied(session: Session, pack: IndexedPack, damaged: frozenset[str]) -> bool:
    """See to it that each blob of a pack is in one that is not damaged. False if that cannot be."""
    blobs, codec = session.manifest.blobs, session.repository.codec
    kind = pack.entries[0].type
    alone = [
        entry
        for entry in pack.entries
        if damaged.issuperset(place.pack for place in blobs.copies(kind, entry.id))
    ]
    sealed = []
    for entry in alone:
        session.control.check()
        try:
            sealed.append(codec.encode(kind, session.repository.load_blob(pack.name, entry)))
        except DAMAGE:
            return False
    if sealed:
        builder = PackBuilder(kind, sum(map(PackBuilder.least_capacity, sealed)))
        for blob in sealed:
            builder.append(blob)
        finished = builder.finish(session.repository.sealer)
        session.repository.save_pack(finished)
        take_up(session, [IndexedPack(finished.name, finished.entries)])
    return True


def _naming(session: Session, packs: Collection[str]) -> set[str]:
    """The index files that name these packs."""
    blobs = session.manifest.blobs
    return blobs.index_naming(row.no for row in blobs.packs() if row.name in packs)


# --- index files ----------------------------------------------------------------------------------


class _Packs:
    """What is stored, to hold an index file against."""

    def __init__(
        self, session: Session, sizes: Mapping[str, int], replaced: Collection[str]
    ) -> None:
        self._session = session
        self._sizes = sizes
        self._replaced = replaced

    def rightly_named(self, name: str, wrong: frozenset[str]) -> list[IndexedPack]:
        """The packs that an index file names, that are there, and that no other names; and those
        that none names so far."""
        blobs = self._session.manifest.blobs
        try:
            packs = self._session.repository.load_index(name)
        except DAMAGE:
            # Nobody else is at work: what no index file names was named by this one, if by any.
            packs = [blobs.describe(row) for row in blobs.named_by(name)]
            take_up_listed(self._session, self._sizes)
        packs = [pack for pack in packs if not blobs.named_elsewhere(pack.name, wrong)]
        packs += [blobs.describe(row) for row in blobs.unindexed_packs()]
        checked = run_parallel(
            {pack.name: pack for pack in packs if pack.name not in self._replaced}.values(),
            lambda pack: (pack, self._is_there(pack)),
            threads=_THREADS,
            weight=lambda _: 1,
            budget=1 << 10,
            tick=self._session.control.check,
        )
        return [pack for pack, there in checked if there]

    def _is_there(self, pack: IndexedPack) -> bool:
        size = pack_size(pack.entries)
        return self._sizes.get(pack.name) == size or self._session.repository.has_pack(
            pack.name, size
        )


def strays(session: Session, sizes: Mapping[str, int]) -> list[str]:
    """Those of the stored packs that no row names."""
    known = {row.name for row in session.manifest.blobs.packs()}
    return [name for name in sizes if name not in known]


def take_up_listed(session: Session, sizes: Mapping[str, int]) -> int:
    """Note the packs that no row names, by the lists they carry: what an index file that is lost
    said of them was not proven each time either. Returns how many."""

    def read(name: str) -> IndexedPack | None:
        try:
            return IndexedPack(name, session.repository.load_pack_header(name, sizes[name]))
        except DAMAGE:
            return None

    found = run_parallel(
        strays(session, sizes),
        read,
        threads=_THREADS,
        weight=lambda _: 1,
        budget=1 << 10,
        tick=session.control.check,
    )
    packs = [pack for pack in found if pack is not None]
    take_up(session, packs)
    return len(packs)


def take_up(session: Session, packs: Iterable[IndexedPack]) -> None:
    """Note packs that are stored: they go into the next index file."""
    with session.manifest.transaction():
        for pack in packs:
            session.manifest.blobs.add_found_pack(pack)


def _names(manifest: Manifest, fact: str) -> frozenset[str]:
    text = manifest.fact(fact)
    return frozenset(msgspec.json.decode(text, type=list[str]) if text else ())


def _remember(manifest: Manifest, fact: str, names: Iterable[str]) -> None:
    manifest.remember(fact, msgspec.json.encode(sorted(names)).decode())
