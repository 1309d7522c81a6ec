"""Play a workload through the public API, faster than it happened."""

import os
import secrets
import statistics
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from backend.jobs.demo.workload import generate
from backend.jobs.importers import arguments
from backend.jobs.importers.trace import Origin, read_trace
from backend.jobs.importers.workload import Rejection, UnreadableTrace, WorkloadJob
from backend.jobs.replay.client import Client, Credentials, Refused, Unreachable
from backend.jobs.replay.player import Played, Player, in_order

INTERRUPTED: Final = 130  # what a shell reports for a program ended by Ctrl-C
JOBS: Final = 2_000
SHOWN: Final = 5  # refusals


class Command(BaseCommand):
    """A client like any other: it needs nothing but the address and an account."""

    help = (
        "Play a workload trace (the formats of import_jobs) or generated work through the GraphQL "
        "API as a third-party client would, in compressed time. Every change carries an "
        "idempotency key, so that it may be repeated through outages; --run with the name of an "
        "interrupted run goes on with it."
    )

    # The checks load the whole GraphQL schema, a second that this has no use for.
    requires_system_checks = []  # noqa: RUF012 (declared so by Django)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", nargs="?", help="the trace, plain or gzip")
        what.add_argument(
            "--generate", action="store_true", help="generated work of a team's week and a half"
        )
        parser.add_argument(
            "--jobs",
            type=arguments.job_count,
            help=f"how many jobs at most (default: all of the trace, {JOBS:,} generated)",
        )
        parser.add_argument("--seed", type=int, default=1, help="which generated work (default: 1)")
        parser.add_argument(
            "--speed",
            type=_speed,
            default=600.0,
            help="how many times faster than it happened (default: 600, a day in 2.4 minutes)",
        )
        parser.add_argument(
            "--url",
            default="http://127.0.0.1:8000/graphql",
            help="where the API is (default: the development server's)",
        )
        parser.add_argument(
            "--token", default=os.environ.get("JOBTRAIL_TOKEN"), help="or JOBTRAIL_TOKEN"
        )
        parser.add_argument("--username", help="renews its token as long as it takes")
        parser.add_argument(
            "--password", default=os.environ.get("JOBTRAIL_PASSWORD"), help="or JOBTRAIL_PASSWORD"
        )
        parser.add_argument("--run", help="the name of an interrupted run to go on with")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Play, and tell what came of it."""
        run = options["run"] or f"replay-{secrets.token_hex(4)}"
        client = _client(options)
        player = Player(client, speed=options["speed"], run=run)
        began, problem = time.monotonic(), None
        with ExitStack() as stack:
            stack.enter_context(closing(client))
            jobs = self._jobs(options, stack)
            bar = stack.enter_context(_progress(self.stderr))
            try:
                for step in player.play(in_order(jobs)):
                    bar.set_postfix_str(f"{step.at:%Y-%m-%d %H:%M}", refresh=False)
                    bar.update()
            except (Refused, Unreachable, UnreadableTrace, OSError, KeyboardInterrupt) as error:
                problem = error
        self._tell(player.played, client.repeated, time.monotonic() - began)
        if isinstance(problem, KeyboardInterrupt):
            raise CommandError(
                f"Interrupted. To go on: the same command with --run {run}", returncode=INTERRUPTED
            )
        if problem:
            raise CommandError(f"{problem} To go on: the same command with --run {run}")

    def _jobs(self, options: dict[str, Any], stack: ExitStack) -> Iterator[WorkloadJob]:
        """The jobs to play, no more than asked for; lines that are none are told and skipped."""
        if options["generate"]:
            # The same for the same day, so that a run can be gone on with.
            today = datetime.now(UTC).replace(hour=17, minute=0, second=0, microsecond=0)
            yield from generate(jobs=options["jobs"] or JOBS, seed=options["seed"], now=today)
            return
        path = Path(options["file"])
        try:
            file = stack.enter_context(path.open("rb"))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        played = 0
        for item in read_trace(file, Origin(source=path.name)):
            if isinstance(item, Rejection):
                self.stderr.write(f"line {item.line:,}: {item.reason}")
            elif played == options["jobs"]:
                return
            else:
                played += 1
                yield item

    def _tell(self, played: Played, repeated: int, seconds: float) -> None:
        rate = len(played.seconds) / max(seconds, 0.001)
        self.stdout.write(
            f"{played.created:,} jobs created, {played.changed:,} changes made, "
            f"{played.before:,} made before, {played.taken_over:,} jobs left to others, "
            f"{len(played.refused):,} refused, {repeated:,} requests repeated: "
            f"{seconds:.1f} s, {rate:,.1f} requests/s"
        )
        if len(played.seconds) > 1:
            centiles = statistics.quantiles(played.seconds, n=100)
            self.stdout.write(
                f"An answer took {centiles[49] * 1000:.1f} ms at the median, "
                f"{centiles[98] * 1000:.1f} ms at the 99th centile; "
                f"the latest change came {played.behind:.1f} s late."
            )
        for refusal in played.refused[:SHOWN]:
            self.stderr.write(refusal)


def _client(options: dict[str, Any]) -> Client:
    """The client for the account given. Raises CommandError where there is none."""
    token, username, password = (options[name] for name in ("token", "username", "password"))
    if username is None and token is None:
        raise CommandError("Whose account? Give --token, or --username with --password.")
    if username is not None and password is None:
        raise CommandError("Give --password with --username, or set JOBTRAIL_PASSWORD.")
    credentials = (
        Credentials(token=token)
        if username is None
        else Credentials(username=username, password=password)
    )
    try:
        return Client(options["url"], credentials)
    except ValueError as error:
        raise CommandError(f"{error}.") from error


def _speed(text: str) -> float:
    """A factor above 0."""
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        msg = f"{text!r} is no factor above 0"
        raise ArgumentTypeError(msg)
    return speed


def _progress(stderr: Any) -> "tqdm[Any]":
    """A count of what was played, only where a person is looking."""
    return tqdm(
        unit=" changes",
        desc="Replaying",
        leave=False,
        disable=None if stderr.isatty() else True,
        file=sys.stderr,
    )
