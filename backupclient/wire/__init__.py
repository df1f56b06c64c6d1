"""What the engine and its clients say to each other: the requests, answers and news of the engine's
socket, as structs. `protocol` is the whole of it, the other modules are its parts, by what they are
about.

Imports nothing that is slow to load: the quick commands and the window live on it.
"""
