"""What a user can ask for: back up, restore, check, browse. Plan first, then run.

Each operation works on an open `Session`, sends typed events, and ends in a summary or an error.
May import everything below; must never hold sentences for people, and never decide when it runs.
"""
