"""Addresses of providers, what is junk, what a password is worth, and what a sheet says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp

from backupclient.storage.location import S3Location, parse_location
from ui.dialogs.recovery_sheet import Sheet, SheetView, commands
from ui.drives import _of_system, drive_of, drives
from ui.password_worth import worth
from ui.presets import OWN_ADDRESS, PROVIDERS, Asks, junk_rules, location_of
from ui.theme import Theme

KEY = "KX7M-2FQ9-81TD-VN4P-6HCA-R3WE-Q2XG"  # made up, and of no use outside the tests


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_provider_has_an_address_that_a_storage_can_be_opened_at(provider: object) -> None:
    assert provider in PROVIDERS
    chosen = PROVIDERS[PROVIDERS.index(provider)]
    for answer in chosen.regions or ("answer.example",):
        place = parse_location(location_of(chosen, answer, " my-space/laptop/ "))
        assert isinstance(place, S3Location)
        assert (place.bucket, place.prefix) == ("my-space", "laptop")
        assert place.endpoint.startswith("https://")
        assert answer in place.endpoint
        if chosen.asks is Asks.REGION:
            assert answer in (place.region, chosen.regions[0]) or chosen.signed_for


def test_an_address_is_taken_as_it_was_typed() -> None:
    assert location_of(OWN_ADDRESS, "nas.local:9000/", "s") == "s3:https://nas.local:9000/s"
    assert location_of(OWN_ADDRESS, "http://10.0.0.2:8333", "s") == "s3:http://10.0.0.2:8333/s"


def test_junk_is_nothing_that_people_make() -> None:
    assert "node_modules" in junk_rules()
    assert not {"*", "*.*", "Downloads", "*.bak"} & set(junk_rules())


def test_a_password_is_weighed_in_words(theme: Theme) -> None:
    assert worth("") == ("", "")
    assert worth("123456")[1] == "attention"
    assert worth("aaaaaaaaaaaaaaaaaaaaaaaaa")[1] == "attention", "length alone is not enough"
    assert worth("green rabbit at noon")[1] == "safe"


def test_a_sheet_for_a_drive_says_nothing_of_access_keys() -> None:
    sheet = Sheet("Home PC", datetime(2026, 3, 1, tzinfo=UTC), "/media/my drive/Plainkeep", KEY)
    assert "AWS" not in "".join(commands(sheet))
    assert "'/media/my drive/Plainkeep'" in "".join(commands(sheet))
    assert sheet.code == f"/media/my drive/Plainkeep\n{KEY}"


def test_a_sheet_can_be_heard(theme: Theme) -> None:
    view = SheetView()
    view.show_sheet(
        Sheet("Home PC", datetime(2026, 3, 1, tzinfo=UTC), "/media/drive/Plainkeep", KEY)
    )
    assert "/media/drive/Plainkeep" in view.accessibleName()
    assert view.height() > 400


@pytest.mark.parametrize(
    "location",
    [
        "/media/drive/Plainkeep",
        "s3:https://s3.eu-central-003.example.com/plainkeep-0123456789abcdef01234567/laptop",
        "/media/Grüße & Küsse/Sicherung",
    ],
)
def test_a_machine_reads_the_code_of_a_sheet(theme: Theme, location: str) -> None:
    """As a telephone's camera sees it on the screen; on paper it is sharper."""
    sheet = Sheet("Home PC", datetime(2026, 3, 1, tzinfo=UTC), location, KEY)
    view = SheetView()
    view.show_sheet(sheet)
    view.resize(view.sizeHint())
    [code] = zxingcpp.read_barcodes(view.grab().toImage())
    assert code.text == sheet.code


def test_the_drive_of_a_folder_that_is_not_there_yet_is_known(tmp_path: Path) -> None:
    drive = drive_of(tmp_path / "not" / "yet")
    assert drive.total > 0
    assert drive.disk == drive_of(tmp_path).disk
    assert drive_of(Path("/")).disk not in {other.disk for other in drives()}


def test_what_belongs_to_the_system_is_no_drive_for_a_backup() -> None:
    assert _of_system(Path("/boot/efi"))
    assert _of_system(Path("/var/lib/containers"))
    assert not _of_system(Path("/media/anna/BACKUP"))
    assert not _of_system(Path("/run/media/anna/BACKUP"))
