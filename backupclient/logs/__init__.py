"""What the programs keep of their own doing: a log of facts, and reports of crashes.

May import errors, settings and clock. Must never keep a secret, or a name that was not allowed:
every text from outside comes through `discreet.Discretion`, which lets known kinds of facts pass
alone.
"""
