"""Read the Standard Workload Format, version 2.2, of the Parallel Workloads Archive.

A line has 18 numbers, -1 where unknown; lines that begin with a semicolon are comments, and the
first of them tell about the trace. Times are seconds after the header's UnixStartTime. The format
has no names: a job is called after its application and its number, an account after its user.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from backend.jobs.importers.workload import (
    BadLine,
    Change,
    UnreadableTrace,
    WorkloadJob,
    history_of_run,
)
from backend.jobs.lifecycle import JobState

FIELDS: Final = 18
# Digits are bounded: what is longer is no time and no number of anything.
NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
START_TIME: Final = re.compile(r";\s*UnixStartTime:\s*(-?[0-9]{1,15})\s*", re.IGNORECASE)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE: Final = 60
HOUR: Final = 3600

FAILED, COMPLETED, CANCELLED, UNKNOWN = 0, 1, 5, -1
# A job that was swapped out has a line for the whole of it and, with these, one for each burst.
BURSTS: Final = frozenset({2, 3, 4})


class SwfParser:
    """Understands the lines of one trace.

    `source` names the trace, `realm` what its accounts are of: user 14 is `user14@realm`, since
    every trace has a user 14. `starts_at` overrides the header's UnixStartTime.
    """

    def __init__(self, *, source: str, realm: str, starts_at: datetime | None = None) -> None:
        self._source = source
        self._realm = realm
        self._starts_at = starts_at
        self._fixed_start = starts_at is not None

    def parse(self, line: str) -> WorkloadJob | None:
        """The job in the line; none for a comment, a blank line, or one burst of a job.

        Raises BadLine where the line is not 18 numbers that make a job, and UnreadableTrace at
        the first job where nothing says when the trace starts.
        """
        if line.lstrip().startswith(";"):
            self._read_comment(line)
            return None
        fields = line.split()
        if not fields:
            return None
        if len(fields) != FIELDS:
            raise BadLine(f"{len(fields)} fields instead of {FIELDS}")
        for position, field in enumerate(fields, start=1):
            if not NUMBER.fullmatch(field):
                raise BadLine(f"field {position} is not a number: {field[:40]!r}")
        status = _whole(fields, 11, "status")
        if status in BURSTS:
            return None
        if self._starts_at is None:
            msg = "no UnixStartTime in the header says when the trace starts; give one: --start"
            raise UnreadableTrace(msg)
        return self._job(fields, status, self._starts_at)

    def _read_comment(self, line: str) -> None:
        found = START_TIME.fullmatch(line.strip())
        if found and not self._fixed_start and int(found[1]) >= 0:
            try:
                self._starts_at = EPOCH + timedelta(seconds=int(found[1]))
            except OverflowError as error:
                msg = f"the header's UnixStartTime is no time: {found[1]}"
                raise UnreadableTrace(msg) from error

    def _job(self, fields: list[str], status: int, starts_at: datetime) -> WorkloadJob:
        number = _whole(fields, 1, "job number")
        submitted, wait, run = (float(field) for field in fields[1:4])
        if number < 0:
            raise BadLine("it has no job number")
        if submitted < 0:
            raise BadLine("its time of submission is unknown")
        processors = max(_whole(fields, 5, "number of processors"), 0)
        ran = run > 0 or (run == 0 and processors > 0)
        try:
            submitted_at = starts_at + timedelta(seconds=submitted)
            left_queue_at = submitted_at + timedelta(seconds=max(wait, 0))
            ended_at = left_queue_at + timedelta(seconds=max(run, 0))
        except OverflowError as error:
            raise BadLine("its times lie past the year 9999") from error
        state, message = _ending(status, ran=ran, fields=fields)
        changes = history_of_run(
            submitted_at=submitted_at,
            started_at=left_queue_at if ran or state is JobState.COMPLETED else None,
            ended=Change(state, ended_at, message),
        )
        user = _whole(fields, 12, "user")
        executable = _whole(fields, 14, "executable")
        return WorkloadJob(
            source=self._source,
            number=str(number),
            name=f"app-{executable} #{number}" if executable >= 0 else f"job #{number}",
            username=self._account(user) if user >= 0 else None,
            changes=changes,
        )

    def _account(self, user: int) -> str:
        return f"user{user}@{self._realm}" if self._realm else f"user{user}"


def _whole(fields: list[str], position: int, noun: str) -> int:
    field = fields[position - 1]
    if not WHOLE.fullmatch(field):
        raise BadLine(f"its {noun} (field {position}) is not a whole number: {field}")
    return int(field)


def _ending(status: int, *, ran: bool, fields: list[str]) -> tuple[JobState, str | None]:
    """The state it ended in, and what the trace tells about why."""
    if status == COMPLETED:
        return JobState.COMPLETED, None
    if status == FAILED:
        return JobState.FAILED, f"Failed {_circumstances(fields) if ran else 'before it started'}."
    if status == CANCELLED:
        when = _circumstances(fields) if ran else "before it started"
        return JobState.CANCELLED, f"Cancelled {when}."
    if status == UNKNOWN and ran:
        return JobState.COMPLETED, "The trace does not tell how it ended."
    if status == UNKNOWN:
        raise BadLine("neither its status nor its run time is known")
    raise BadLine(f"its status is {status}, which the format does not know")


def _circumstances(fields: list[str]) -> str:
    """How long it had run, on how many processors, and whether its time was up."""
    run, requested = float(fields[3]), float(fields[8])
    processors = int(fields[4])
    text = f"after {_spell(run)}"
    if processors > 0:
        text += f" on {processors:,} processor{'s' if processors > 1 else ''}"
    if 0 < requested <= run:
        text += f", having reached its time limit of {_spell(requested)}"
    return text


def _spell(seconds: float) -> str:
    """A duration for a person, in its two largest units: 47 s, 12 min 5 s, 3 h."""
    hours, rest = divmod(int(seconds), HOUR)
    minutes, rest = divmod(rest, MINUTE)
    parts = [(hours, "h"), (minutes, "min"), (0 if hours else rest, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
