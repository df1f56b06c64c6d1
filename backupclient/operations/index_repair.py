"""Index files that are wrong give way to ones that are right.

Some name packs that are gone, or cannot be read any more. A backup does without them; other
programs, and a check, would go on stumbling over them. So, when nobody else is at work, what such
a file rightly names is written into a new one, and then the old one is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from backupclient.errors import AccessDenied
from backupclient.events import NoticeCode, Noticed
from backupclient.manifest.manifest import Manifest
from backupclient.operations.parallel import run_parallel
from backupclient.operations.session import Session
from backupclient.operations.trees import DAMAGE
from backupclient.repository.index import IndexedPack
from backupclient.repository.layout import FileKind
from backupclient.repository.pack import pack_size

_FACT = "wrong-index-files"
_THREADS = 4


def wrong_index_files(manifest: Manifest) -> frozenset[str]:
    """Those that wait to be replaced."""
    text = manifest.fact(_FACT)
    return frozenset(msgspec.json.decode(text, type=list[str]) if text else ())


def note_wrong(manifest: Manifest, names: Iterable[str]) -> None:
    """Remember index files that are to be replaced. Part of the open transaction."""
    _remember(manifest, wrong_index_files(manifest) | set(names))


def mend_index(session: Session) -> None:
    """Replace the index files that were noted as wrong, and tell (`NoticeCode.INDEX_REBUILT`).

    The session must be alone, and in step with the storage. Cut short at any moment, nothing is
    missing: a new file is stored before the old one is deleted. Where nothing may be deleted, the
    old files stay, which `AccessDenied` says."""
    manifest, repository = session.manifest, session.repository
    wrong = wrong_index_files(manifest)
    listed = wrong & {file.name for file in repository.list_files(FileKind.INDEX)}
    sizes = {file.name: file.size for file in repository.list_packs()} if listed else {}
    for name in sorted(listed):
        session.control.check()
        kept = _rightly_named(session, name, wrong, sizes)
        session.prove_lock()
        new = repository.save_index(kept) if kept else ""
        try:
            repository.delete_index(name)
        except AccessDenied:
            with manifest.transaction():
                _remember(manifest, ())  # or a copy of it would be made each time
            raise
        with manifest.transaction():
            manifest.blobs.supersede(name, new, [pack.name for pack in kept])
    with manifest.transaction():
        _remember(manifest, ())
    if listed:
        session.emit(Noticed(code=NoticeCode.INDEX_REBUILT, facts={"count": len(listed)}))


def _rightly_named(
    session: Session, name: str, wrong: frozenset[str], sizes: Mapping[str, int]
) -> list[IndexedPack]:
    """The packs that an index file names, that are there, and that no other names."""
    blobs = session.manifest.blobs
    try:
        packs = session.repository.load_index(name)
    except DAMAGE:
        # Nobody else is at work: what no index file names was named by this one, if by any.
        packs = [blobs.describe(row) for row in blobs.named_by(name)]
        packs += take_up_listed(session, sizes)
    packs = [pack for pack in packs if not blobs.named_elsewhere(pack.name, wrong)]
    return [
        pack
        for pack, there in run_parallel(
            packs,
            lambda pack: (pack, _is_there(session, pack, sizes)),
            threads=_THREADS,
            weight=lambda _: 1,
            budget=1 << 10,
            tick=session.control.check,
        )
        if there
    ]


def strays(session: Session, sizes: Mapping[str, int]) -> list[str]:
    """Those of the stored packs that no row names."""
    known = {row.name for row in session.manifest.blobs.packs()}
    return [name for name in sizes if name not in known]


def take_up_listed(session: Session, sizes: Mapping[str, int]) -> list[IndexedPack]:
    """Note the packs that no row names, by the lists they carry: what an index file that is lost
    said of them was not proven each time either. Returns them."""

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
    return packs


def take_up(session: Session, packs: Iterable[IndexedPack]) -> None:
    """Note packs that are stored: they go into the next index file."""
    with session.manifest.transaction():
        for pack in packs:
            session.manifest.blobs.add_sent_pack(pack)


def _is_there(session: Session, pack: IndexedPack, sizes: Mapping[str, int]) -> bool:
    size = pack_size(pack.entries)
    return sizes.get(pack.name) == size or session.repository.has_pack(pack.name, size)


def _remember(manifest: Manifest, names: Iterable[str]) -> None:
    manifest.remember(_FACT, msgspec.json.encode(sorted(names)).decode())
