"""A backup: what was chosen is walked, what is new is sent, a snapshot says that it is stored.

`run` is the operation; `walk` puts trees together, `recall` decides what a manifest row is worth,
`ledger` keeps account of what was sent. Must never read a file's content itself (`pipeline` does)
and knows nothing of restoring and checking.
"""
