"""`backupclient account`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from backupclient.cli import account_household, messages, values
from backupclient.cli.environment import data_folders
from backupclient.cli.exit_codes import Exit
from backupclient.cli.terminal import Terminal
from backupclient.errors import EngineNotRunning, InvalidRequest
from backupclient.link import Link
from backupclient.wire.entitlement import Entitlement, Step, StepState, Walk
from backupclient.wire.storage_plan import AnyPlanRequest, BoughtMore, PlanShown, SetLimit, ShowPlan

if TYPE_CHECKING:
    from backupclient.agent.plan_keeper import PlanKeeper

_SETTLED = (StepState.DONE, StepState.NOT_YET, StepState.FAILED)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Show how much may be stored and who uses it, look whether more was bought, or set a limit "
        "of your own for the backup on this computer. Or sign it in at an account service, and "
        "share the backup of a household."
    )
    words = [f"{name}: {does}" for name, does in account_household.ACTIONS.items()]
    parser.add_argument(
        "action",
        nargs="?",
        default="show",
        choices=[*_ACTIONS, *account_household.ACTIONS],
        help="; ".join(words),
    )
    parser.add_argument(
        "values",
        nargs="*",
        metavar="VALUE",
        help="for limit: a size like 500G, or none; else what the action names",
    )
    account_household.add_arguments(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    if args.action in account_household.ACTIONS:
        return account_household.run(args.action, args.values, args, terminal)
    return _ACTIONS[args.action](args, terminal)


def _show(args: argparse.Namespace, terminal: Terminal) -> int:
    try:
        plan = _ask(args, terminal, lambda no: ShowPlan(id=no))
    except EngineNotRunning:
        plan = _keeper(args, terminal).current()
    _print(plan, terminal)
    return Exit.DONE


def _limit(args: argparse.Namespace, terminal: Terminal) -> int:
    if not args.values:
        raise InvalidRequest(reason="no-size")
    limit = 0 if args.values[0] == "none" else _size(args.values[0])
    try:
        plan = _ask(args, terminal, lambda no: SetLimit(id=no, limit=limit))
    except EngineNotRunning:
        plan = _keeper(args, terminal).set_limit(limit)
    _print(plan, terminal)
    return Exit.DONE


def _size(text: str) -> int:
    try:
        return values.size(text)
    except argparse.ArgumentTypeError as error:
        raise InvalidRequest(str(error), reason="no-size") from error


def _refresh(args: argparse.Namespace, terminal: Terminal) -> int:
    """Ends with 0 if all is as it should be, with 3 if something is still to come."""
    steps = _Steps(terminal)
    try:
        with Link(data_folders(args, terminal.environ).data) as link:
            link.ask(BoughtMore(id=link.new_id()), PlanShown)
            for batch in link.news():
                if batch.walk is not None:
                    steps.walk(batch.walk)
                if steps.done:
                    break
    except EngineNotRunning:
        keeper = _keeper(args, terminal)
        keeper.bought_more(steps)
        keeper.step()
    return Exit.DONE if steps.all_done else Exit.INCOMPLETE


class _Steps:
    """Shows each step once it is settled."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._shown: set[tuple[str, str]] = set()
        self.done = False
        self.all_done = True

    def plan(self, plan: Entitlement) -> None:
        """As one who hears of plans."""

    def walk(self, walk: Walk) -> None:
        for step in walk.steps:
            key = step.code.value, step.subject
            if key not in self._shown and (walk.done or step.state in _SETTLED):
                self._shown.add(key)
                self._show(step)
        self.done = walk.done

    def _show(self, step: Step) -> None:
        self.all_done = self.all_done and step.state is StepState.DONE
        if self._terminal.json:
            self._terminal.json_line(messages.PlanStep(step=step))
            return
        from backupclient.cli.account_text import step_line  # noqa: PLC0415 - reads the catalogue

        self._terminal.result(step_line(step))


def _ask(
    args: argparse.Namespace, terminal: Terminal, request: Callable[[int], AnyPlanRequest]
) -> Entitlement:
    with Link(data_folders(args, terminal.environ).data) as link:
        return link.ask(request(link.new_id()), PlanShown).plan


def _keeper(args: argparse.Namespace, terminal: Terminal) -> PlanKeeper:
    """What an engine would know of it, where none runs."""
    from backupclient.agent.plan_keeper import PlanKeeper  # noqa: PLC0415 - not where one runs
    from backupclient.agent.plan_sources import plan_source  # noqa: PLC0415
    from backupclient.jobs.running import Jobs  # noqa: PLC0415

    data, clock = data_folders(args, terminal.environ).data, terminal.clock
    return PlanKeeper(data, clock, Jobs(clock), plan_source(data, clock), lambda: None)


def _print(plan: Entitlement, terminal: Terminal) -> None:
    if terminal.json:
        terminal.json_line(messages.StoragePlan(plan=plan))
        return
    from backupclient.cli.account_text import plan_lines  # noqa: PLC0415 - reads the catalogue

    for line in plan_lines(plan, terminal.clock.now()):
        terminal.result(line)


_ACTIONS = {"show": _show, "refresh": _refresh, "limit": _limit}
