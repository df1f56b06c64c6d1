"""Places: trying and setting one up, and how much is in a folder that may be backed up there."""

from __future__ import annotations

from backupclient.requests import BackupRequest, Place
from backupclient.wire.answers import FolderSize, PlaceFinding, PlaceStep
from backupclient.wire.envelope import Reply, Request


class MeasureFolder(Request, frozen=True, kw_only=True, tag="measure-folder"):
    """`request` has one absolute path. Counting begins with the first time this is asked, and ends
    when it is not asked again within ten seconds."""

    request: BackupRequest


class TryPlace(Request, frozen=True, kw_only=True, tag="try-place"):
    """What fails is told after a second try, not after minutes. An empty password is none."""

    place: Place
    step: PlaceStep


class SetUpPlace(Request, frozen=True, kw_only=True, tag="set-up-place"):
    """A backup that is there and that the password opens is taken over. `recovery_key`, if not
    empty, is to open it too."""

    place: Place
    recovery_key: str = ""


class ThinOut(Request, frozen=True, kw_only=True, tag="thin-out"):
    """To keep the last backup of each of so many days, weeks and months, forget the rest of what
    this computer has made, and give its space back; the newest is always kept. `dry_run`: only to
    say what that would do. It may take long: ask on a connection that nothing else waits for."""

    place: Place
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    dry_run: bool = False


class ThinnedOut(Reply, frozen=True, kw_only=True, tag="thinned-out"):
    """Backups that went (or would) and that stay, and bytes that are free. `refused`: something
    that backups need is missing, so that no space was given back; a check says more."""

    gone: int
    kept: int
    freed: int
    refused: bool


class Measured(Reply, frozen=True, kw_only=True, tag="measured"):
    size: FolderSize


class PlaceTried(Reply, frozen=True, kw_only=True, tag="place-tried"):
    step: PlaceStep
    finding: PlaceFinding


class PlaceSetUp(Reply, frozen=True, kw_only=True, tag="place-set-up"):
    repository_id: str


AnyPlaceRequest = MeasureFolder | TryPlace | SetUpPlace | ThinOut
