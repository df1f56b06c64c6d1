"""The reference account service: plans, computers and their seats, storage and the keys to it.

Serves `python -m backupclient.account_server` (extra `account-server`) and shares no state between
its processes but the database. May import: storage, clock, errors. The client and it know each
other by what is spoken alone: nothing of the client imports this package, nor the other way round.
Must never be given a password of a backup, a repository key or a file name.
"""
