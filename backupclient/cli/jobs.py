"""`backupclient jobs`."""

from __future__ import annotations

import argparse

from backupclient.cli import automation_text
from backupclient.cli.at_work import done, named, standing
from backupclient.cli.environment import data_folders
from backupclient.cli.exit_codes import Exit
from backupclient.cli.terminal import Terminal
from backupclient.errors import EngineNotRunning
from backupclient.link import Link
from backupclient.wire.automatic import Automation, AutomationStatus, GetAutomation
from backupclient.wire.jobs import JobInfo, Jobs, ListJobs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "List what is at work, what waits, and what ended last."


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Nothing at work is an answer, too."""
    jobs: tuple[JobInfo, ...] = ()
    automation = AutomationStatus()
    try:
        with Link(data_folders(args, terminal.environ).data) as link:
            jobs = link.ask(ListJobs(id=link.new_id()), Jobs).jobs
            automation = link.ask(GetAutomation(id=link.new_id()), Automation).status
    except EngineNotRunning:
        pass
    if terminal.json:
        terminal.json_line(jobs)
        return Exit.DONE
    now = terminal.clock.now()
    for job in jobs:
        parts = (standing(job, now), "" if job.state.ended else done(job.progress))
        terminal.result(f"{job.job}  {named(job)}: {', '.join(part for part in parts if part)}")
    if not jobs:
        terminal.say("Nothing is at work.")
    if text := automation_text.line(automation, now):
        terminal.say(text)
    return Exit.DONE
