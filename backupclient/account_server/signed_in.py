"""Which computer a request comes from: `Authorization: Bearer TOKEN`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, NamedTuple

import sqlalchemy as sa
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import Served, digest
from backupclient.account_server.tables import AccessToken, Device, Seat

SEEN_EVERY = timedelta(minutes=1)
DEVICE_CODES = (Code.NOT_SIGNED_IN, Code.SEAT_RELEASED, Code.DATA_DELETED)
"""How every endpoint for computers can refuse."""

_bearer = HTTPBearer(auto_error=False, scheme_name="computer")


class SignedInDevice(NamedTuple):
    """A computer with a seat."""

    device_id: str
    household_id: str


def _signed_in(
    service: Served,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> SignedInDevice:
    if credentials is None:
        raise Problem(Code.NOT_SIGNED_IN)
    token = digest(credentials.credentials)
    with service.database.reading() as session:
        row = session.execute(
            sa.select(Device.id, Device.household_id, Device.seat, Device.last_seen)
            .join(AccessToken, AccessToken.device_id == Device.id)
            .where(AccessToken.token_digest == token)
        ).one_or_none()
    if row is None:
        raise Problem(Code.NOT_SIGNED_IN)
    if row.seat != Seat.HELD:
        raise Problem(Code.DATA_DELETED if row.seat == Seat.ENDED else Code.SEAT_RELEASED)
    if service.clock.now() - row.last_seen > SEEN_EVERY:
        service.streams.saw(row.id)
    return SignedInDevice(row.id, row.household_id)


SignedIn = Annotated[SignedInDevice, Depends(_signed_in)]
"""The computer that asks, for an endpoint's parameter."""
