"""When things run by themselves: the schedule, the watcher of folders, what is waited for first.

May import: plan, protocol and everything below them, and what the pipeline leaves out. Must never:
do what it decides. That is the engine's (`agent.by_itself`).
"""
