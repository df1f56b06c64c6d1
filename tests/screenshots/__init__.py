"""Pictures of every page of the window, made from real states: `python -m tests.screenshots`."""
