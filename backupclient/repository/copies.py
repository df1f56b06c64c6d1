"""Copies of the two files without which nothing that is stored can be opened. A rule that deletes
old files, or a storage that loses one, takes these first: they are the oldest there are.
"""

from __future__ import annotations

from pathlib import Path

from backupclient.repository.layout import CONFIG_KEY, FileKind
from backupclient.repository.repository import Repository
from backupclient.settings import make_private, write_atomically

__all__ = ["copy_of_config", "copy_of_key", "keep_copies"]


def keep_copies(folder: Path, repository: Repository) -> None:
    """Keep the config, and the key file that the repository was opened with and no other, in a
    folder of this computer's, where they are named as in the storage. OSError."""
    config = folder / CONFIG_KEY
    if not config.exists():
        make_private(folder)
        write_atomically(config, repository.config.seal(repository.sealer))
    key = repository.opened_key
    if _keys(folder) != [key.name]:
        make_private(folder / FileKind.KEY.value)
        write_atomically(folder / FileKind.KEY.key(key.name), key.file)
        for other in _keys(folder):
            if other != key.name:  # a password that was changed opens nothing any more
                (folder / FileKind.KEY.key(other)).unlink(missing_ok=True)


def copy_of_config(folder: Path) -> Path | None:
    """Where it is kept, if it is."""
    config = folder / CONFIG_KEY
    return config if config.is_file() else None


def copy_of_key(folder: Path) -> Path | None:
    """Where one is kept, if it is."""
    return next((folder / FileKind.KEY.key(name) for name in _keys(folder)), None)


def _keys(folder: Path) -> list[str]:
    keys = folder / FileKind.KEY.value
    return sorted(file.name for file in keys.iterdir()) if keys.is_dir() else []
