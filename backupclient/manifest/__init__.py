"""What this computer knows of one repository and of the folders it backs up: one SQLite database.

It is knowledge, not truth: everything in it but history, settings, fingerprints and "proven on"
dates can be rebuilt from the repository, and is when it is damaged or deleted. May import the
repository's structs and everything below; must never talk to a storage. The only place that
imports SQLAlchemy in the client; sqlite's errors are translated here and nowhere else.
"""
