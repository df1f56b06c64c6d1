"""Where the command begins.

Loading makes many objects and hardly a cycle of them: looking for cycles as often as Python does
would cost a quick command, such as `status`, a sixth of its time.
"""

from __future__ import annotations

import gc

gc.set_threshold(50_000, 20, 20)

from backupclient.cli.main import main  # noqa: E402 - what it loads is what this is about

__all__ = ["main"]
