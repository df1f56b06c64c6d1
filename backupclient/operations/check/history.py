"""What becomes of a check, in the manifest's notes: people see it among the backups."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import msgspec

from backupclient.errors import BackupError, Cancelled
from backupclient.events import CheckSummary, Damage
from backupclient.manifest.past import CHECKS, checks_in
from backupclient.operations.session import Session
from backupclient.requests import CheckRequest
from backupclient.wire.overview import CheckReport, RunEnd, RunFailure

_MOST = 20
_MOST_PATHS = 20


class Noting:
    """One check at work. Belongs to the job's thread."""

    def __init__(self, session: Session, request: CheckRequest) -> None:
        self._session = session
        self._started = session.clock.now()
        self._read_data = request.read_data
        self.told: dict[Damage, None] = {}
        """What is wrong, so far."""

    def ended(self, summary: CheckSummary) -> None:
        packs, snapshots = summary.packs, summary.snapshots
        self._note(packs=packs, packs_read=summary.packs_read, snapshots=snapshots)

    def cut_short(self, why: BackupError | Cancelled) -> None:
        end, failure = RunEnd.STOPPED, None
        if isinstance(why, BackupError):
            end = RunEnd.FAILED
            failure = RunFailure(code=why.code, facts=why.facts, raw=why.raw)
        self._note(end, failure)

    def _note(
        self,
        end: RunEnd = RunEnd.COMPLETE,
        failure: RunFailure | None = None,
        *,
        packs: int = 0,
        packs_read: int = 0,
        snapshots: int = 0,
    ) -> None:
        affected = dict.fromkeys(path for one in self.told for path in one.affected)
        report = CheckReport(
            started=self._started,
            ended=self._session.clock.now(),
            end=end,
            failure=failure,
            read_data=self._read_data,
            packs=packs,
            packs_read=packs_read,
            snapshots=snapshots,
            errors=len(self.told),
            affected=tuple(affected)[:_MOST_PATHS],
            affected_count=len(affected),
        )
        manifest = self._session.manifest
        kept = (report, *checks_in(manifest.fact(CHECKS)))[:_MOST]
        with manifest.transaction():
            manifest.remember(CHECKS, msgspec.json.encode(kept).decode())


@contextlib.contextmanager
def noting(session: Session, request: CheckRequest) -> Iterator[Noting]:
    """A check that is cut short inside is noted as that, and what ended it goes on."""
    one = Noting(session, request)
    try:
        yield one
    except (BackupError, Cancelled) as error:
        one.cut_short(error)
        raise
