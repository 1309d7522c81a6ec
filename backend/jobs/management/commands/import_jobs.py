"""Import real jobs from a workload trace."""

import io
import re
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO, cast

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from backend.jobs.importers import arguments
from backend.jobs.importers.loading import BATCH_SIZE, Loader, in_batches
from backend.jobs.importers.trace import Format, Origin, read_trace
from backend.jobs.importers.workload import Rejection, UnreadableTrace, WorkloadJob

STANDARD_INPUT: Final = "-"
PRINTED_REJECTIONS: Final = 200
INTERRUPTED: Final = 130  # what a shell reports for a program ended by Ctrl-C
SUFFIXES: Final = re.compile(r"(\.(swf|txt|csv|psv|gz))+$", re.IGNORECASE)
# The archive's file names end in a version of the file, not of the trace: -2, -3.1, -2.1-cln.
VERSION: Final = re.compile(r"-\d(\.\d+)?(-cln)?$")


class Command(BaseCommand):
    """Streams the file into the database; run it again after an interruption, or just again."""

    help = (
        "Import jobs from a workload trace: Standard Workload Format (.swf) or Slurm accounting "
        "(sacct --parsable2), plain or gzip. A job that is there already is left alone, so a "
        "repeated or interrupted import can be run again. Lines that are no job are reported and "
        "skipped."
    )

    # The checks load the whole GraphQL schema, a second that this has no use for.
    requires_system_checks = []  # noqa: RUF012 (declared so by Django)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", help="the trace; - reads standard input")
        parser.add_argument(
            "--format",
            choices=["auto", *Format],
            default="auto",
            help="what the file is (default: told from its first line)",
        )
        parser.add_argument(
            "--source",
            type=arguments.source,
            help="the name that keeps the job numbers of different traces apart (default: the "
            "file's name without suffix and version; Slurm's cluster where there is that column)",
        )
        parser.add_argument(
            "--realm",
            type=arguments.realm,
            help="what follows the @ in account names (default: the source for user numbers, "
            'nothing for user names); "" for none',
        )
        parser.add_argument(
            "--timezone",
            type=arguments.zone,
            default=UTC,
            help="what times without an offset are local to, such as Europe/Berlin (default: UTC)",
        )
        parser.add_argument(
            "--start",
            type=arguments.instant,
            help="when a trace of relative times starts, with an offset (default: its header's word)",
        )
        parser.add_argument(
            "--batch-size",
            type=arguments.batch_size,
            default=BATCH_SIZE,
            help=f"jobs in one transaction (default: {BATCH_SIZE:,})",
        )
        parser.add_argument(
            "--rejects",
            type=Path,
            help="write all rejected lines to this file: number, tab, reason",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, and tell what came of it."""
        path: str = options["file"]
        origin = Origin(
            source=options["source"] or _name_of(path),
            realm=options["realm"],
            zone=options["timezone"],
            starts_at=options["start"],
        )
        format_ = None if options["format"] == "auto" else Format(options["format"])
        loader = Loader()
        began = time.monotonic()
        with ExitStack() as stack:
            file, size = _open(path, stack)
            progress = stack.enter_context(_progress(size, self.stderr))
            report = Rejections(self.stderr, progress, _create(options["rejects"], stack))
            jobs = _following(file, progress, report, read_trace(file, origin, format_=format_))
            try:
                problem = _load_all(loader, jobs, options["batch_size"])
            except DatabaseError as error:
                raise CommandError(
                    f"The database refused: {error}. What came before is in; run it again to go "
                    "on. (A new database needs manage.py migrate first.)"
                ) from error
            report.close()
        self._tell(loader, report.number, time.monotonic() - began)
        if isinstance(problem, KeyboardInterrupt):
            raise CommandError(
                "Interrupted. What is in stays; run it again to go on.", returncode=INTERRUPTED
            )
        if problem:
            raise CommandError(f"{path}: {problem}. What came before is in.")
        if report.number and not loader.imported + loader.present:
            raise CommandError(f"{path}: no line of it could become a job.")

    def _tell(self, loader: Loader, rejected: int, seconds: float) -> None:
        rate = (loader.imported + loader.present) / max(seconds, 0.001)
        self.stdout.write(
            f"{loader.imported:,} jobs imported with {loader.entries:,} status entries, "
            f"{loader.present:,} already there, {rejected:,} lines rejected: "
            f"{seconds:.1f} s, {rate:,.0f} jobs/s"
        )


class Rejections:
    """Prints the first rejected lines to standard error and writes all of them to a file."""

    def __init__(self, stderr: Any, progress: "tqdm[Any]", file: TextIO | None) -> None:
        self.number = 0
        self._stderr = stderr
        self._progress = progress
        self._file = file

    def add(self, rejection: Rejection) -> None:
        """Report one line."""
        self.number += 1
        if self._file:
            self._file.write(f"{rejection.line}\t{rejection.reason}\n")
        if self.number <= PRINTED_REJECTIONS:
            self._progress.clear()
            self._stderr.write(f"line {rejection.line:,}: {rejection.reason}")

    def close(self) -> None:
        """Say how many were not printed."""
        unprinted = self.number - PRINTED_REJECTIONS
        if unprinted > 0:
            hint = "" if self._file else "; --rejects FILE lists them all"
            self._stderr.write(f"... and {unprinted:,} more rejected lines{hint}")


def _load_all(
    loader: Loader, jobs: Iterator[WorkloadJob], batch_size: int
) -> UnreadableTrace | KeyboardInterrupt | OSError | None:
    """Load every job; what broke the trace off, if anything, with all jobs before it loaded."""
    problem: list[UnreadableTrace | OSError] = []

    def readable() -> Iterator[WorkloadJob]:
        try:
            yield from jobs
        except (UnreadableTrace, OSError) as error:
            problem.append(error)

    try:
        for batch in in_batches(readable(), batch_size):
            loader.load(batch)
        loader.count()
    except KeyboardInterrupt as interrupt:
        return interrupt
    return problem[0] if problem else None


def _following(
    file: BinaryIO,
    progress: "tqdm[Any]",
    report: Rejections,
    items: Iterator[WorkloadJob | Rejection],
) -> Iterator[WorkloadJob]:
    """The jobs, while rejections are reported and the bar follows the position in the file."""
    for number, item in enumerate(items):
        if number % 1000 == 0 and not progress.disable:
            progress.update(file.tell() - progress.n if file.seekable() else 0)
        if isinstance(item, Rejection):
            report.add(item)
        else:
            yield item


def _progress(size: int | None, stderr: Any) -> "tqdm[Any]":
    """A bar over the bytes of the file, only where a person is looking."""
    return tqdm(
        total=size,
        unit="B",
        unit_scale=True,
        desc="Importing",
        leave=False,
        disable=None if stderr.isatty() else True,
        file=sys.stderr,
    )


def _open(path: str, stack: ExitStack) -> tuple[io.BufferedReader, int | None]:
    """The file and its size in bytes, where it has one."""
    if path == STANDARD_INPUT:
        return cast("io.BufferedReader", sys.stdin.buffer), None
    try:
        file = Path(path).open("rb")  # noqa: SIM115 (the caller's stack closes it)
        return stack.enter_context(file), Path(path).stat().st_size
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error


def _create(path: Path | None, stack: ExitStack) -> TextIO | None:
    if path is None:
        return None
    try:
        return stack.enter_context(path.open("w", encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error


def _name_of(path: str) -> str:
    """The trace's name by its file's: LLNL-Atlas-2006 for LLNL-Atlas-2006-2.1-cln.swf.gz."""
    if path == STANDARD_INPUT:
        return "standard-input"
    return VERSION.sub("", SUFFIXES.sub("", Path(path).name)) or "trace"
