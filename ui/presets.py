"""What is known beforehand: providers of storage, and what nobody would miss in a backup.

Hosts, regions and how they are spelled are the providers' own (their documentation of the S3
interface). Words for people are in `wording_first_run`.
"""

from __future__ import annotations

import enum
from typing import NamedTuple


class Asks(enum.Enum):
    """What an address lacks, besides the storage space's name."""

    REGION = "region"
    ACCOUNT = "account"
    ADDRESS = "address"


class Provider(NamedTuple):
    """`address` has `{region}` or `{account}` where that belongs; empty if the user has to know it.
    `regions` are those known of, others may be typed. `signed_for` is the region to sign for where
    the address does not tell."""

    name: str
    asks: Asks
    address: str = ""
    regions: tuple[str, ...] = ()
    signed_for: str = ""
    example: str = ""


_AWS = (
    "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 "
    "eu-west-3 eu-north-1 eu-south-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-northeast-1 "
    "ap-northeast-2 sa-east-1"
)
_B2 = "us-west-000 us-west-001 us-west-002 us-west-004 us-east-005 eu-central-003 ca-east-006"
_WASABI = (
    "us-east-1 us-east-2 us-central-1 us-west-1 ca-central-1 eu-central-1 eu-central-2 eu-west-1 "
    "eu-west-2 eu-west-3 eu-south-1 ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-2"
)
_DIGITALOCEAN = "nyc3 sfo2 sfo3 ams3 fra1 lon1 sgp1 blr1 syd1 tor1"

PROVIDERS = (
    Provider("Amazon S3", Asks.REGION, "https://s3.{region}.amazonaws.com", tuple(_AWS.split())),
    Provider(
        "Backblaze B2", Asks.REGION, "https://s3.{region}.backblazeb2.com", tuple(_B2.split())
    ),
    Provider("Wasabi", Asks.REGION, "https://s3.{region}.wasabisys.com", tuple(_WASABI.split())),
    Provider("Cloudflare R2", Asks.ACCOUNT, "https://{account}.r2.cloudflarestorage.com"),
    Provider(
        "Hetzner",
        Asks.REGION,
        "https://{region}.your-objectstorage.com",
        ("fsn1", "nbg1", "hel1"),
    ),
    Provider("IDrive e2", Asks.ADDRESS, example="https://….idrivee2.com"),
    Provider(
        "Scaleway", Asks.REGION, "https://s3.{region}.scw.cloud", ("fr-par", "nl-ams", "pl-waw")
    ),
    Provider(
        "DigitalOcean Spaces",
        Asks.REGION,
        "https://{region}.digitaloceanspaces.com",
        tuple(_DIGITALOCEAN.split()),
        "us-east-1",
    ),
    Provider("MinIO", Asks.ADDRESS, example="https://nas.local:9000"),
    Provider("SeaweedFS", Asks.ADDRESS, example="https://nas.local:8333"),
    Provider("Garage", Asks.ADDRESS, signed_for="garage", example="https://nas.local:3900"),
)
OWN_ADDRESS = Provider("", Asks.ADDRESS, example="https://")
"""Any other storage that speaks S3."""


def location_of(provider: Provider, answer: str, space: str) -> str:
    """The address of a backup, as `plan.Storage` has it. `answer` is what the provider `asks`,
    `space` the storage space's name, with a folder in it if wanted ("photos/plainkeep")."""
    answer = answer.strip().rstrip("/")
    if provider.asks is Asks.ADDRESS:
        host = answer if "://" in answer else f"https://{answer}"
    else:
        host = provider.address.format(region=answer, account=answer)
    return f"s3:{host}/{space.strip().strip('/')}"


class Junk(enum.Enum):
    """What is left out unless somebody wants it; the values are patterns of the backup's rules."""

    CACHES = (".cache", ".thumbnails", "Thumbs.db", ".DS_Store", "__pycache__", ".mypy_cache")
    TRASH = (".Trash-*", ".Trashes", "$RECYCLE.BIN", ".local/share/Trash")
    TEMPORARY = ("*.tmp", "~$*", ".~lock.*#", "*.part", "*.crdownload")
    MADE_AGAIN = ("node_modules", ".venv", ".tox", ".gradle")


def junk_rules() -> tuple[str, ...]:
    """The rules of a plan that leaves junk out."""
    return tuple(pattern for kind in Junk for pattern in kind.value)
