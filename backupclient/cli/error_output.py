"""How a command ends that could not do what it was asked to."""

from __future__ import annotations

import traceback

from backupclient.cli import messages
from backupclient.cli.exit_codes import Exit, of_error
from backupclient.cli.terminal import Terminal, Verbosity, as_text, printable
from backupclient.errors import BackupError, Fact, InvalidRequest, StorageFull
from backupclient.support.explainer import Explanation, explain, explain_code


def show_error(error: BackupError, terminal: Terminal) -> Exit:
    """Say what happened, what it means for the data and what to do next; details on request."""
    code = of_error(error)
    again = error.transient or isinstance(error, StorageFull)
    _show(explain(error), code, error.facts, error.raw, terminal, again=again)
    if not terminal.json:
        if terminal.verbosity >= Verbosity.DETAILS:
            terminal.warn(f"  Details: {printable(str(error))}")
        if terminal.verbosity >= Verbosity.EVERY_FILE:
            terminal.warn("".join(traceback.format_exception(error)).rstrip())
    return code


def show_failure(name: str, facts: dict[str, Fact], terminal: Terminal) -> Exit:
    """The end of a command that did its work and found something wrong; `name` is a code of the
    explainer."""
    _show(explain_code(name, facts), Exit.FAILED, facts, "", terminal)
    return Exit.FAILED


def _show(
    explanation: Explanation,
    code: Exit,
    facts: dict[str, Fact],
    raw: str,
    terminal: Terminal,
    *,
    again: bool = False,
) -> None:
    """`again`: the same command will do once the cause has passed."""
    if terminal.json:
        terminal.json_error(
            messages.ExitError(
                code=code,
                message=as_text(explanation.title),
                error=explanation.code,
                your_data=as_text(explanation.your_data),
                meanwhile=as_text(explanation.meanwhile),
                next_step=as_text(explanation.next_step),
                facts={k: as_text(v) if isinstance(v, str) else v for k, v in facts.items()},
                raw=as_text(raw),
            )
        )
        return
    terminal.explain(f"{printable(explanation.title)}.")
    for name, text in (
        ("Your data", explanation.your_data),
        ("Meanwhile", explanation.meanwhile if terminal.verbosity >= Verbosity.DETAILS else ""),
        ("Next", explanation.next_step),
        ("Then", "Run the same command again; what was done is kept." if again else ""),
        ("More", "" if _all_said(explanation) else f"backupclient explain {explanation.code}"),
    ):
        if text:
            terminal.explain(f"{name}: {printable(text)}", "  ")


def _all_said(explanation: Explanation) -> bool:
    return explanation.code.startswith(InvalidRequest.code)


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
