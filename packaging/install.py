"""Set up what Plainkeep needs, from nothing but Python 3.11. Standard library only.

    python3 packaging/install.py run      .venv with what the program needs
    python3 packaging/install.py dev      .venv with what building and testing need as well
    python3 packaging/install.py system   the Debian packages the tests use, where that is allowed

Every package is checked against the hashes in packaging/requirements/. Doing it again when nothing
has changed takes no time. `system` never fails: what cannot be installed is named, and the tests
that need it say so (in CI they fail).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "plainkeep-installed"
REQUIREMENTS = ROOT / "packaging" / "requirements"
KINDS = ("run", "dev")  # each contains the one before

RESTIC = ("restic",)
QT_OFFSCREEN = (
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libfontconfig1",
    "libglib2.0-0",
    "libdbus-1-3",
    "fonts-dejavu-core",
)
REAL_DISPLAY = (
    "xvfb",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxkbcommon-x11-0",
    "openbox",  # a window manager
    "trayer",  # a tray
    "xdotool",  # a hand and an eye
)
BROWSER = ("chromium",)
DATABASE = ("postgresql",)
PURPOSES = (
    (RESTIC, "the tests that let restic judge our repositories"),
    (QT_OFFSCREEN, "the tests of the window"),
    (REAL_DISPLAY, "the test of the window on a real display server"),
    (BROWSER, "the tests of the account service's pages and of the report for support"),
    (DATABASE, "the tests of the account service on PostgreSQL"),
)


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python meets first
        return fail(f"Plainkeep needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    match arguments:
        case ["system"]:
            return install_system_packages()
        case [("run" | "dev") as kind]:
            return install(kind)
        case _:
            return fail(__doc__ or "")


def install(kind: str) -> int:
    if is_current(kind):
        return 0
    if not runs(PYTHON):
        if not (has_ensurepip() or apt_install([venv_package()])):
            return fail(
                "Python cannot make a virtual environment here. Run this once, then try again:\n"
                f"    sudo apt-get install {venv_package()}"
            )
        print("Making .venv …", flush=True)
        # In a process of its own: this one may have looked for ensurepip before it was installed.
        if subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False).returncode:
            return fail("The virtual environment could not be made; the reason stands above.")
    STAMP.unlink(missing_ok=True)
    print("Installing the packages Plainkeep needs (the first time takes a minute) …", flush=True)
    lock = REQUIREMENTS / f"{kind}.txt"
    if pip("--require-hashes", "--requirement", lock):
        return fail("Not all packages could be installed; the reason stands above.")
    if pip("--no-deps", "--no-build-isolation", "--editable", ROOT):
        return fail("Plainkeep itself could not be installed; the reason stands above.")
    STAMP.write_text(f"{kind} {digest()}\n", encoding="ascii")
    return 0


def pip(*arguments: str | Path) -> int:
    options = ("--quiet", "--disable-pip-version-check", "--no-input")
    command = [PYTHON, "-m", "pip", "install", *options, *arguments]
    return subprocess.run(command, check=False, cwd=ROOT).returncode


def is_current(kind: str) -> bool:
    """Whether this kind, or one that contains it, was installed from the files as they are now."""
    try:
        installed, of = STAMP.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return False
    return (
        installed in KINDS
        and KINDS.index(installed) >= KINDS.index(kind)
        and of == digest()
        and runs(PYTHON)
    )


def digest() -> str:
    """Changes when anything changes that decides what is installed, its place included."""
    parts = [str(ROOT).encode()]
    parts += [(REQUIREMENTS / f"{kind}.txt").read_bytes() for kind in KINDS]
    parts += [(ROOT / "pyproject.toml").read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def runs(python: Path) -> bool:
    """Whether this interpreter starts and is new enough; false when the system's was replaced."""
    probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", probe], check=False).returncode == 0
    except OSError:
        return False


def has_ensurepip() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def venv_package() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


# --- Debian packages ------------------------------------------------------------------------------


def install_system_packages() -> int:
    missing = missing_packages()
    if not missing or apt_install(missing):
        return 0
    absent = set(missing_packages())
    for packages, purpose in PURPOSES:
        if lacking := [name for name in packages if name in absent]:
            print(f"Not installed: {' '.join(lacking)}. Without: {purpose}.")
    print(f"To install them: sudo apt-get install {' '.join(sorted(absent))}", flush=True)
    return 0


def missing_packages() -> list[str]:
    wanted = [name for packages, _ in PURPOSES for name in packages]
    present = installed_packages()
    return [name for name in wanted if name not in present]


def installed_packages() -> set[str]:
    """Names of installed Debian packages, with the names they stand in for."""
    layout = "${db:Status-Abbrev}|${Package}, ${Provides}\n"
    query = ["dpkg-query", "--show", "--showformat", layout]
    try:
        lines = subprocess.run(query, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return set()
    names: set[str] = set()
    for line in lines.splitlines():
        status, _, packages = line.partition("|")
        if status.startswith("ii"):
            names.update(entry.split()[0] for entry in packages.split(",") if entry.strip())
    return names


def apt_install(packages: list[str]) -> bool:
    """Install where that is possible without asking anybody; false where it is not."""
    rights = rights_to_install()
    if rights is None:
        return False
    print(f"Installing Debian packages: {' '.join(packages)} …", flush=True)
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--quiet"]
    # A failed update may still leave lists that are good enough: the installation decides.
    subprocess.run([*apt, "update"], check=False)
    command = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0


def rights_to_install() -> list[str] | None:
    """What to put before a command to run it as root; None where that would need a password."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    probe = ["sudo", "--non-interactive", "true"]
    allowed = subprocess.run(probe, check=False, capture_output=True).returncode == 0
    return ["sudo", "--non-interactive"] if allowed else None


def fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
