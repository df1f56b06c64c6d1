"""Words for people: what every problem means, and amounts as people say them.

May import events, errors and everything below; reads its texts from `resources`.
Must never decide what the engine does: it is asked only when somebody reads.
"""
