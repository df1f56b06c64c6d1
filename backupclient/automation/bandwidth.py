"""How fast a backup may be at this hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backupclient.plan import Bandwidth
from backupclient.wire.jobs import Limits


def limits_at(bandwidth: Bandwidth, now: datetime) -> Limits:
    """By the computer's own time zone."""
    clock = now.astimezone().time()
    for hours in bandwidth.hours:
        start, end = hours.span
        inside = start <= clock < end if start < end else clock >= start or clock < end
        if inside:
            return Limits(upload=hours.upload, download=hours.download)
    return Limits(upload=bandwidth.upload, download=bandwidth.download)


def next_change(bandwidth: Bandwidth, now: datetime) -> datetime | None:
    """When the limits may be others; None if they never are."""
    today = now.astimezone().date()
    times = {edge for hours in bandwidth.hours for edge in hours.span}
    moments = (
        # Without a zone of its own, so that the system says what the day's was.
        datetime.combine(today + timedelta(days=days), edge).astimezone(UTC)
        for edge in times
        for days in (0, 1)
    )
    return min((moment for moment in moments if moment > now), default=None)
