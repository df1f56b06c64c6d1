"""`make bench`: the product against the installed restic, on the same files and the same server.

Everything goes through the two command lines. Nothing is asserted: the report says which targets
are met.
"""
