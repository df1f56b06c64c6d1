"""Files the program carries: icons, style, help articles, texts and translations.

Data only, read through `importlib.resources`. Imports nothing and computes nothing.
"""
