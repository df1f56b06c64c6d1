"""What is remembered of large files that a run has begun to send."""

from __future__ import annotations

from backupclient.manifest.manifest import Manifest
from backupclient.manifest.unfinished import BegunFile, Chunk
from tests.manifest.packs import blob


def begun(path: bytes, size: int = 100) -> BegunFile:
    return BegunFile(path, size, mtime=1, ctime=2, inode=3)


def chunk(name: str) -> Chunk:
    return Chunk(blob(name), len(name), blob(name)[:16])


def test_a_file_and_its_chunks_come_back_as_they_were(manifest: Manifest) -> None:
    number = manifest.unfinished.begin(begun(b"/caf\xe9"), run_no=1)
    chunks = [chunk(str(n)) for n in range(300)]
    for position, one in enumerate(chunks):
        manifest.unfinished.add(number, position, one)
    assert manifest.unfinished.all() == {number: begun(b"/caf\xe9")}
    assert manifest.unfinished.chunks(number) == chunks


def test_chunks_after_a_gap_are_not_counted_on(manifest: Manifest) -> None:
    number = manifest.unfinished.begin(begun(b"/f"), run_no=1)
    for position in (0, 1, 3, 4):
        manifest.unfinished.add(number, position, chunk(str(position)))
    assert manifest.unfinished.chunks(number) == [chunk("0"), chunk("1")]


def test_a_file_that_is_begun_again_has_no_chunk_of_before(manifest: Manifest) -> None:
    first = manifest.unfinished.begin(begun(b"/f"), run_no=1)
    manifest.unfinished.add(first, 0, chunk("a"))
    second = manifest.unfinished.begin(begun(b"/f", size=200), run_no=2)
    assert manifest.unfinished.all() == {second: begun(b"/f", size=200)}
    assert manifest.unfinished.chunks(second) == []


def test_the_end_of_a_run_forgets_the_files_of_its_set_alone(manifest: Manifest) -> None:
    runs = [manifest.begin_run(key, started=0) for key in ("one", "other", "one")]
    for no, run in enumerate(runs):
        manifest.unfinished.add(manifest.unfinished.begin(begun(b"/%d" % no), run), 0, chunk("a"))
    manifest.unfinished.drop_set("one")
    [(left, file)] = manifest.unfinished.all().items()
    assert file == begun(b"/1")
    assert manifest.unfinished.chunks(left) == [chunk("a")]
