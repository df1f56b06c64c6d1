"""How long a test waits for what is to come: a busy machine takes its time, and all is well long
before. It is less than a test's time-out, which ends the process with all that it began."""

from __future__ import annotations

PATIENCE = 120.0
PATIENCE_MS = 120_000
