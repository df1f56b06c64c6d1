"""The set-up script does nothing twice, and redoes what a change made stale."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "packaging" / "install.py"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A clone with a project of nothing: what is installed is not the matter here."""
    (tmp_path / "packaging" / "requirements").mkdir(parents=True)
    shutil.copy(SCRIPT, tmp_path / "packaging")
    for kind in ("run", "dev"):
        (tmp_path / "packaging" / "requirements" / f"{kind}.txt").touch()
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "nothing"\nversion = "1"\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (tmp_path / "backend.py").write_text(BACKEND)
    return tmp_path


BACKEND = """
import zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    name, info = "nothing-1-py3-none-any.whl", "nothing-1.dist-info"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: nothing\\nVersion: 1\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""


def install(tree: Path, kind: str) -> str:
    command = [sys.executable, str(tree / "packaging" / "install.py"), kind]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_installs_once_and_again_when_something_changed(tree: Path) -> None:
    assert "Making .venv" in install(tree, "run")
    python = tree / ".venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "show", "--quiet", "nothing"], check=True)
    assert install(tree, "run") == ""

    (tree / "packaging" / "requirements" / "run.txt").write_text("# a new version\n")
    again = install(tree, "dev")
    assert "Installing" in again
    assert "Making" not in again
    assert install(tree, "run") == "", "what developers have contains what users have"


def test_says_what_it_takes(tree: Path) -> None:
    command = [sys.executable, str(tree / "packaging" / "install.py"), "everything"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "packaging/install.py dev" in done.stderr
