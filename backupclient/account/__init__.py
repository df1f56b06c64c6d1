"""Plans: what may be stored, who says so, and what "I've bought more storage" does.

May import: what is below it. Must never: know of the engine, its sockets or its jobs; it is handed
what it needs of them.
"""
