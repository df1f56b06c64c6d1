from __future__ import annotations

import stat
from pathlib import Path

import pytest

from backupclient.settings import KnownPlaces, folders, write_atomically


def test_a_data_folder_holds_everything(tmp_path: Path) -> None:
    found = folders(str(tmp_path / "data"))
    assert found.data == tmp_path / "data"
    assert found.cache == tmp_path / "data" / "cache"
    assert found.of_repository("abc") == tmp_path / "data" / "abc"
    assert folders(str(tmp_path / "data"), str(tmp_path / "c")).cache == tmp_path / "c"


def test_without_one_the_systems_own_folders_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert folders() == (tmp_path / "share" / "plainkeep", tmp_path / "cache" / "plainkeep")
    assert folders(None, str(tmp_path / "c")).cache == tmp_path / "c"


def test_a_place_is_remembered_across_processes(tmp_path: Path) -> None:
    data = tmp_path / "data"
    KnownPlaces(data).remember("s3:https://host/bucket", "1" * 64)
    KnownPlaces(data).remember("/mnt/usb", "2" * 64)
    known = KnownPlaces(data)
    assert known.id_at("s3:https://host/bucket") == "1" * 64
    assert known.id_at("s3:https://host/other") is None
    known.remember("/mnt/usb", "3" * 64)
    assert known.id_at("/mnt/usb") == "3" * 64


def test_what_is_remembered_is_its_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    KnownPlaces(data).remember("/mnt/usb", "2" * 64)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "places").stat().st_mode) == 0o700
    (file,) = (data / "places").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_folder_with_an_odd_name_is_a_place_too(tmp_path: Path) -> None:
    known = KnownPlaces(tmp_path)
    known.remember("/mnt/\udcff", "2" * 64)
    assert known.id_at("/mnt/\udcff") == "2" * 64
    assert known.id_at("/mnt/\udcfe") is None


def test_a_damaged_entry_counts_as_none_and_is_replaced(tmp_path: Path) -> None:
    known = KnownPlaces(tmp_path)
    known.remember("/mnt/usb", "2" * 64)
    (file,) = (tmp_path / "places").iterdir()
    whole = file.read_bytes()
    for place in range(len(whole)):
        for bit in (0x01, 0x80):
            file.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
            assert known.id_at("/mnt/usb") is None
        file.write_bytes(whole[:place])
        assert known.id_at("/mnt/usb") is None
    known.remember("/mnt/usb", "2" * 64)
    assert known.id_at("/mnt/usb") == "2" * 64


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    write_atomically(file, b"before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(file, b"after")
    assert file.read_bytes() == b"before"
    assert [*tmp_path.iterdir()] == [file]
