"""What is left out: exactly what restic leaves out for the same rules."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from backupclient.errors import InvalidRequest
from backupclient.repository.repository import Repository
from backupclient.repository.tree import NodeType
from backupclient.requests import BackupRequest, ExcludeRule, RuleKind
from backupclient.storage.folder import FolderStorage
from tests.fakes import ManualClock
from tests.operations.computer import Computer, an_hour_ahead, request
from tests.operations.stored import nodes_of
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.restic import Restic

NAMES = (
    "plain.txt",
    "PLAIN.TXT",
    "build/out.o",
    "build/keep.txt",
    "src/build/deep.o",
    "src/build/sub/deeper.o",
    "src/main.c",
    "src/main.o",
    "src/.hidden",
    "doc/build",
    "doc/a1.txt",
    "doc/b2.txt",
    "doc/!odd",
    "doc/^odd",
    "doc/#odd",
    "doc/with space ",
    "doc/star*name",
    "doc/back\\slash",
    "doc/caf\u00e9",
    "doc/CAF\u00c9",
    "a/b/c/d/e.txt",
    "a/x/c/d/e.txt",
    "a/c/plain.txt",
)


class Both(NamedTuple):
    """We and restic, on one source."""

    computer: Computer
    restic: Restic
    source: Path

    def ours(self, asked: BackupRequest) -> set[str]:
        """Without symlinks, of which restic does not tell."""
        summary = self.computer.backup(asked).summary
        nodes = nodes_of(self.computer, summary.snapshot_id, self.source)
        return {os.fsdecode(p) for p, node in nodes.items() if node.type is not NodeType.SYMLINK}

    def theirs(self, *arguments: str) -> set[str]:
        lines = self.restic("backup", "--dry-run", "--json", "-vv", *arguments, self.source)
        items = [msgspec.json.decode(line) for line in lines.splitlines()]
        paths = [item["item"] for item in items if item["message_type"] == "verbose_status"]
        base = f"{self.source}/"
        return {path.removeprefix(base).rstrip("/") for path in paths if path.startswith(base)} - {
            ""
        }


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    folder = tmp_path_factory.mktemp("excludes")
    clock = ManualClock(an_hour_ahead())
    storage = FolderStorage(folder / "repository", clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    source = folder / "source"
    for name in NAMES:
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (source / "empty").mkdir()
    (source / "link.o").symlink_to("src")
    return Both(
        Computer(storage, folder / "data", clock),
        Restic(folder / "repository", folder / "restic"),
        source,
    )


def asked(both: Both, *patterns: str, kind: RuleKind = RuleKind.EXCLUDE) -> BackupRequest:
    rules = tuple(
        ExcludeRule(pattern.replace("SOURCE", str(both.source)), kind) for pattern in patterns
    )
    return msgspec.structs.replace(request(both.source), rules=rules)


@pytest.mark.needs_restic
@pytest.mark.parametrize(
    "patterns",
    [
        ("*.o",),
        ("build",),
        ("build/",),
        ("src/build", "/doc"),
        ("SOURCE/build",),
        ("/build", "SOURCE/src/*.c"),
        ("build/*", "!build/keep.txt"),
        ("*.txt", "!plain.txt", "a/c/*"),
        ("src", "!src/main.c"),
        ("a/**/e.txt",),
        ("SOURCE/**/c", "src/**/*.o"),
        ("**/sub/**",),
        ("[a-b][0-9].txt", "[^a-z]*odd"),
        ("ma?n.c",),
        ("doc/\\!odd", "#odd", "star\\*name"),
        ("with space ", "back\\\\slash"),
        (".*",),
        ("./src/main.o", "doc/../build", "a//b"),
        ("caf\u00e9", "caf?"),
        ("build/**",),
        ("[!a]*odd", "[!p]lain.txt"),
    ],
    ids=" ".join,
)
def test_a_pattern_leaves_out_what_it_leaves_out_for_restic(
    both: Both, patterns: tuple[str, ...]
) -> None:
    theirs = both.theirs(*(f"--exclude={p}".replace("SOURCE", str(both.source)) for p in patterns))
    everything = {part for name in NAMES for part in _with_parents(name)} | {"empty"}
    assert theirs < everything
    assert both.ours(asked(both, *patterns)) == theirs


def _with_parents(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]


@pytest.mark.needs_restic
def test_letters_may_count_the_same_whether_large_or_small(both: Both) -> None:
    patterns = ("Plain.TXT", "CAF\u00c9", "SRC/Main.*")
    theirs = both.theirs(*(f"--iexclude={pattern}" for pattern in patterns))
    assert both.ours(asked(both, *patterns, kind=RuleKind.IEXCLUDE)) == theirs
    assert not {"plain.txt", "PLAIN.TXT", "src/main.c"} & theirs


def test_a_pattern_that_cannot_be_one_is_refused(both: Both) -> None:
    with pytest.raises(InvalidRequest):
        both.computer.backup(asked(both, "x\\"))


# --- what is in a folder --------------------------------------------------------------------------


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    source = tmp_path / "marked"
    for name in ("tagged", "untagged", "wrong", "short", "deep/tagged/below"):
        (source / name).mkdir(parents=True)
        (source / name / "file").write_text(name)
    signature = b"Signature: 8a477f597d28d172789f06886806bc55"
    (source / "tagged" / "CACHEDIR.TAG").write_bytes(signature + b"\n# comment")
    (source / "deep/tagged" / "CACHEDIR.TAG").write_bytes(signature)
    (source / "wrong" / "CACHEDIR.TAG").write_bytes(b"another signature, but long enough for one")
    (source / "short" / "CACHEDIR.TAG").write_bytes(signature[:-1])
    (source / "large").write_bytes(bytes(2049))
    (source / "limit").write_bytes(bytes(2048))
    (source / "large-link").symlink_to("x" * 3000)
    return source


@pytest.mark.needs_restic
@pytest.mark.parametrize(
    ("arguments", "fields"),
    [
        (["--exclude-caches"], {"exclude_caches": True}),
        (["--exclude-if-present=file"], {"exclude_if_present": ("file",)}),
        (
            ["--exclude-if-present=file:untag", "--exclude-if-present=CACHEDIR.TAG"],
            {"exclude_if_present": ("file:untag", "CACHEDIR.TAG")},
        ),
        (["--exclude-larger-than=2048"], {"exclude_larger_than": 2048}),
    ],
)
def test_what_a_folder_holds_may_leave_it_out_as_it_does_for_restic(
    both: Both, marked: Path, arguments: list[str], fields: dict[str, object]
) -> None:
    here = both._replace(source=marked)
    theirs = here.theirs(*arguments)
    everything = {str(path.relative_to(marked)) for path in marked.rglob("*")}
    assert theirs < everything
    assert here.ours(msgspec.structs.replace(request(marked), **fields)) == theirs


@pytest.mark.needs_root
@pytest.mark.needs_restic
def test_other_file_systems_may_be_left_out_as_they_are_for_restic(
    both: Both, tmp_path: Path
) -> None:
    source = tmp_path / "crossing"
    (source / "mounted").mkdir(parents=True)
    (source / "plain").write_text("here")
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", source / "mounted"], check=True)
    try:
        (source / "mounted" / "inner").mkdir()
        (source / "mounted" / "inner" / "file").write_text("there")
        here = both._replace(source=source)
        theirs = here.theirs("--one-file-system")
        staying = msgspec.structs.replace(request(source), one_file_system=True)
        assert here.ours(staying) == theirs == {"plain", "mounted"}
        assert here.ours(request(source)) == {
            "plain",
            "mounted",
            "mounted/inner",
            "mounted/inner/file",
        }
        assert here.ours(staying) == theirs
    finally:
        subprocess.run(["umount", source / "mounted"], check=True)


def test_a_rule_added_later_and_taken_back_is_honoured_each_time(both: Both) -> None:
    everything = both.ours(request(both.source))
    without = both.ours(asked(both, "doc"))
    assert without == {name for name in everything if name != "doc" and not name.startswith("doc/")}
    assert both.ours(request(both.source)) == everything


def test_names_that_are_no_text_can_be_left_out(both: Both, tmp_path: Path) -> None:
    source = os.fsencode(tmp_path / "bytes")
    os.mkdir(source)
    for name in (b"latin1-\xe9", b"plain"):
        Path(os.fsdecode(os.path.join(source, name))).touch()
    here = both._replace(source=Path(os.fsdecode(source)))
    left = here.ours(asked(here, os.fsdecode(b"*-\xe9")))
    assert left == {"plain"}
