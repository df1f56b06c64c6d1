"""Index files that are wrong, and packs that are damaged, give way to ones that are right.

Some index files name packs that are gone, or cannot be read any more; of some packs, blobs cannot
be read. A backup does without them, and sends again what it finds; other programs, and a check,
would go on stumbling over them. So, when nobody else is at work, what is right in them is written
anew, and then the old is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from backupclient.decoding import from_json
from backupclient.errors import AccessDenied
from backupclient.events import NoticeCode, Noticed
from backupclient.manifest.blob_index import PackRow
from backupclient.manifest.manifest import Manifest
from backupclient.operations.parallel import run_parallel
from backupclient.operations.session import Session
from backupclient.operations.trees import DAMAGE
from backupclient.repository.index import IndexedPack
from backupclient.repository.layout import FileKind
from backupclient.repository.pack import PackBuilder, pack_size

_WRONG = "wrong-index-files"
_DAMAGED = "damaged-packs"
_MISDESCRIBED = "misdescribed-packs"
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


def note_misdescribed(manifest: Manifest, packs: Iterable[str]) -> None:
    """Remember packs that index files describe wrongly. Part of the open transaction."""
    _remember(manifest, _MISDESCRIBED, _names(manifest, _MISDESCRIBED) | set(packs))


def forget_misdescribed(manifest: Manifest) -> bool:
    """Forget what index files say of the packs they describe wrongly: they count as named by none,
    and these files as wrong. Returns whether there were any. Part of the open transaction."""
    names = _names(manifest, _MISDESCRIBED)
    numbers = [row.no for row in manifest.blobs.packs() if row.name in names] if names else []
    if numbers:
        note_wrong(manifest, manifest.blobs.index_naming(numbers))
        for number in numbers:
            manifest.blobs.drop_pack(number)
    if names:
        _remember(manifest, _MISDESCRIBED, ())
    return bool(numbers)


def is_to_be_mended(manifest: Manifest) -> bool:
    """Whether something was noted that can be mended by now."""
    return bool(wrong_index_files(manifest)) or any(
        _was_sent_again(manifest, row) for row in _damaged_rows(manifest)
    )


def mend(session: Session) -> None:
    """Replace the index files that were noted as wrong, and the packs that were noted as damaged,
    and tell (`NoticeCode.INDEX_REBUILT`).

    A damaged pack goes once all its blobs are whole in others; while one of them is not, it is left
    as it is. The session must be alone, and in step with the storage. Cut short at any moment,
    nothing is missing: what is new is stored before what is old is deleted. Where nothing may be
    deleted, the old stays, which `AccessDenied` says."""
    try:
        mended = _Mending(session).run()
    except AccessDenied:
        with session.manifest.transaction():
            _remember(session.manifest, _WRONG, ())  # or copies would be made each time
            _remember(session.manifest, _DAMAGED, ())
        raise
    if mended:
        session.emit(Noticed(code=NoticeCode.INDEX_REBUILT, facts={"count": mended}))


def _damaged_rows(manifest: Manifest) -> list[PackRow]:
    damaged = _names(manifest, _DAMAGED)
    return [row for row in manifest.blobs.packs() if row.name in damaged] if damaged else []


def _was_sent_again(manifest: Manifest, row: PackRow) -> bool:
    """Whether nothing of a damaged pack still waits to be sent again."""
    ids = {entry.id for entry in manifest.blobs.describe(row).entries}
    return manifest.blobs.distrusted.without(row.kind, ids) == ids


class _Mending:
    """One mending, in the job's thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._manifest = session.manifest
        self._blobs = session.manifest.blobs
        self._repository = session.repository
        self._sizes = {file.name: file.size for file in session.repository.list_packs()}
        self._damaged = _names(session.manifest, _DAMAGED)
        self._replaced: frozenset[str] = frozenset()

    def run(self) -> int:
        """Returns how many index files were replaced."""
        if not self._damaged.isdisjoint(strays(self._session, self._sizes)):
            take_up_listed(self._session, self._sizes)
        rows = _damaged_rows(self._manifest)
        self._replaced = frozenset(row.name for row in rows if self._is_whole_elsewhere(row))
        self._save_unindexed()
        replaced = [row for row in rows if row.name in self._replaced]
        wrong = wrong_index_files(self._manifest)
        wrong |= self._blobs.index_naming(row.no for row in replaced)
        listed = sorted(wrong & self._session.listed(FileKind.INDEX, set(wrong)))
        for name in listed:
            self._replace(name, self._rightly_named(name, wrong))
        for name in sorted(self._replaced):
            self._repository.delete_pack(name)
        with self._manifest.transaction():
            for row in _damaged_rows(self._manifest):
                if row.name in self._replaced:
                    self._blobs.drop_pack(row.no)
            _remember(self._manifest, _WRONG, ())
            _remember(self._manifest, _DAMAGED, self._damaged & self._sizes.keys() - self._replaced)
        return len(listed)

    # --- damaged packs --------------------------------------------------------------------------

    def _is_whole_elsewhere(self, row: PackRow) -> bool:
        """See to it that each blob of a damaged pack is in one that is not. False if that cannot
        be."""
        if not _was_sent_again(self._manifest, row):
            return False
        sealed = []
        for entry in self._blobs.describe(row).entries:
            copies = self._blobs.copies(row.kind, entry.id)
            if any(self._is_sound(place.pack) for place in copies):
                continue
            self._session.control.check()
            try:
                plain = self._repository.load_blob(row.name, entry)
            except DAMAGE:
                return False
            sealed.append(self._repository.codec.encode(row.kind, plain))
        if sealed:
            builder = PackBuilder(row.kind, sum(map(PackBuilder.least_capacity, sealed)))
            for blob in sealed:
                builder.append(blob)
            pack = builder.finish(self._repository.sealer)
            self._repository.save_pack(pack)
            self._sizes[pack.name] = len(pack.data)
            take_up(self._session, [IndexedPack(pack.name, pack.entries)])
        return True

    def _is_sound(self, pack: str) -> bool:
        return pack in self._sizes and pack not in self._damaged

    # --- index files ----------------------------------------------------------------------------

    def _save_unindexed(self) -> None:
        rows = [row for row in self._blobs.unindexed_packs() if row.name not in self._replaced]
        rows = [row for row in rows if self._repository.has_pack(row.name, row.size)]
        if rows:
            self._session.prove_lock()
            name = self._repository.save_index(map(self._blobs.describe, rows))
            with self._manifest.transaction():
                self._blobs.mark_indexed([row.no for row in rows], name)

    def _replace(self, name: str, kept: Sequence[IndexedPack]) -> None:
        self._session.prove_lock()
        new = self._repository.save_index(kept) if kept else ""
        self._repository.delete_index(name)
        with self._manifest.transaction():
            self._blobs.supersede(name, new, [pack.name for pack in kept])

    def _rightly_named(self, name: str, wrong: frozenset[str]) -> list[IndexedPack]:
        """The packs that an index file names, that are there, and that no other names."""
        blobs = self._blobs
        try:
            packs = self._repository.load_index(name)
        except DAMAGE:
            # Nobody else is at work: what no index file names was named by this one, if by any.
            take_up_listed(self._session, self._sizes)
            packs = [blobs.describe(row) for row in blobs.named_by(name)]
            packs += [blobs.describe(row) for row in blobs.unindexed_packs()]
        packs = [pack for pack in packs if not blobs.named_elsewhere(pack.name, wrong)]
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
        return self._sizes.get(pack.name) == size or self._repository.has_pack(pack.name, size)


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
    return frozenset(from_json(text, list[str]) if text else ())


def _remember(manifest: Manifest, fact: str, names: Iterable[str]) -> None:
    manifest.remember(fact, msgspec.json.encode(sorted(names)).decode())
