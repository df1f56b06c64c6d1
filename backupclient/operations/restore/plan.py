"""What a restore will do: every file with the place of each of its parts, decided before anything
is written. Reads trees and what the target holds already; changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from backupclient.errors import DataDamaged
from backupclient.events import FileProblem, Reason
from backupclient.manifest.scratch import RestorePlan
from backupclient.manifest.scratch_rows import HERE, FileRow, FirstRow, PartRow
from backupclient.operations.restore.choice import Choice
from backupclient.operations.restore.existing import Existing, Found, Part, Verdict
from backupclient.operations.restore.metadata import pack_metadata, pack_special
from backupclient.operations.restore.parts import SLICE, Places
from backupclient.operations.restore.second_names import SecondNames
from backupclient.operations.restore.target import ROOT, Target
from backupclient.operations.session import Session
from backupclient.operations.trees import DAMAGE, UNREADABLE, TreeReader, reason_of
from backupclient.repository.names import is_valid_name
from backupclient.repository.tree import Node, NodeType
from backupclient.requests import Overwrite


class Counts:
    """What is planned. Files are everything but folders."""

    def __init__(self) -> None:
        self.files = 0
        self.bytes = 0
        self.bytes_here = 0
        """Of those, the bytes that need not be fetched."""
        self.new_bytes = 0
        """What the target will need more room for than it does now."""
        self.largest_replacement = 0
        self.small_files = 0
        """Files to be fetched that are one blob."""
        self.kept = 0
        self.unchanged = 0
        self.renamed = 0
        """Files that get a new name beside what is there."""


class _Folder:
    """A folder of the snapshot. It has a number once something in it is wanted."""

    __slots__ = ("above", "name", "no", "node", "text", "tree")

    def __init__(
        self, tree: bytes, above: _Folder | None, name: bytes, node: Node | None, text: str
    ) -> None:
        self.tree = tree
        self.above = above
        self.name = name
        self.node = node
        self.text = text
        self.no = ROOT if above is None else -1


def _identity(node: Node) -> bytes:
    """What two names of one file share. The content is part of it: the number of a file that was
    deleted is given to another."""
    digest = hashlib.sha256(f"{node.device_id} {node.inode} ".encode())
    for blob in node.content or ():
        digest.update(blob)
    return digest.digest()


class Planner:
    """Fills a `RestorePlan`. Belongs to the job's thread."""

    def __init__(
        self,
        session: Session,
        target: Target,
        plan: RestorePlan,
        choice: Choice,
        overwrite: Overwrite,
        second_names: SecondNames,
    ) -> None:
        self._trees = TreeReader(session)
        self._blobs = session.manifest.blobs
        self._control = session.control
        self._target = target
        self._folders = target.folders
        self._plan = plan
        self._choice = choice
        self._existing = Existing(target, overwrite, session.control)
        self._keeps_both = overwrite is Overwrite.KEEP_BOTH
        self._second_names = second_names
        self._names: frozenset[bytes] = frozenset()
        """What the folder that is being planned holds in the snapshot."""
        self._numbers: dict[str, int] = {}
        self._stack: list[_Folder] = []
        self.packs: list[str] = []
        """The packs' names; number 1 comes first."""
        self.counts = Counts()
        self.leftovers: list[tuple[int, bytes]] = []
        """Temporary files of an earlier run that are of no use: folder and name."""
        self.tick: Callable[[], None] = lambda: None
        self.tell: Callable[[FileProblem], None] = session.emit

    def begin(self, tree: bytes) -> None:
        """Plan everything below a tree, with `step` or `run`."""
        self._stack = [_Folder(tree, None, b"", None, "")]

    @property
    def done(self) -> bool:
        return not self._stack

    def step(self) -> bool:
        """Plan one folder; false if there was none left. A tree or file that is damaged is told as
        a `FileProblem`, and the rest is planned."""
        if not self._stack:
            return False
        folder = self._stack.pop()
        try:
            nodes = self._trees.load(folder.tree)
        except UNREADABLE as error:
            self._problem(self._path(folder, b""), reason_of(error), str(error))
            return True
        below = self._plan_folder(folder, nodes)
        self._stack.extend(reversed(below))
        return True

    def run(self) -> None:
        """Plan all that is left."""
        while self.step():
            self.tick()
        self._plan.finish()

    def _plan_folder(self, folder: _Folder, nodes: list[Node]) -> list[_Folder]:
        below: list[_Folder] = []
        files: list[tuple[bytes, Node]] = []
        taken: set[bytes] = set()
        self._names = frozenset(node.name for node in nodes)
        for node in nodes:
            name = self._name(folder, node, taken)
            if name is None:
                continue
            text = ""
            wanted = True
            if not self._choice.everything:
                text = f"{folder.text}/{node.name.decode('utf-8', 'surrogateescape')}"
                wanted = self._choice.takes(text)
            if node.type is NodeType.DIR:
                self._plan_subfolder(folder, name, node, text, wanted, below)
            elif wanted and node.type is NodeType.FILE:
                files.append((name, node))
            elif wanted:
                self._plan_special(folder, name, node)
        if files:
            self._existing.planned(self._number(folder), taken)
            self._plan_files(folder, files)
        if folder.no >= 0:
            useless = self._existing.useless_leftovers(folder.no)
            self.leftovers += [(folder.no, name) for name in useless]
        return below

    def _name(self, folder: _Folder, node: Node, taken: set[bytes]) -> bytes | None:
        """What the node will be called, or None if it cannot be restored under any name."""
        name = node.name
        if not is_valid_name(name):
            self._problem(self._path(folder, b""), Reason.ODD_NAME, repr(name))
            return None
        if len(name) > self._target.name_max:
            name = self._target.short_name(name)
            self._problem(self._path(folder, node.name), Reason.NAME_SHORTENED, repr(name))
        if name in taken:
            self._problem(self._path(folder, name), Reason.DAMAGED, "two of one name")
            return None
        taken.add(name)
        return name

    def _plan_subfolder(
        self,
        folder: _Folder,
        name: bytes,
        node: Node,
        text: str,
        wanted: bool,
        below: list[_Folder],
    ) -> None:
        if node.subtree is None:
            self._problem(self._path(folder, name), Reason.DAMAGED, "folder without a tree")
            return
        subfolder = _Folder(node.subtree, folder, name, node, text)
        if wanted:
            self._number(subfolder)
        if self._choice.everything or self._choice.may_take_below(text):
            below.append(subfolder)

    def _number(self, folder: _Folder) -> int:
        """The folder's number; it and those above it are part of the plan from now on."""
        chain = []
        step: _Folder | None = folder
        while step is not None and step.no < 0:
            chain.append(step)
            step = step.above
        for one in reversed(chain):
            assert one.above is not None
            assert one.node is not None
            one.no = self._folders.add(one.above.no, self._folder_name(one.above.no, one.name))
            try:
                self._plan.add_folder(one.no, pack_metadata(one.node))
            except DataDamaged as error:
                self._problem(self._path(one, b""), Reason.METADATA, error.raw)
        return folder.no

    def _plan_special(self, folder: _Folder, name: bytes, node: Node) -> None:
        if node.type is NodeType.SOCKET:
            return
        if node.type is NodeType.IRREGULAR:
            self._problem(self._path(folder, name), Reason.SPECIAL, node.type.value)
            return
        self.counts.files += 1
        folder_no = self._number(folder)
        for candidate in self._candidates(name):
            verdict = self._existing.look(folder_no, candidate, node)
            if verdict is not Verdict.OTHER:
                break
        if verdict is Verdict.KEEP:
            self.counts.kept += 1
            return
        self.counts.renamed += candidate != name
        try:
            self._plan.add_special(folder_no, candidate, pack_special(node))
        except DataDamaged as error:
            self._problem(self._path(folder, name), Reason.DAMAGED, error.raw)

    # --- files ----------------------------------------------------------------------------------

    def _plan_files(self, folder: _Folder, files: list[tuple[bytes, Node]]) -> None:
        """Look up the blobs of as many files at once as is good."""
        batch: list[tuple[bytes, Node]] = []
        count = 0
        for name, node in files:
            size = len(node.content or ())
            if batch and count + size > SLICE:
                self._plan_batch(folder, batch)
                batch, count = [], 0
            batch.append((name, node))
            count += size
        if batch:
            self._plan_batch(folder, batch)

    def _plan_batch(self, folder: _Folder, batch: list[tuple[bytes, Node]]) -> None:
        self._control.check()
        folder_no = self._number(folder)
        places = Places(self._blobs, [node.content or () for _, node in batch])
        for name, node in batch:
            self.counts.files += 1
            try:
                self._plan_file(folder_no, name, node, places)
            except DAMAGE as error:
                self._problem(self._path(folder, name), Reason.DAMAGED, error.raw or str(error))

    def _plan_file(self, folder_no: int, name: bytes, node: Node, places: Places) -> None:
        content = node.content
        if content is None:
            raise DataDamaged("file without content")
        parts = places.parts(content)
        total = sum([part.length for part in parts])
        if total != node.size:
            raise DataDamaged(f"{node.size} bytes are promised, {total} are stored")
        facts = pack_metadata(node)
        if node.links > 1 and self._is_link(folder_no, name, node):
            return
        self.counts.bytes += total
        name, found = self._examine(folder_no, name, node, parts)
        if found.verdict is Verdict.SETTLED and self._keeps_both:
            self.counts.unchanged += 1
            self.counts.bytes_here += total
            return
        if found.verdict is Verdict.KEEP:
            self.counts.kept += 1
            self.counts.bytes_here += total
            return
        no = self._plan.next_file_no
        if node.links > 1 and self._plan.first_of(_identity(node)) is None:
            self._plan.add_first(_identity(node), FirstRow(no, folder_no, name))
        if found.verdict is Verdict.SETTLED:
            self.counts.unchanged += 1
            self.counts.bytes_here += total
            self._plan.add_file(FileRow(no, folder_no, name, total, 0, True, name, facts), ())
            return
        fetched = len(content) - sum(found.held)
        self._plan.add_file(
            FileRow(no, folder_no, name, total, fetched, False, found.origin, facts),
            self._rows(no, parts, found.held),
        )
        self.counts.small_files += fetched == len(content) == 1
        self.counts.new_bytes += total - found.replaced
        if found.replaced:
            counts = self.counts
            counts.largest_replacement = max(counts.largest_replacement, total)

    def _examine(
        self, folder_no: int, name: bytes, node: Node, parts: Iterable[Part]
    ) -> tuple[bytes, Found]:
        """Which name the file gets, and what is there of it."""
        for candidate in self._candidates(name):
            found = self._existing.examine(folder_no, candidate, node, parts)
            if found.verdict is not Verdict.OTHER:
                break
        self.counts.renamed += candidate != name and found.verdict is Verdict.MAKE
        return candidate, found

    def _candidates(self, name: bytes) -> Iterator[bytes]:
        """The name; then, for where something else has it, names that nothing in the snapshot
        has."""
        yield name
        for other in self._second_names.of(name):
            if other not in self._names:
                yield self._target.short_name(other)

    def _folder_name(self, above: int, name: bytes) -> bytes:
        """Where both are kept, a folder does not take the place of a file."""
        if not self._keeps_both:
            return name
        return next(
            candidate
            for candidate in self._candidates(name)
            if not self._existing.is_no_folder(above, candidate)
        )

    def _rows(self, no: int, parts: Iterable[Part], held: Sequence[bool]) -> Iterator[PartRow]:
        at = 0
        for index, (blob, place, length) in enumerate(parts):
            if held and held[index]:
                self.counts.bytes_here += length
                yield PartRow(HERE, no, no, at, place.length, place.raw_length, blob)
            else:
                pack_no = self._numbers.get(place.pack) or self._number_pack(place.pack)
                yield PartRow(pack_no, place.offset, no, at, place.length, place.raw_length, blob)
            at += length

    def _number_pack(self, name: str) -> int:
        self.packs.append(name)
        self._numbers[name] = len(self.packs)
        return len(self.packs)

    def _is_link(self, folder_no: int, name: bytes, node: Node) -> bool:
        """Whether the file has been planned under another name; this one is linked to it."""
        first = self._plan.first_of(_identity(node))
        if first is None:
            return False
        verdict = self._existing.look(folder_no, name, node)
        if verdict is Verdict.OTHER:
            return False  # its content tells whether it needs a name of its own
        if verdict is Verdict.KEEP:
            self.counts.kept += 1
        else:
            self._plan.add_link(folder_no, name, first)
        return True

    # --- telling --------------------------------------------------------------------------------

    def _path(self, folder: _Folder, name: bytes) -> bytes:
        names = [name] if name else []
        step: _Folder | None = folder
        while step is not None and step.above is not None:
            names.append(step.name)
            step = step.above
        return b"/" + b"/".join(reversed(names))

    def _problem(self, path: bytes, reason: Reason, raw: str) -> None:
        text = path.decode("utf-8", "surrogateescape")
        self.tell(FileProblem(path=text, reason=reason, raw=raw))
