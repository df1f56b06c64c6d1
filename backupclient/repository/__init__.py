"""The restic repository format, version 2: what is stored, byte for byte, and how it is reached.

The codecs (crypto, blob, pack, index, tree, snapshot, config, key_file, lock_file, unpacked, names,
rfc3339, chunking) are pure: bytes in, structs out, no storage, no database, no threads. Above them
`repository`, `keys`, `lock` and `cache` read and write through a `Storage`.
May import: storage.base, errors, clock, control. Must never: know files of this computer, change a
stored object (config apart, nothing is ever overwritten), or decide what is backed up.
"""
