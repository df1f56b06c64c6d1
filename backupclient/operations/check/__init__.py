"""A check: whether what the storage holds is whole, and which files are touched where it is not.

`run` is the operation; `trees` follows every snapshot, `packs` reads the data back. Changes
nothing. Knows nothing of backing up and restoring.
"""
