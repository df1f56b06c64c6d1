"""`python -m backupclient` is the command `backupclient`."""

from __future__ import annotations

import sys

from backupclient.cli.entry import main

if __name__ == "__main__":
    sys.exit(main())
