"""Plainkeep's engine: reads folders, writes the restic repository format, tells what is safe.

Everything of the product but its window. Imports point down the layers of ARCHITECTURE.md and
never to Qt; sentences for people are made in `support` and `cli` alone.
"""

from __future__ import annotations

__version__ = "0.1.0"
