r"""Read Slurm's accounting as `sacct --parsable2` prints it: a header line, then a line per job.

    sacct --allusers --allocations --parsable2 --starttime 2026-11-01 \
        --format JobID,JobName,User,Cluster,Submit,Start,End,State,ExitCode,Reason

The columns may come in any order, and further ones do no harm. Lines about job steps are passed
over: they are parts of a job. Array tasks (123_4) and parts of heterogeneous jobs (123+1) are jobs.
"""

import re
import signal
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from backend.accounts.inputs import username_or_none
from backend.jobs.errors import InvalidInput
from backend.jobs.importers.workload import (
    BadLine,
    Change,
    UnreadableTrace,
    WorkloadJob,
    history_of_run,
)
from backend.jobs.inputs import clean_message, clean_name
from backend.jobs.lifecycle import JobState

REQUIRED: Final = ("jobid", "submit", "start", "end", "state")
FREE_TEXT: Final = frozenset(
    {"jobname", "comment", "admincomment", "systemcomment", "extra", "submitline", "workdir"}
    | {"constraints", "container", "stdin", "stdout", "stderr", "wckey"}
)
ABSENT: Final = frozenset({"", "Unknown", "None", "N/A", "None assigned", "(null)"})
JOB_ID: Final = re.compile(r"[0-9]{1,12}(_[0-9]{1,9}|_\[[^\]|]*\]?|\+[0-9]{1,9})?")
UNIX_TIME: Final = re.compile(r"[0-9]{9,11}")
LOCAL_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
DOMAIN_USER: Final = re.compile(r"(?P<domain>[\w.-]+)\\(?P<user>[\w.+-]+)")

