"""Fill an empty database with generated work that looks like a team's week and a half."""

import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any, Final

from django.core.management.base import BaseCommand

from backend.jobs.demo.workload import generate
from backend.jobs.importers import arguments
from backend.jobs.importers.loading import Loader, in_batches
from backend.jobs.models import Job

JOBS: Final = 2_000
BATCH_SIZE: Final = 5_000  # the usual number of jobs in one piece: its log is in the order of time


class Command(BaseCommand):
    """Writes nothing where there are jobs, so it can run at every start."""

    help = "Load generated jobs where there are none: the same seed and --now give the same jobs."

    # The checks load the whole GraphQL schema, a second that this has no use for.
    requires_system_checks = []  # noqa: RUF012 (declared so by Django)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--jobs", type=arguments.job_count, default=JOBS, help=f"how many (default: {JOBS:,})"
        )
        parser.add_argument("--seed", type=int, default=1, help="which ones (default: 1)")
        parser.add_argument(
            "--now", type=arguments.instant, help="when the story ends (default: now)"
        )
        parser.add_argument(
            "--force", action="store_true", help="add them to the jobs that are there"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Generate and write, or say why not."""
        if not options["force"] and Job.objects.exists():
            self.stdout.write("There are jobs already: no demo data loaded (--force adds it).")
            return
        began = time.monotonic()
        now = options["now"] or datetime.now(UTC)
        loader = Loader()
        for batch in in_batches(
            generate(jobs=options["jobs"], seed=options["seed"], now=now), BATCH_SIZE
        ):
            loader.load(batch)
        loader.count()
        self.stdout.write(
            f"{loader.imported:,} demo jobs loaded with {loader.entries:,} status entries: "
            f"{time.monotonic() - began:.1f} s"
        )
