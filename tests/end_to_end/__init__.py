"""The product as a person uses it: its command line, real storage, and restic as the judge.

Nothing here imports the engine. `BACKUPCLIENT_COMMAND` names another program to be tested
instead, such as a frozen build.
"""
