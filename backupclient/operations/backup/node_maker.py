"""The nodes of a folder being put together."""

from __future__ import annotations

import os

from backupclient.manifest.contents import blob_ids
from backupclient.manifest.manifest import Entry, EntryKind
from backupclient.operations.backup.folder import Folder
from backupclient.pipeline.scanner import Found, build_node
from backupclient.repository.tree import NodeEncoder


class NodeMaker:
    """Makes nodes of what was found and encodes them. Belongs to the job's thread."""

    def __init__(self, *, with_atime: bool) -> None:
        self._with_atime = with_atime
        self._encoder = NodeEncoder()

    def add(
        self,
        folder: Folder,
        found: Found,
        path: bytes,
        *,
        device: int | None = None,
        content: tuple[bytes, ...] | None = None,
        size: int = 0,
        subtree: bytes | None = None,
        attributes: bool = True,
    ) -> None:
        """Add the node of one thing; see `build_node`. Raises OSError if a symlink is gone."""
        node = build_node(
            found,
            path,
            device=device,
            content=content,
            size=size,
            subtree=subtree,
            attributes=attributes,
            with_atime=self._with_atime,
        )
        folder.nodes.append((found.name, self._encoder.encode(node)))

    def add_kept(self, folder: Folder, found: Found, entry: Entry) -> None:
        """Add the node of something that is as its row has it."""
        is_file = found.kind is EntryKind.FILE
        self.add(
            folder,
            found,
            os.path.join(folder.path, found.name),
            device=entry.device,
            content=blob_ids(entry.content) if is_file else None,
            size=entry.size if is_file else 0,
            subtree=entry.content if found.kind is EntryKind.FOLDER else None,
        )
