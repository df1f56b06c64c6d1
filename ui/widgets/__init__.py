"""The parts every page is made of: texts, buttons, cards, bars and charts.

They show what they are told and tell what was clicked. They know nothing of the engine, hold no
sentences, and take their look from `theme`.
"""
