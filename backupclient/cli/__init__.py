"""The command line: restic's verbs, options, environment, exit codes and JSON.

Parses what was typed, asks the engine, and renders what it says; no backup logic. Only the chosen
command's module is imported, so that quick commands stay quick. Each command module has
`add_arguments(parser)` and `run(args, terminal) -> int` (the exit code).
"""
