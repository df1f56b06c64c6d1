"""Whether somebody set the clock back since the last run."""

from __future__ import annotations

from backupclient.events import NoticeCode, Noticed
from backupclient.manifest.manifest import RunState
from backupclient.operations.session import Session

_TOLERANCE = 300.0
"""Seconds. Clocks are put right by a little all the time."""


def tell_if_set_back(session: Session) -> None:
    """`NoticeCode.CLOCK_JUMPED` if a run of this computer lies in the time to come: then what is
    newest by its time need not be."""
    now = session.clock.now().timestamp()
    own = [run for run in session.manifest.runs() if run.state is not RunState.ADOPTED]
    last = max((run.ended or run.started for run in own), default=0) / 1e9
    if last - now > _TOLERANCE:
        session.emit(Noticed(code=NoticeCode.CLOCK_JUMPED, facts={"seconds": last - now}))
