"""The engine on its socket, with clients in the same process; the work is real backups."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from backupclient import endpoint
from backupclient.agent.client import LAST_WORDS_SECONDS
from backupclient.agent.server import MOST_CLIENTS, Agent, EngineRunning
from backupclient.clock import SystemClock
from backupclient.engine import Engine
from backupclient.errors import EngineGone, EngineNotRunning, EngineRefused, JobMissing
from backupclient.events import BackupSummary, FileDone, JobState, Progress
from backupclient.link import Link
from backupclient.requests import BackupRequest, CheckRequest, Place, RestoreRequest
from backupclient.wire.answers import FileAnswer, FileState, FolderAnswer, PlaceStatus
from backupclient.wire.greeting import MAX_LINE, VERSION, Hello, Refusal, Welcome
from backupclient.wire.jobs import (
    JobInfo,
    Jobs,
    Limits,
    ListJobs,
    Outcome,
    Pause,
    Resume,
    SetLimits,
    StartBackup,
    StartCheck,
    Started,
    StartRestore,
    Stop,
    Subscribe,
)
from backupclient.wire.protocol import AnyRequest, Batch, FromEngine
from backupclient.wire.questions import AskStatus, Files, ListFiles, Status
from tests.cheap_key import make_repository


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def agent(data: Path) -> Iterator[Agent]:
    with Agent(data, SystemClock(), lasting=True) as agent:
        yield agent


@pytest.fixture
def link(agent: Agent, data: Path) -> Iterator[Link]:
    with Link(data) as link:
        yield link


@pytest.fixture
def place(data: Path, tmp_path: Path) -> Place:
    place = Place(
        location=str(tmp_path / "repository"),
        password="made up for this test",
        data_dir=str(data),
    )
    make_repository(place)
    return place


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    source.mkdir()
    for number in range(300):
        (source / f"{number:03}").write_bytes(os.urandom(3000))
    return source


def backup_of(source: Path, *, details: bool = False) -> BackupRequest:
    return BackupRequest(paths=(os.fsencode(source),), details=details)


def start(link: Link, place: Place, request: BackupRequest) -> str:
    no = link.new_id()
    return link.ask(StartBackup(id=no, place=place, request=request), Started).job.job


def ended(link: Link, job: str) -> Outcome:
    for batch in link.news():
        if batch.job == job and batch.outcome is not None:
            return batch.outcome
    raise AssertionError


def info(link: Link, job: str) -> JobInfo:
    jobs = link.ask(ListJobs(id=link.new_id()), Jobs).jobs
    return next(one for one in jobs if one.job == job)


class Wire:
    """A client without manners."""

    def __init__(self, data: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(20)
        self.socket.connect(str(data / "engine.sock"))
        self._lines = self.socket.makefile("rb")

    def say(self, line: bytes) -> FromEngine | None:
        self.socket.sendall(line + b"\n")
        return self.hear()

    def hear(self) -> FromEngine | None:
        line = self._lines.readline()
        return msgspec.json.decode(line, type=FromEngine) if line else None

    def close(self) -> None:
        self._lines.close()
        self.socket.close()


@pytest.fixture
def wire(agent: Agent, data: Path) -> Iterator[Wire]:
    wire = Wire(data)
    yield wire
    wire.close()


def reason(answer: FromEngine | None) -> str:
    assert isinstance(answer, Refusal)
    return f"{answer.failure.code}: {answer.failure.facts.get('reason', '')}"


# --- being the engine -----------------------------------------------------------------------------


def test_a_client_is_welcomed(link: Link) -> None:
    assert link.engine.version == VERSION
    assert link.engine.pid == os.getpid()
    assert link.engine.lasting
    assert link.ask(ListJobs(id=link.new_id()), Jobs).jobs == ()


def test_there_is_one_engine_of_a_data_folder(agent: Agent, data: Path) -> None:
    with pytest.raises(EngineRunning), Agent(data, SystemClock(), lasting=True):
        pass
    with Link(data):  # and the first is still there
        pass


def test_the_socket_is_its_owners_alone_and_goes_with_the_engine(data: Path) -> None:
    with Agent(data, SystemClock(), lasting=True):
        mode = (data / "engine.sock").stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert not (data / "engine.sock").exists()
    with pytest.raises(EngineNotRunning):
        Link(data)


def test_the_socket_of_a_dead_engine_is_replaced(data: Path) -> None:
    data.mkdir()
    dead = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    dead.bind(str(data / "engine.sock"))
    dead.close()
    with pytest.raises(EngineNotRunning):
        Link(data)
    with Agent(data, SystemClock(), lasting=True), Link(data):
        pass


def test_a_path_that_is_too_long_for_a_socket_has_a_short_one_elsewhere(tmp_path: Path) -> None:
    data = tmp_path / ("d" * 60) / ("e" * 60)
    with Agent(data, SystemClock(), lasting=True) as agent, Link(data):
        assert not agent.unheard
        short = Path((data / "engine.address").read_text())
        assert stat.S_IMODE(short.stat().st_mode) == 0o600
        assert stat.S_IMODE(short.parent.stat().st_mode) == 0o700
    assert not short.parent.exists()
    with pytest.raises(EngineNotRunning):
        Link(data)


def test_where_no_socket_can_be_made_the_engine_works_unheard(data: Path) -> None:
    (data / "engine.sock").mkdir(parents=True)
    with Agent(data, SystemClock(), lasting=False) as agent:
        assert agent.unheard


def test_an_engine_that_ends_says_so_by_hanging_up(data: Path) -> None:
    with Agent(data, SystemClock(), lasting=True):
        link = Link(data)
    with pytest.raises(EngineGone):
        link.ask(ListJobs(id=link.new_id()), Jobs)
    link.close()


# --- what is not understood -----------------------------------------------------------------------


def test_who_does_not_greet_is_sent_away(wire: Wire) -> None:
    assert reason(wire.say(b'{"type":"list-jobs","id":7}')) == "engine-refused: no-hello"
    assert wire.hear() is None


def test_another_version_is_refused(wire: Wire) -> None:
    answer = wire.say(b'{"type":"hello","id":1,"version":999}')
    assert reason(answer) == "engine-refused: version"
    assert isinstance(answer, Refusal)
    assert answer.failure.facts["version"] == VERSION
    assert wire.hear() is None


@pytest.mark.parametrize(
    ("line", "id_"),
    [
        (b"", None),
        (b"\xff\xfe", None),
        (b"[1,2", None),
        (b'{"type":"fly","id":3}', 3),
        (b'{"type":"pause","id":4,"seconds":"long"}', 4),
        (b'{"type":"start-backup","id":5}', 5),
    ],
)
def test_a_malformed_line_is_refused_and_the_connection_stays(
    wire: Wire, line: bytes, id_: int | None
) -> None:
    assert isinstance(wire.say(msgspec.json.encode(Hello(id=1))), Welcome)
    answer = wire.say(line)
    assert reason(answer) == "engine-refused: malformed"
    assert isinstance(answer, Refusal)
    assert answer.id == id_
    assert wire.say(b'{"type":"list-jobs","id":9}') == Jobs(id=9, jobs=())


def test_a_line_that_is_too_long_is_left_out_and_the_connection_stays(wire: Wire) -> None:
    assert isinstance(wire.say(msgspec.json.encode(Hello(id=1))), Welcome)
    assert reason(wire.say(b" " * (MAX_LINE + 100))) == "engine-refused: too-long"
    assert wire.say(b'{"type":"list-jobs","id":9}') == Jobs(id=9, jobs=())


def test_a_line_may_come_in_pieces(wire: Wire) -> None:
    assert isinstance(wire.say(msgspec.json.encode(Hello(id=1))), Welcome)
    wire.socket.sendall(b'{"type":"list')
    wire.socket.sendall(b'-jobs","id":2}\n{"type":"list-jobs","id":3}\n')
    assert [wire.hear(), wire.hear()] == [Jobs(id=2, jobs=()), Jobs(id=3, jobs=())]


def test_a_job_nobody_knows(link: Link) -> None:
    for request in (
        Pause(id=link.new_id(), job="nothing"),
        Stop(id=link.new_id()),
        Subscribe(id=link.new_id(), job="nothing"),
    ):
        with pytest.raises(JobMissing):
            link.ask(request, Jobs)
    # A lasting engine holds what is to begin by itself, before it has a plan, too.
    assert link.ask(Resume(id=link.new_id()), Jobs).jobs == ()
    assert link.ask(ListJobs(id=link.new_id()), Jobs).jobs == ()


def test_a_place_of_another_data_folder_is_refused(link: Link, tmp_path: Path) -> None:
    place = Place(location="/r", password="x", data_dir=str(tmp_path))
    with pytest.raises(EngineRefused) as refused:
        start(link, place, BackupRequest(paths=(b"/",)))
    assert refused.value.facts["reason"] == "other-folder"


def test_more_clients_than_that_are_turned_away(agent: Agent, data: Path) -> None:
    links = [Link(data) for _ in range(MOST_CLIENTS)]
    with pytest.raises(EngineRefused) as refused:
        Link(data)
    assert refused.value.facts["reason"] == "too-many"
    for link in links:
        link.close()


def test_who_is_turned_away_before_it_has_spoken_hears_why(agent: Agent, data: Path) -> None:
    class SlowSpeaker(Link):
        """Its first word comes when nobody listens any more."""

        def send(self, request: AnyRequest) -> None:
            with contextlib.suppress(OSError):
                while True:
                    self._channel.send(b"")
            super().send(request)

    with ExitStack() as links:
        for _ in range(MOST_CLIENTS):
            links.enter_context(Link(data))
        with pytest.raises(EngineRefused) as refused:
            SlowSpeaker(data)
    assert refused.value.facts["reason"] == "too-many"


def test_clients_that_have_gone_make_room_for_others(agent: Agent, data: Path) -> None:
    for _ in range(MOST_CLIENTS * 2):
        with Link(data):
            pass


# --- jobs -----------------------------------------------------------------------------------------


def test_a_backup_a_check_and_a_restore(
    place: Place, source: Path, link: Link, tmp_path: Path
) -> None:
    done = ended(link, start(link, place, backup_of(source)))
    assert done.state is JobState.DONE
    assert isinstance(done.summary, BackupSummary)
    assert done.summary.files_new == 300
    no = link.new_id()
    check = link.ask(StartCheck(id=no, place=place, request=CheckRequest(read_data=True)), Started)
    assert ended(link, check.job.job).state is JobState.DONE
    target = tmp_path / "restored"
    request = RestoreRequest(snapshot="latest", target=os.fsencode(target))
    no = link.new_id()
    restore = link.ask(StartRestore(id=no, place=place, request=request), Started)
    assert restore.job.subject == (str(target),)
    assert ended(link, restore.job.job).state is JobState.DONE
    copy = target / source.relative_to("/")
    assert (copy / "007").read_bytes() == (source / "007").read_bytes()


def test_an_error_arrives_as_it_is(place: Place, source: Path, link: Link) -> None:
    wrong = msgspec.structs.replace(place, password="another")
    outcome = ended(link, start(link, wrong, backup_of(source)))
    assert outcome.state is JobState.FAILED
    assert outcome.failure is not None
    assert outcome.failure.code == "wrong-password"


def test_a_running_backup_is_held_limited_and_stopped_by_another_client(
    place: Place, source: Path, data: Path, link: Link
) -> None:
    slow = msgspec.structs.replace(place, limit_upload=20_000)
    job = start(link, slow, backup_of(source))
    with Link(data) as other:
        other.ask(Subscribe(id=other.new_id(), job=job), Jobs)
        for batch in other.news():
            if any(isinstance(e, Progress) and e.uploaded_bytes for e in batch.events):
                break
        (paused,) = other.ask(Pause(id=other.new_id(), seconds=3600), Jobs).jobs
        assert (paused.job, paused.state) == (job, JobState.PAUSED)
        assert paused.pause_left is not None
        assert 3590 < paused.pause_left <= 3600
        (resumed,) = other.ask(Resume(id=other.new_id(), job=job), Jobs).jobs
        assert resumed.state is JobState.RUNNING
        (limited,) = other.ask(SetLimits(id=other.new_id(), upload=10_000), Jobs).jobs
        assert limited.limits == Limits(upload=10_000)
        (stopped,) = other.ask(Stop(id=other.new_id()), Jobs).jobs
        assert stopped.state in (JobState.STOPPING, JobState.STOPPED)
        assert isinstance(stopped.progress, Progress)
    assert ended(link, job) == Outcome(state=JobState.STOPPED)
    assert info(link, job).state is JobState.STOPPED


def test_a_client_that_watches_hears_of_jobs_that_others_begin(
    place: Place, source: Path, data: Path, link: Link
) -> None:
    with Link(data) as watching:
        assert watching.ask(Subscribe(id=watching.new_id()), Jobs).jobs == ()
        job = start(link, place, backup_of(source))
        assert ended(watching, job).state is JobState.DONE
    assert ended(link, job).state is JobState.DONE


def test_the_engine_that_ends_stops_its_jobs_and_tells_how_they_ended(
    place: Place, source: Path, data: Path
) -> None:
    slow = msgspec.structs.replace(place, limit_upload=20_000)
    with Agent(data, SystemClock(), lasting=True):
        link = Link(data)
        job = start(link, slow, backup_of(source))
        next(batch for batch in link.news() if batch.job == job)
    assert ended(link, job) == Outcome(state=JobState.STOPPED)
    link.close()


def test_a_client_that_stops_reading_slows_nobody_and_hears_the_end(
    place: Place, source: Path, data: Path, link: Link
) -> None:
    """It asks for much more than its socket holds, and reads only when all is over."""
    stuck = Wire(data)
    assert isinstance(stuck.say(msgspec.json.encode(Hello(id=1))), Welcome)
    stuck.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    assert stuck.say(msgspec.json.encode(Subscribe(id=2))) == Jobs(id=2, jobs=())
    for number in range(2000):
        (source / f"{number} {'x' * 200}").write_bytes(b"small")
    job = start(link, place, backup_of(source, details=True))
    assert ended(link, job).state is JobState.DONE
    events = outcomes = 0
    while not outcomes:
        batch = stuck.hear()
        assert isinstance(batch, Batch)
        events += sum(isinstance(event, FileDone) for event in batch.events) + batch.lost
        outcomes += batch.outcome is not None
    assert events == 2300
    stuck.close()


def test_clients_that_do_not_read_hardly_hold_up_the_end(
    place: Place, source: Path, data: Path
) -> None:
    clients = 10
    for number in range(2000):
        (source / f"{number} {'x' * 200}").write_bytes(b"small")
    clock, stuck = SystemClock(), list[Wire]()
    with Agent(data, clock, lasting=True) as agent:
        for _ in range(clients):
            stuck.append(Wire(data))
            assert isinstance(stuck[-1].say(msgspec.json.encode(Hello(id=1))), Welcome)
            stuck[-1].socket.sendall(msgspec.json.encode(Subscribe(id=2)) + b"\n")
        with Link(data) as link:
            start(link, place, backup_of(source, details=True))
        assert agent.jobs.wait_until_idle(60)
        began = clock.monotonic()
    assert clock.monotonic() - began < 0.8 * clients * LAST_WORDS_SECONDS, "not one by one"
    for wire in stuck:
        wire.close()


def test_an_engine_that_does_not_answer_is_not_waited_for_long(data: Path) -> None:
    data.mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as mute:
        mute.bind(str(data / "engine.sock"))
        mute.listen()
        with pytest.raises(EngineRefused) as refused:
            Link(data, patience=0.1)
    assert refused.value.facts["reason"] == "silent"


def test_many_clients_ask_at_the_same_time(agent: Agent, data: Path) -> None:
    answers: list[int] = []

    def ask() -> None:
        with Link(data) as link:
            answers.extend(len(link.ask(ListJobs(id=link.new_id()), Jobs).jobs) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [0] * 200


def test_connections_to_nowhere(tmp_path: Path) -> None:
    with pytest.raises(EngineNotRunning):
        endpoint.connect(tmp_path / "not there", 1000)


def test_which_files_are_safe_is_asked_of_the_engine(
    place: Place, source: Path, data: Path, link: Link
) -> None:
    def ask(*paths: Path) -> PlaceStatus:
        wanted = tuple(os.fsencode(path) for path in paths)
        no = link.new_id()
        (status,) = link.ask(AskStatus(id=no, location=place.location, paths=wanted), Status).places
        return status

    Engine(place).keys()  # from now on this computer knows the place
    assert ask().answers == ()
    assert link.ask(AskStatus(id=link.new_id(), location="/elsewhere"), Status).places == ()
    ended(link, start(link, place, backup_of(source)))
    (source / "new").write_text("not seen yet")
    folder, safe, new = ask(source, source / "007", source / "new").answers
    assert isinstance(folder, FolderAnswer)
    assert folder.counts.safe.files == 300
    assert isinstance(safe, FileAnswer)
    assert (safe.path, safe.state) == (os.fsencode(source / "007"), FileState.SAFE)
    assert isinstance(new, FileAnswer)
    assert new.state is not FileState.SAFE

    found: list[FileAnswer] = []
    after = b""
    pages = 0
    while not pages or after:
        request = ListFiles(
            id=link.new_id(),
            location=place.location,
            path=os.fsencode(source),
            states=(FileState.SAFE,),
            after=after,
            limit=70,
        )
        page = link.ask(request, Files).page
        assert len(page.files) <= 70
        found += page.files
        after = page.next
        pages += 1
    assert pages >= 5
    assert [file.path for file in found] == [
        os.fsencode(source / f"{number:03}") for number in range(300)
    ]


def test_a_file_that_is_being_sent_is_said_to_be(
    place: Place, source: Path, link: Link, data: Path
) -> None:
    large = source / "large"
    large.write_bytes(os.urandom(60 << 20))
    slow = msgspec.structs.replace(place, limit_upload=50_000, pack_size=4 << 20)
    job = start(link, slow, backup_of(source))
    for batch in link.news():
        if any(isinstance(e, Progress) and str(large) in e.current for e in batch.events):
            break
    with Link(data) as other:
        request = AskStatus(id=other.new_id(), paths=(os.fsencode(large),))
        (status,) = other.ask(request, Status).places
        (answer,) = status.answers
        assert isinstance(answer, FileAnswer)
        assert answer.state is FileState.UPLOADING
        other.ask(Stop(id=other.new_id()), Jobs)
    assert ended(link, job).state is JobState.STOPPED
