"""A few threads that read large files, each with tools of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from backupclient.pipeline.open_files import OpenFiles
from backupclient.pipeline.reader import BatchRead, FileReader, InWork, ReadTask
from backupclient.pipeline.sender import Abandoned, Failed


class LargeFileReaders:
    """A few worker threads for large files. `submit` belongs to the job's thread; `deliver` is
    called from the workers. The threads start with the first file."""

    def __init__(
        self,
        make_reader: Callable[[Callable[[InWork | None], None]], FileReader],
        deliver: Callable[[BatchRead | Failed], None],
        *,
        workers: int,
        open_files: OpenFiles,
    ) -> None:
        self._open_files = open_files
        self._make_reader = make_reader
        self._deliver = deliver
        self._tasks: queue.SimpleQueue[ReadTask | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._in_work: list[InWork | None] = [None] * workers
        self._threads: list[threading.Thread] = []

    def submit(self, task: ReadTask) -> None:
        if not self._threads:
            self._threads = [
                threading.Thread(target=self._work, args=(n,), name=f"read-{n}", daemon=True)
                for n in range(len(self._in_work))
            ]
            for thread in self._threads:
                thread.start()
        self._tasks.put(task)

    def close(self) -> None:
        """End the workers; what is queued is dropped."""
        self._closed.set()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def in_work(self) -> list[InWork]:
        """The files being read at this moment."""
        return [work for work in self._in_work if work is not None]

    def _work(self, number: int) -> None:
        def show(work: InWork | None) -> None:
            self._in_work[number] = work
            if work is not None and self._closed.is_set():
                raise Abandoned

        reader: FileReader | None = None
        while (task := self._tasks.get()) is not None and not self._closed.is_set():
            try:
                reader = reader or self._make_reader(show)
                with self._open_files.turn():
                    self._deliver(reader.read_large(task))
            except Abandoned:
                return
            except BaseException as error:  # noqa: BLE001 - it must not vanish with the thread
                self._deliver(Failed(error))
                return
