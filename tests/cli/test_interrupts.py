from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backupclient.cli.exit_codes import Exit
from backupclient.cli.interrupts import stopping
from backupclient.clock import SystemClock
from backupclient.control import Control
from backupclient.errors import Cancelled
from tests.cli.screens import Screen
from tests.patience import PATIENCE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_the_job_to_stop_and_says_what_is_kept(
    number: signal.Signals,
) -> None:
    before = signal.getsignal(number)
    screen = Screen()
    control = Control(SystemClock())
    notes: list[str] = []

    def run_a_job() -> None:
        with stopping(control, screen.terminal, notes.append, "All is kept."):
            signal.raise_signal(number)
            control.sleep(20)

    with pytest.raises(Cancelled) as stopped:
        run_a_job()
    assert notes == ["Stopping. All is kept. Press Ctrl-C again to end at once."]
    assert str(stopped.value) == "All is kept."
    assert signal.getsignal(number) is before


def test_the_second_signal_ends_the_program_at_once() -> None:
    code = (
        "import signal, sys, os\n"
        "from backupclient.cli.interrupts import stopping\n"
        "from backupclient.cli.terminal import Terminal\n"
        "from backupclient.clock import SystemClock\n"
        "from backupclient.control import Control\n"
        "terminal = Terminal(sys.stdin, sys.stdout, sys.stderr, os.environ, SystemClock())\n"
        "with stopping(Control(SystemClock()), terminal, terminal.interject, 'All is kept.'):\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "    print('still here')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == Exit.INTERRUPTED
    assert done.stdout == ""
    assert done.stderr.startswith("Stopping. All is kept.")


def test_an_engine_ends_whichever_thread_the_system_hands_the_signal_to(tmp_path: Path) -> None:
    code = (
        "import signal, sys, threading, pathlib, time\n"
        "from backupclient.cli.main import main\n"
        "def end():\n"
        "    while not pathlib.Path(sys.argv[1], 'engine.sock').exists():\n"
        "        time.sleep(0.05)\n"
        "    time.sleep(0.3)  # by then the main thread waits\n"
        "    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)\n"
        "threading.Thread(target=end, daemon=True).start()\n"
        "sys.exit(main(['agent', '--data-dir', sys.argv[1]]))\n"
    )
    argv = [sys.executable, "-c", code, str(tmp_path / "data")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == Exit.DONE, done.stderr
