"""The engine as a process: its jobs, and the socket on which front ends ask for them.

May import: everything but the command line and `link`. Must never: wait for a client, or say
anything in words for people.
"""
