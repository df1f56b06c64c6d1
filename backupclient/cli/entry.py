"""Where the command begins.

Loading makes many objects and hardly a cycle of them: looking for cycles as often as Python does
would cost a quick command, such as `status`, a sixth of its time. So would what msgspec loads where
it finds it, but needs only on older Pythons than ours.
"""

from __future__ import annotations

import gc
import sys

gc.set_threshold(50_000, 20, 20)

_UNNEEDED = "typing_extensions"
if _UNNEEDED not in sys.modules:
    sys.modules[_UNNEEDED] = None  # type: ignore[assignment]  # "not there" (`importlib`)
    import msgspec  # noqa: F401 - for its loading

    del sys.modules[_UNNEEDED]

from backupclient.cli.main import main  # noqa: E402 - what it loads is what this is about

__all__ = ["main"]
