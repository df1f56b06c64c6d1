"""What runs: jobs, their turns, their patience, and what they tell whoever listens.

May import: operations and what is below it. Must never: know of sockets, front ends or the engine's
façade, or say anything in words for people.
"""
