from __future__ import annotations

import pytest

from backupclient import errors
from backupclient.cli.error_output import show_error, show_interrupted
from backupclient.cli.exit_codes import Exit
from tests.cli.screens import Screen

BUSY = errors.StorageThrottled("raw \udcff text", request_id="R1", status=503)


def test_a_few_lines_say_what_happened_what_it_means_and_what_to_do() -> None:
    screen = Screen()
    assert show_error(BUSY, screen.terminal) is Exit.FAILED
    what, data, step, then, more = screen.err
    assert what == "The storage is busy and asks for a slower pace."
    assert data == "  Your data: Everything that was saved is safe."
    assert step.startswith("  Next: Give it some time. If this happens every day, set a speed")
    assert then == "  Then: Run the same command again; what was done is kept."
    assert more == "  More: backupclient explain storage-busy"
    assert screen.out == []


def test_details_come_on_request() -> None:
    screen = Screen().configure(verbose=1)
    show_error(BUSY, screen.terminal)
    assert screen.err[2].startswith("  Meanwhile: Plainkeep sends fewer things at once")
    details = '  Details: "storage-busy: request_id=R1, status=503: raw \\xff text"'
    assert screen.err[-1] == details


def test_only_what_passes_by_itself_is_to_be_run_again_and_a_typing_error_says_all() -> None:
    screen = Screen()
    show_error(errors.WrongPassword(), screen.terminal)
    assert not any("Then:" in line for line in screen.err)
    screen = Screen()
    show_error(errors.InvalidRequest(reason="no-target"), screen.terminal)
    assert [line.split(":")[0] for line in screen.err[1:]] == ["  Your data", "  Next"]


def test_names_in_an_error_cannot_play_tricks() -> None:
    screen = Screen()
    show_error(errors.TargetUnwritable(path="/x\x1b[2J"), screen.terminal)
    assert "\x1b" not in screen.stderr.text


def test_json_is_restics_exit_error_with_ours_beside() -> None:
    screen = Screen().configure(json=True)
    show_error(BUSY, screen.terminal)
    (message,) = screen.json_errors
    assert message.pop("meanwhile")
    assert message == {
        "message_type": "exit_error",
        "code": 1,
        "message": "The storage is busy and asks for a slower pace",
        "error": "storage-busy",
        "your_data": "Everything that was saved is safe.",
        "next_step": (
            "Give it some time. If this happens every day, set a speed limit with --limit-upload."
        ),
        "facts": {"request_id": "R1", "status": 503},
        "raw": "raw \ufffd text",
    }


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.RepositoryMissing(known=True), 10),
        (errors.BucketMissing(), 10),
        (errors.RepositoryLocked(), 11),
        (errors.ManifestLocked(), 11),
        (errors.WrongPassword(), 12),
        (errors.KeyMissing(), 1),
        (errors.ConfigMissing(), 1),
        (errors.StorageFull(), 1),
        (errors.InternalError(), 1),
    ],
)
def test_exit_codes_are_restics(error: errors.BackupError, code: int) -> None:
    assert show_error(error, Screen().terminal) == code


def test_an_interruption_says_what_is_kept() -> None:
    screen = Screen()
    assert show_interrupted(screen.terminal, "All is kept.") == 130
    assert screen.err == ["Stopped. All is kept."]
    screen = Screen().configure(json=True)
    show_interrupted(screen.terminal, "All is kept.")
    assert screen.json_errors[0]["code"] == 130
    assert screen.json_errors[0]["your_data"] == "All is kept."
