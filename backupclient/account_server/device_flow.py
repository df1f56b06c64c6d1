"""Signing a computer in by a code that is typed in a browser (RFC 8628), and out (RFC 7009)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, Literal, NamedTuple

import sqlalchemy as sa
from fastapi import APIRouter, Form
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from backupclient.account_server import seats
from backupclient.account_server.limits import NEW_SIGN_IN, USER_CODE
from backupclient.account_server.models import DeviceAuthorization, TokenAnswer, TokenError
from backupclient.account_server.problems import Code, Problem, documented
from backupclient.account_server.service import ClientAddress, Served, Service, digest, new_token
from backupclient.account_server.tables import AccessToken, DeviceGrant, GrantState

router = APIRouter(prefix="/oauth", tags=["sign-in"])

CLIENT_ID = "backupclient"
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
LIFETIME = timedelta(minutes=15)
INTERVAL = 3
SLOWER = 5
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628, section 6.1: no words, nothing to mix up
_PURPOSE = "user-code"

Text = Annotated[str, Form(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Uuid = Annotated[str, Form(pattern=r"^[0-9a-fA-F-]{32,36}$")]
Secret = Annotated[str, Form(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


@router.post("/device_authorization", responses=documented(Code.INVALID, Code.TOO_MANY_TRIES))
def device_authorization(
    service: Served,
    address: ClientAddress,
    client_id: Annotated[Literal["backupclient"], Form()],  # noqa: ARG001 - part of the protocol
    device_name: Text,
    system: Text,
    device_uuid: Uuid,
) -> DeviceAuthorization:
    """Begin to sign in: a code for the computer, and one for whoever sits before it."""
    service.limits.take("device-authorization", address, NEW_SIGN_IN)
    device_code, user_code = new_token(), _new_user_code()
    now = service.clock.now()
    with service.database.writing() as session:
        session.execute(sa.delete(DeviceGrant).where(DeviceGrant.expires < now - LIFETIME))
        session.add(
            DeviceGrant(
                device_code_digest=digest(device_code),
                user_code_digest=_user_code_digest(service, user_code),
                device_uuid=device_uuid,
                device_name=device_name,
                system=system,
                state=GrantState.WAITING,
                household_id=None,
                interval=INTERVAL,
                last_poll=None,
                expires=now + LIFETIME,
            )
        )
    page = f"{service.settings.public_url}/device"
    return DeviceAuthorization(
        device_code=device_code,
        user_code=user_code,
        verification_uri=page,
        verification_uri_complete=f"{page}?user_code={user_code}",
        expires_in=int(LIFETIME.total_seconds()),
        interval=INTERVAL,
    )


@router.post(
    "/token",
    response_model=TokenAnswer,
    responses={400: {"model": TokenError}, **documented(Code.INVALID)},
)
def token(
    service: Served,
    grant_type: Annotated[str, Form(min_length=1, max_length=200)],
    device_code: Secret,
    client_id: Annotated[str, Form(min_length=1, max_length=200)],
) -> TokenAnswer | Response:
    """Ask whether somebody has approved; each code is good for one token."""
    if grant_type != GRANT_TYPE:
        return _refused("unsupported_grant_type")
    if client_id != CLIENT_ID:
        return _refused("invalid_client")
    with service.database.writing() as session:
        grant = session.get(DeviceGrant, digest(device_code), with_for_update=True)
        wrong, why = _refusal(service, grant)
        if grant is None or wrong is not None:
            return _refused(wrong or "invalid_grant", why)
        assert grant.household_id is not None
        try:
            device = seats.take(service, session, grant.household_id, seats.NewComputer.of(grant))
        except Problem as problem:
            return _refused("access_denied", problem.code.word)
        grant.state = GrantState.USED
        session.execute(sa.delete(AccessToken).where(AccessToken.device_id == device.id))
        access_token = new_token()
        session.add(
            AccessToken(
                token_digest=digest(access_token), device_id=device.id, created=service.clock.now()
            )
        )
        return TokenAnswer(access_token=access_token, device_id=device.id)


def _refusal(service: Service, grant: DeviceGrant | None) -> tuple[str | None, str]:
    """Why there is no token, if there is a reason; and more of it."""
    now = service.clock.now()
    if grant is None or grant.state == GrantState.USED:
        return "invalid_grant", ""
    if grant.expires <= now:
        return "expired_token", ""
    if grant.state == GrantState.DENIED:
        return "access_denied", ""
    last, grant.last_poll = grant.last_poll, now
    if grant.state == GrantState.APPROVED:
        return None, ""
    if last is not None and (now - last).total_seconds() < grant.interval - 0.5:
        grant.interval += SLOWER
        return "slow_down", ""
    return "authorization_pending", ""


def _refused(error: str, description: str = "") -> JSONResponse:
    said = TokenError(error=error, error_description=description)  # type: ignore[arg-type]
    return JSONResponse(said.model_dump(), 400, headers={"Cache-Control": "no-store"})


@router.post("/revoke", responses=documented(Code.INVALID))
def revoke(
    service: Served,
    token: Secret,
    token_type_hint: Annotated[str, Form(max_length=200)] = "",  # noqa: ARG001 - RFC 7009 has it
) -> dict[str, str]:
    """Sign a computer out: its seat is free, its keys to the storage end. A token that is not
    known is signed out already."""
    seats.sign_out(service, token)
    return {}


# --- for the page ---------------------------------------------------------------------------------


class Waiting(NamedTuple):
    """A computer that waits for somebody's word."""

    device_name: str
    system: str


def waiting(service: Service, person_id: str, user_code: str) -> Waiting:
    """Which computer the code is of; `Problem` NOT_FOUND if of none, or of one that waits no more.
    Counts as a try of that person if not."""
    service.limits.check(_PURPOSE, person_id, USER_CODE)
    with service.database.reading() as session:
        grant = _grant(service, session, user_code)
        if grant is not None:
            return Waiting(grant.device_name, grant.system)
    service.limits.take(_PURPOSE, person_id, USER_CODE)
    raise Problem(Code.NOT_FOUND)


def decide(
    service: Service, person_id: str, household_id: str, user_code: str, *, approve: bool
) -> Waiting:
    """Let the computer with that code into the household, or not. As `waiting`, and NO_FREE_SEAT
    or PLAN_ENDED."""
    known = waiting(service, person_id, user_code)
    with service.database.writing() as session:
        grant = _grant(service, session, user_code, lock=True)
        if grant is None:
            raise Problem(Code.NOT_FOUND)
        if approve:
            seats.needed(session, household_id, grant.device_uuid)
            grant.household_id = household_id
        grant.state = GrantState.APPROVED if approve else GrantState.DENIED
        what = "computer-approved" if approve else "computer-denied"
        service.note(session, household_id, f"person:{person_id}", what, grant.device_name)
    return known


def _grant(
    service: Service, session: Session, user_code: str, *, lock: bool = False
) -> DeviceGrant | None:
    """The one that waits for this code."""
    found = sa.select(DeviceGrant).where(
        DeviceGrant.user_code_digest == _user_code_digest(service, user_code),
        DeviceGrant.state == GrantState.WAITING,
        DeviceGrant.expires > service.clock.now(),
    )
    return session.scalars(found.with_for_update() if lock else found).one_or_none()


def _user_code_digest(service: Service, user_code: str) -> str:
    letters = "".join(letter for letter in user_code.upper() if letter in _LETTERS)
    return service.short_digest(_PURPOSE, letters)


def _new_user_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
