"""The tables of the manifest: one SQLite database per repository.

```
index_files ─< packs ─< blobs            what the storage holds, as its index files say
runs                                     every run, and the snapshot it ended in
folders ─< entries                       what this computer's folders held when last looked at
        ─< left_out >─ rules             what rules leave out of them
        ─< folder_counts                 how many files of each state lie below
problems                                 what could not be backed up, since when, how it ended
unfinished ─< unfinished_chunks          large files that a run has begun to send
```
Times are whole nanoseconds since the epoch, ids are raw bytes, names are the file system's bytes.
Migrations under `migrations/` lead from any older shape to this one; a test holds the two equal.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData()


meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

index_files = Table(
    "index_files",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

# index_no is empty while a pack was sent but no index file names it yet.
packs = Table(
    "packs",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("index_no", Integer),
    Column("kind", Integer, nullable=False),
    Column("size", Integer, nullable=False),
)
Index("packs_by_name", packs.c.name)
Index("packs_by_index", packs.c.index_no)

# prefix: the first 8 bytes of the id as a signed number. An index over it is a third the size of
# one over ids, and what shares a prefix is told apart by the id itself.
blobs = Table(
    "blobs",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("prefix", Integer, nullable=False),
    Column("id", LargeBinary, nullable=False),
    Column("pack_no", Integer, nullable=False),
    Column("offset", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Column("raw_length", Integer, nullable=False),
)
Index("blobs_by_prefix", blobs.c.prefix)
Index("blobs_by_pack", blobs.c.pack_no)

# set_key: hostname and chosen paths; runs of one set follow each other. listed: whether the
# snapshot was there when the storage was last looked at. failure: JSON of a `RunFailure`.
runs = Table(
    "runs",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("set_key", Text, nullable=False),
    Column("state", Integer, nullable=False),
    Column("started", Integer, nullable=False),
    Column("ended", Integer),
    Column("snapshot_id", Text),
    Column("files_total", Integer, nullable=False, server_default="0"),
    Column("bytes_total", Integer, nullable=False, server_default="0"),
    Column("summary", Text),
    Column("listed", Integer, nullable=False, server_default="0"),
    Column("failure", Text),
)
Index("runs_by_set", runs.c.set_key, runs.c.no)

folders = Table(
    "folders",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("parent_no", Integer, nullable=False),
    Column("name", LargeBinary, nullable=False),
)
Index("folders_by_parent", folders.c.parent_no)

# content: a file's blob ids back to back, a folder's tree id. child: a folder's number.
# racy: mtime or ctime lay so near to the reading that a later change may not show in them.
# fingerprint: xxh3-128 over the chunks' lengths and hashes; empty when never read here.
# run_no: the run that stored it, with a minus sign once a checkpoint of it holds that.
# earlier_run: a run whose own snapshot holds an earlier version; 0 if there is none.
entries = Table(
    "entries",
    metadata,
    Column("folder_no", Integer, primary_key=True),
    Column("name", LargeBinary, primary_key=True),
    Column("kind", Integer, nullable=False),
    Column("mode", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("mtime", Integer, nullable=False),
    Column("ctime", Integer, nullable=False),
    Column("inode", Integer, nullable=False),
    Column("device", Integer, nullable=False),
    Column("state", Integer, nullable=False),
    Column("racy", Integer, nullable=False),
    Column("run_no", Integer, nullable=False),
    Column("child", Integer),
    Column("content", LargeBinary),
    Column("fingerprint", LargeBinary),
    Column("earlier_run", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
# What a backup brings to its end leaves this again, which costs it one microsecond a file.
_UNSAFE = text("state <> 1")
Index("unsafe_entries", entries.c.folder_no, sqlite_where=_UNSAFE)

# Files (and whatever else is a problem or left out) at any depth below a folder, by what tells
# their state. No row counts nothing.
folder_counts = Table(
    "folder_counts",
    metadata,
    Column("folder_no", Integer, primary_key=True),
    Column("run_no", Integer, primary_key=True),
    Column("earlier_run", Integer, primary_key=True),
    Column("state", Integer, primary_key=True),
    Column("files", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("unsafe_folder_counts", folder_counts.c.folder_no, sqlite_where=_UNSAFE)

# A name that is empty stands for everything in the folder that has no entry.
left_out = Table(
    "left_out",
    metadata,
    Column("folder_no", Integer, primary_key=True),
    Column("name", LargeBinary, primary_key=True),
    Column("kind", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("rule_no", Integer, nullable=False),
    sqlite_with_rowid=False,
)

rules = Table(
    "rules",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("origin", LargeBinary, nullable=False),
)

# run_no: the run that met it first; last_run: the last that met it; ended_run: the one that ended
# it. since: when the path could first not be backed up, whatever the reasons since then.
problems = Table(
    "problems",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("run_no", Integer, nullable=False),
    Column("path", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("since", Integer, nullable=False),
    Column("ended", Integer),
    Column("ended_by", Text),
    Column("last_run", Integer, nullable=False, server_default="0"),
    Column("ended_run", Integer),
)
Index("problems_by_path", problems.c.path)

# As the file looked when its reading began.
unfinished = Table(
    "unfinished",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("path", LargeBinary, nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("mtime", Integer, nullable=False),
    Column("ctime", Integer, nullable=False),
    Column("inode", Integer, nullable=False),
    Column("run_no", Integer, nullable=False),
)

# position: from 0. mark: the chunk's xxh3-128. They are in no index: whether a chunk is stored is
# asked of the blobs.
unfinished_chunks = Table(
    "unfinished_chunks",
    metadata,
    Column("file_no", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("id", LargeBinary, nullable=False),
    Column("length", Integer, nullable=False),
    Column("mark", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
