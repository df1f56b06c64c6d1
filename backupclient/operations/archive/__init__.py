"""Restoring into one .zip: streamed from the storage into the file, read back and compared.

What a .zip cannot hold (owners, extended attributes, devices) is left out; the last of these is
told. May import what `operations.restore` has for choosing, and must know nothing of `backup`.
"""
