from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

import backupclient
from backupclient.cli import main as cli
from backupclient.cli import options


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backupclient", *arguments],
        env={**os.environ, "COLUMNS": "80", **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "typed",
    [
        "-r /r backup --tag x a b",
        "backup -r /r --tag x a b",
        "backup a -r /r --tag x b",
        "backup a b --tag x --repo=/r",
        "-r=/r backup a --tag=x b",
        "backup -r/r -- a b --tag x".replace("-- a b --tag x", "--tag x -- a b"),
    ],
)
def test_options_stand_before_and_after_the_verb_and_between_its_arguments(typed: str) -> None:
    name, rest = cli.split(typed.split())
    assert name == "backup"
    args = cli.parse(name, cli.load(name), rest)
    assert args.repo == "/r"
    assert args.paths == ["a", "b"]
    assert args.tag == [("x",)]


def test_a_value_is_never_taken_for_the_verb() -> None:
    assert cli.split(["-o", "s3.region=x", "-p", "backup", "check"])[0] == "check"
    assert cli.split(["--json", "-q"])[0] is None


def test_the_options_known_to_have_a_value_are_those_of_the_parser() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    options.add_global(parser)
    taking = {
        option
        for action in parser._actions
        if action.nargs != 0
        for option in action.option_strings
    }
    assert taking == options.WITH_VALUE


def test_verbosity_can_be_spelled_as_restic_takes_it() -> None:
    name, rest = cli.split(["check", "--verbose=2"])
    assert name == "check"
    assert rest == ["-v", "-v"]


def test_every_command_is_there_and_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for name in cli.COMMANDS:
        with pytest.raises(SystemExit) as left:
            cli.parse(name, cli.load(name), ["--help"])
        assert left.value.code == 0
        shown = capsys.readouterr().out
        assert f"usage: backupclient {name}" in shown
        assert "--repo" in shown


def test_the_overview_names_every_command() -> None:
    for arguments in ((), ("--help",), ("-h",)):
        done = run(*arguments)
        assert done.returncode == 0
        for name in cli.COMMANDS:
            assert f"\n  {name} " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("frobnicate",), "there is no command 'frobnicate'. Try 'backupclient --help'."),
        (("--bogus",), "there is no command in '--bogus'. Try 'backupclient --help'."),
        (
            ("check", "--bogus"),
            "unrecognized arguments: --bogus. Try 'backupclient check --help'.",
        ),
        (
            ("check", "--limit-upload", "fast"),
            "argument --limit-upload: 'fast' is no whole number. Try 'backupclient check --help'.",
        ),
    ],
)
def test_a_wrong_command_line_is_said_in_one_line(arguments: tuple[str, ...], says: str) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == says + "\n"


def test_version() -> None:
    for arguments in (("version",), ("--version",)):
        done = run(*arguments)
        assert done.returncode == 0
        assert done.stdout.startswith(f"backupclient {backupclient.__version__} ")


def test_quick_commands_load_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from backupclient.cli.main import main\n"
        "main(['version'])\n"
        "heavy = {'boto3', 'sqlalchemy', 'alembic', 'rich', 'platformdirs', 'cryptography'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0


def test_what_is_missing_is_said_before_anything_is_done(tmp_path: Path) -> None:
    clean = {"RESTIC_REPOSITORY": "", "RESTIC_PASSWORD": "", "BACKUPCLIENT_REPOSITORY": ""}
    done = run("snapshots", **clean)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "No place of a backup was named."
    done = run("-r", str(tmp_path / "r"), "snapshots", **clean)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "No password was given."
    assert not (tmp_path / "r").exists()


def test_a_closed_pipe_is_the_end_of_it_and_no_error() -> None:
    command = f"{sys.executable} -m backupclient explain --all | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_a_profile_is_written_when_asked_for(tmp_path: Path) -> None:
    done = run("version", BACKUPCLIENT_PROFILE=str(tmp_path / "profile"))
    assert done.returncode == 0
    assert (tmp_path / "profile").stat().st_size > 0


def test_a_lack_of_memory_is_no_mistake_of_the_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def greedy(_: argparse.Namespace, __: object) -> int:
        raise MemoryError

    monkeypatch.setattr("backupclient.cli.version.run", greedy)
    assert cli.main(["version"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "This computer has not enough memory left."


def test_our_own_mistakes_are_explained_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: argparse.Namespace, __: object) -> int:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("backupclient.cli.version.run", broken)
    assert cli.main(["version"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "The program made a mistake of its own."
    assert "'backupclient diagnose create' makes a report" in " ".join(said)
    assert said[-1] == "  More: backupclient explain internal-error"
    assert cli.main(["version", "-vv"]) == 1
    assert "Traceback" in capsys.readouterr().err
