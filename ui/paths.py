"""How paths are written in the window: from the home folder, where they lead from it."""

from __future__ import annotations

import os
import re
from pathlib import Path


def shown_path(path: str) -> str:
    """ "~/Documents". What is no absolute path stays as it is."""
    home = str(Path.home())
    if path == home or path.startswith(home.rstrip(os.sep) + os.sep):
        return "~" + path[len(home.rstrip(os.sep)) :]
    return path


def shown_paths(sentence: str) -> str:
    """The same for the paths in a sentence."""
    home = str(Path.home()).rstrip(os.sep)
    if not home or home not in sentence:
        return sentence
    return re.sub(rf"(?<![\w.~-]){re.escape(home)}(?![\w.-])", "~", sentence)
