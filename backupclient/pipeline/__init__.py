"""How a file becomes stored blobs: looked at, read, cut, hashed, sealed, packed, sent.

May import the manifest, the repository and everything below. Works on one source and one
repository at a time and knows nothing of runs, snapshots or users. Must never raise for a problem
with a single file: that is data (`events.FileProblem`).
"""