# What Slurm calls it, and what it is here. The first word of the State column decides.
WAITING: Final = frozenset(
    {"PENDING", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT", "CONFIGURING"}
)
UNDER_WAY: Final = frozenset(
    {"RUNNING", "COMPLETING", "SUSPENDED", "RESIZING", "SIGNALING", "STAGE_OUT", "STOPPED"}
)
ENDED: Final = {
    "COMPLETED": JobState.COMPLETED,
    "FAILED": JobState.FAILED,
    "TIMEOUT": JobState.FAILED,
    "OUT_OF_MEMORY": JobState.FAILED,
    "NODE_FAIL": JobState.FAILED,
    "BOOT_FAIL": JobState.FAILED,
    "LAUNCH_FAILED": JobState.FAILED,
    "RECONFIG_FAIL": JobState.FAILED,
    "DEADLINE": JobState.FAILED,
    "CANCELLED": JobState.CANCELLED,
    "PREEMPTED": JobState.CANCELLED,
    "REVOKED": JobState.CANCELLED,
    # The run that was given up; the next one has a line, and a time of submission, of its own.
    "REQUEUED": JobState.CANCELLED,
}
EXPLANATIONS: Final = {
    "TIMEOUT": "it reached its time limit",
    "OUT_OF_MEMORY": "it needed more memory than it had asked for",
    "NODE_FAIL": "a node it ran on failed",
    "BOOT_FAIL": "its nodes could not be started",
    "LAUNCH_FAILED": "it could not be launched",
    "RECONFIG_FAIL": "its nodes could not be reconfigured",
    "DEADLINE": "its deadline passed",
    "PREEMPTED": "it had to make way for another job",
    "REVOKED": "another cluster of the federation took it",
    "REQUEUED": "this run was given up and the job queued again",
}


class SacctParser:
    """Understands the lines of one export.

    Times without an offset are local to `zone`. The Cluster column, or else `source`, says where
    a job's number is from. Account names are Slurm's, followed by `@realm` where one is given.
    """

    def __init__(self, *, source: str, realm: str = "", zone: tzinfo = UTC) -> None:
        self._source = source
        self._realm = realm
        self._zone = zone
        self._columns: tuple[str, ...] = ()

    def parse(self, line: str) -> WorkloadJob | None:
        """The job in the line; none for a header, a blank line, or a job step.

        Raises BadLine where the line does not fit the header or makes no sense, and
        UnreadableTrace where the first line is no header with the columns needed.
        """
        if not line.strip():
            return None
        values = line.split("|")
        if not self._columns or _is_header(values):
            self._read_header(values)
            return None
        row = dict(zip(self._columns, self._fitted(values), strict=True))
        number = row["jobid"].strip()
        if "." in number:
            return None
        if not JOB_ID.fullmatch(number):
            raise BadLine(f"not a job number: {number[:40]!r}")
        try:
            return self._job(number, row)
        except InvalidInput as error:
            raise BadLine(str(error)) from error

    def _read_header(self, values: list[str]) -> None:
        columns = tuple(value.strip().lower() for value in values)
        if "jobid" not in columns and "jobidraw" in columns:
            columns = tuple("jobid" if column == "jobidraw" else column for column in columns)
        missing = [column for column in REQUIRED if column not in columns]
        if missing:
            lack = f"the header line lacks {', '.join(missing)}"
            if self._columns:
                raise BadLine(lack)
            raise UnreadableTrace(
                f"{lack}; export with sacct --parsable2 "
                "--format JobID,JobName,User,Submit,Start,End,State,ExitCode"
            )
        self._columns = columns

    def _fitted(self, values: list[str]) -> list[str]:
        """As many values as columns.

        Slurm does not escape a bar in a name: where the name is the only free text, the surplus
        belongs to it.
        """
        surplus = len(values) - len(self._columns)
        free = [position for position, column in enumerate(self._columns) if column in FREE_TEXT]
        if surplus > 0 and len(free) == 1:
            start, end = free[0], free[0] + surplus + 1
            return [*values[:start], "|".join(values[start:end]), *values[end:]]
        if surplus:
            raise BadLine(f"{len(values)} columns instead of {len(self._columns)}")
        return values

    def _job(self, number: str, row: Mapping[str, str]) -> WorkloadJob:
        slurm_state, _, by = row["state"].strip().partition(" ")
        submitted_at = self._time(row, "submit", None)
        if submitted_at is None:
            raise BadLine("its time of submission is unknown")
        started_at = self._time(row, "start", submitted_at)
        ended_at = self._time(row, "end", started_at or submitted_at)
        ended: Change | None = None
        if slurm_state == "REQUEUED" and ended_at is None:
            started_at = None
        elif state := ENDED.get(slurm_state):
            if ended_at is None:
                raise BadLine(f"it is {slurm_state}, but its end is unknown")
            # For a job cancelled in the queue, older versions give the end as its start too.
            if state is JobState.CANCELLED and started_at == ended_at:
                started_at = None
            message = _reason_of_end(slurm_state, by, row, ran=started_at is not None)
            ended = Change(state, ended_at, clean_message(message))
        elif slurm_state in WAITING:
            started_at = None
        elif slurm_state not in UNDER_WAY:
            raise BadLine(f"not a state of Slurm: {slurm_state[:40]!r}")
        elif started_at is None:
            raise BadLine(f"it is {slurm_state}, but its start is unknown")
        cluster = row.get("cluster", "").strip()
        return WorkloadJob(
            source=cluster or self._source,
            number=number,
            name=clean_name(row.get("jobname", "").strip() or f"job {number}"),
            username=self._account(row.get("user", "").strip()),
            changes=history_of_run(
                submitted_at=submitted_at,
                started_at=started_at,
                ended=ended,
                messages=(_waiting_for(row, open_=started_at is None and ended is None), None),
            ),
        )

    def _account(self, user: str) -> str | None:
        if not user:
            return None
        if domain_user := DOMAIN_USER.fullmatch(user):
            user = f"{domain_user['user']}@{domain_user['domain']}"
        elif self._realm and "@" not in user:
            user = f"{user}@{self._realm}"
        account = username_or_none(user)
        if account is None:
            raise BadLine(f"not a name that an account can have: {user[:40]!r}")
        return account

    def _time(
        self, row: Mapping[str, str], column: str, not_before: datetime | None
    ) -> datetime | None:
        """The time in the column, in UTC; none where Slurm does not know it.

        When clocks go back an hour comes twice. The second is meant where the first would put the
        time before `not_before`.
        """
        text = row[column].strip()
        if text in ABSENT:
            return None
        if UNIX_TIME.fullmatch(text):
            return datetime.fromtimestamp(int(text), UTC)
        if not LOCAL_TIME.fullmatch(text):
            raise BadLine(f"its {column} is no time: {text[:40]!r}")
        try:
            time = datetime.fromisoformat(text)
            if time.tzinfo is not None:
                return time.astimezone(UTC)
            first = time.replace(tzinfo=self._zone).astimezone(UTC)
            if not_before is None or first >= not_before:
                return first
            return time.replace(tzinfo=self._zone, fold=1).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise BadLine(f"its {column} is no time: {text[:40]!r}") from error


def _is_header(values: list[str]) -> bool:
    """Whether the line is a header, as stands in the middle of exports that were put together."""
    return values[0].strip().lower() in {"jobid", "jobidraw"} or {"JobID", "State"} <= set(values)


def _waiting_for(row: Mapping[str, str], *, open_: bool) -> str | None:
    """What a job that still waits is waiting for."""
    reason = row.get("reason", "").strip()
    return clean_message(f"Waiting: {reason}.") if open_ and reason not in ABSENT else None


def _reason_of_end(slurm_state: str, by: str, row: Mapping[str, str], *, ran: bool) -> str | None:
    """Why the job ended as it did, as far as Slurm tells."""
    if slurm_state == "COMPLETED":
        return None
    if slurm_state == "CANCELLED":
        user = f" by user {by.removeprefix('by ').strip()}" if by.startswith("by ") else ""
        return f"Cancelled{user}{'' if ran else ' before it started'}."
    sentences = [_explanation(slurm_state, row)]
    exit_ = _exit(row.get("exitcode", ""))
    if exit_ and (slurm_state == "FAILED" or not exit_.startswith("Exit code 0")):
        sentences.append(exit_)
    reason = row.get("reason", "").strip()
    if reason not in ABSENT:
        sentences.append(f"Slurm's reason: {reason}.")
    return " ".join(sentence for sentence in sentences if sentence) or "Failed."


def _explanation(slurm_state: str, row: Mapping[str, str]) -> str:
    explanation = EXPLANATIONS.get(slurm_state)
    if explanation is None:
        return ""
    column = {"TIMEOUT": "timelimit", "OUT_OF_MEMORY": "reqmem", "NODE_FAIL": "failednode"}
    detail = row.get(column.get(slurm_state, ""), "").strip()
    return f"{slurm_state}: {explanation}{f' ({detail})' if detail not in ABSENT else ''}."


def _exit(exit_code: str) -> str:
    """What `code:signal` says, in words; nothing where it is not of that form."""
    found = re.fullmatch(r"\s*([0-9]{1,5}):([0-9]{1,5})\s*", exit_code)
    if not found:
        return ""
    code, number = int(found[1]), int(found[2])
    if not number:
        return f"Exit code {code}."
    try:
        name = f" ({signal.Signals(number).name})"
    except ValueError:
        name = ""
    return f"Killed by signal {number}{name}."
