"""A restore: planned whole, fetched once, written under temporary names, renamed, proven.

`run` is the operation, `plan` what it will do. Nothing there is overwritten but by the rule that
was asked for. Knows nothing of backing up and checking.
"""
