"""`backupclient diagnose`: made where nothing works any more, read again in words and as JSON."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest

from backupclient.cli import diagnose
from backupclient.cli.main import parse
from backupclient.errors import InvalidRequest, TargetUnwritable
from backupclient.plan import BackupPlan, Storage, save_plan
from backupclient.secret_store import SecretName, SecretStore
from backupclient.support import unanswered
from tests.cli.screens import Screen
from tests.support.diagnostics.staged import Home

NOWHERE = "s3:http://127.0.0.1:1/anna-backup/laptop"


def said(*arguments: str) -> str:
    screen = Screen().configure(json="--json" in arguments)
    assert diagnose.run(parse("diagnose", diagnose, list(arguments)), screen.terminal) == 0
    return screen.stdout.text


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Of a computer without an engine, with notes that are damaged and a storage that is out of
    reach."""
    with ExitStack() as exits:
        home = Home(tmp_path, exits)
        home.make_place()
        home.back_up()
        (notes,) = home.data.rglob("manifest.db")
        for file in notes.parent.glob("manifest.db*"):
            file.write_bytes(b"no database at all" * 500)
        storage = Storage(location=NOWHERE, access_key="anna")
        save_plan(home.data, BackupPlan(storage=storage, folders=(str(home.photos),)))
        SecretStore(home.data).keep(SecretName.SECRET_KEY, "her secret key")
        unanswered.remember(home.data, "does it do the washing up", datetime.now(UTC))
        yield home.data


def test_it_is_made_where_nothing_works_and_read_again(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.zip"
    shown = said("create", str(file), "--data-dir", str(data), "--note", "help")
    causes = ("1. The storage", "2. The program's own notes", "3. Plainkeep is not running")
    for told in (*causes, '"help"', "does it do the washing up"):
        assert told in shown
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = said("show", str(file))
    assert again.strip() in shown, "what is saved is what was shown"
    with pytest.raises(TargetUnwritable) as caught:
        said("create", str(tmp_path / "no" / "report.zip"), "--data-dir", str(data), "--no-checks")
    assert caught.value.facts == {"path": str(tmp_path / "no"), "reason": "report"}
    assert "Was angeboten werden kann" not in again
    assert "Speicher" in said("show", str(file), "--language", "de")

    document = json.loads(said("show", str(file), "--json"))
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("bundle.json")) == document
    accepts = jsonschema_rs.validator_for(json.loads(said("schema"))).is_valid
    assert accepts(document)
    assert not accepts({name: value for name, value in document.items() if name != "made"})
    assert not accepts({**document, "state": "fine"})
    (folder,) = document["plan"]["folders"]
    notes = document["findings"][1]["trouble"]["facts"]["path"]
    hidden = folder.removesuffix("/Pictures")
    assert notes.startswith(hidden), "the same word for the same name"
    assert tmp_path.name not in hidden


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "unreadable-file"),
        (b"no report", "report"),
        (b"", "report"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: bytes | None, reason: str) -> None:
    file = tmp_path / "report.zip"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InvalidRequest) as refused:
        said("show", str(file))
    assert refused.value.facts["reason"] == reason
