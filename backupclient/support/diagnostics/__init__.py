"""The report for support: gathered, shown before it is saved, read again by whoever helps.

`bundle` is the document, `gather`, `notes` and `checks` fill it (with nothing but what this
computer knows and a few seconds of asking), `findings` says what is wrong in it, `saving` and
`reading` are the .zip. Whatever comes from outside passes `logs.discreet`. A window may import
`bundle`, `reading`, `digest`.
"""
