"""How a command ends that could not do what it was asked to."""

from __future__ import annotations

import traceback

from backupclient.cli import messages
from backupclient.cli.exit_codes import Exit, of_error
from backupclient.cli.terminal import Terminal, Verbosity, as_text, printable
from backupclient.errors import BackupError
from backupclient.support.explainer import explain


def show_error(error: BackupError, terminal: Terminal) -> Exit:
    """Say what happened, what it means for the data and what to do next; details on request."""
    code = of_error(error)
    explanation = explain(error)
    if terminal.json:
        terminal.json_error(
            messages.ExitError(
                code=code,
                message=as_text(explanation.title),
                error=error.code,
                your_data=explanation.your_data,
                meanwhile=explanation.meanwhile,
                next_step=as_text(explanation.next_step),
                facts={k: as_text(v) if isinstance(v, str) else v for k, v in error.facts.items()},
                raw=as_text(error.raw),
            )
        )
        return code
    terminal.explain(f"{printable(explanation.title)}.")
    terminal.explain(f"Your data: {explanation.your_data}")
    terminal.explain(f"Next: {printable(explanation.next_step)}")
    if terminal.verbosity >= Verbosity.DETAILS:
        terminal.explain(f"Meanwhile: {explanation.meanwhile}")
        terminal.warn(f"Details: {printable(str(error))}")
    if terminal.verbosity >= Verbosity.EVERY_FILE:
        terminal.warn("".join(traceback.format_exception(error)).rstrip())
    return code


def show_interrupted(terminal: Terminal, keeps: str) -> Exit:
    """The end after Ctrl-C."""
    if terminal.json:
        terminal.json_error(
            messages.ExitError(
                code=Exit.INTERRUPTED,
                message="Stopped",
                error="stopped",
                your_data=keeps,
                meanwhile="",
                next_step="",
                facts={},
                raw="",
            )
        )
    else:
        terminal.warn(f"Stopped. {keeps}".rstrip())
    return Exit.INTERRUPTED
