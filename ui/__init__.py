"""The window. Qt only: it shows what the engine says and hands on what the user wants.

May import `backupclient.link` to reach the engine, and `backupclient`'s events, errors, settings
and support for what they say. Must never do a backup's work, touch storage or open the manifest.
"""
