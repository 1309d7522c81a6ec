"""The import command: exact rows, repeatable, interruptible, and clear about what went wrong."""

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.models import Count, F, Max

from backend.accounts.models import User
from backend.jobs import counts
from backend.jobs.importers import loading
from backend.jobs.lifecycle import JobState
from backend.jobs.models import Job, JobStatus, StateRollup
from backend.jobs.services.record_histories import record_histories
from tests.backend.jobs.importers.traces import ATLAS, NO_ATLAS, SMALL_SACCT, SMALL_SWF, zipped

ROOT = Path(__file__).parents[4]
SWF_LINE = "%d 0 10 60 8 -1 -1 8 3600 -1 1 7 1 12 1 1 -1 -1"


def import_jobs(*arguments: str | Path) -> tuple[str, str]:
    """Run the command; what it printed to standard output and to standard error."""
    stdout, stderr = io.StringIO(), io.StringIO()
    call_command("import_jobs", *map(str, arguments), stdout=stdout, stderr=stderr)
    return stdout.getvalue(), stderr.getvalue()


def tallied(stdout: str) -> str:
    """The summary without what depends on the clock."""
    return stdout.rsplit(":", 1)[0]


def rows() -> list[dict[str, Any]]:
    """All jobs with their histories, by id, without what the database numbers."""
    histories: dict[Any, list[Any]] = {}
    columns = ("state", "previous_state", "message", "created_at", "set_by__username")
    for job_id, *entry in JobStatus.objects.order_by("id").values_list("job_id", *columns):
        histories.setdefault(job_id, []).append(entry)
    jobs = Job.objects.order_by("id").annotate(creator=F("created_by__username"))
    return [job | {"created_by_id": None, "history": histories[job["id"]]} for job in jobs.values()]


def assert_the_database_agrees_with_itself() -> None:
    """Every job's columns are those of its newest entry, and the counts are those of the rows."""
    newest: dict[Any, tuple[str, datetime, int]] = {}
    log = JobStatus.objects.order_by("id").values_list("job_id", "state", "created_at")
    for job_id, state, created_at in log.iterator(10_000):
        version = newest[job_id][2] + 1 if job_id in newest else 1
        newest[job_id] = (state, created_at, version)
    jobs = Job.objects.values_list("id", "state", "state_changed_at", "version")
    assert newest == {job_id: tuple(columns) for job_id, *columns in jobs.iterator(10_000)}
    by_state = dict(Job.objects.values_list("state").annotate(number=Count("id")).order_by())
    assert counts.totals().jobs == {state: by_state.get(state, 0) for state in JobState}


def numbered(path: Path, jobs: int, *others: str) -> Path:
    """A trace of that many jobs, a second apart, and other lines after them."""
    lines = [SWF_LINE % number for number in range(1, jobs + 1)]
    path.write_text("\n".join(["; UnixStartTime: 0", *lines, *others, ""]))
    return path


@pytest.mark.django_db
def test_a_small_trace_becomes_exactly_these_rows() -> None:
    stdout, stderr = import_jobs(SMALL_SWF)
    assert tallied(stdout) == (
        "10 jobs imported with 27 status entries, 0 already there, 0 lines rejected"
    )
    assert stderr == ""
    job = Job.objects.get(name="app-33 #5")
    user = User.objects.get(username="user7@small")
    submitted = datetime(2023, 11, 14, 22, 13, 50, tzinfo=UTC)
    assert (job.state, job.version, job.created_by_id) == ("FAILED", 3, user.pk)
    assert job.created_at == submitted
    assert job.started_at == submitted.replace(second=55)
    assert job.finished_at == job.state_changed_at == submitted.replace(minute=43, second=55)
    assert list(
        job.statuses.order_by("id").values_list("state", "previous_state", "created_at", "set_by")
    ) == [
        ("PENDING", None, job.created_at, user.pk),
        ("RUNNING", "PENDING", job.started_at, user.pk),
        ("FAILED", "RUNNING", job.finished_at, user.pk),
    ]
    assert not user.has_usable_password()
    assert_the_database_agrees_with_itself()


@pytest.mark.django_db
def test_slurm_accounting_in_local_time() -> None:
    stdout, stderr = import_jobs("--timezone", "Europe/Berlin", SMALL_SACCT)
    assert tallied(stdout) == (
        "13 jobs imported with 34 status entries, 0 already there, 0 lines rejected"
    )
    assert stderr == ""
    job = Job.objects.get(name="long-run")
    assert job.created_at == datetime(2026, 10, 24, 6, 3, tzinfo=UTC)
    assert job.created_by is not None
    assert job.created_by.username == "jonas@LAB"
    assert Job.objects.get(name="coupled").finished_at is None
    assert Job.objects.get(name="crashed").created_by is None
    assert_the_database_agrees_with_itself()


@pytest.mark.django_db
@pytest.mark.parametrize("batch_size", ["1", "3", "10000"])
def test_a_second_run_writes_nothing(batch_size: str) -> None:
    import_jobs(SMALL_SWF)
    before = rows()
    stdout, _ = import_jobs("--batch-size", batch_size, SMALL_SWF)
    assert tallied(stdout) == (
        "0 jobs imported with 0 status entries, 10 already there, 0 lines rejected"
    )
    assert rows() == before
    assert StateRollup.objects.get().position == JobStatus.objects.aggregate(m=Max("id"))["m"]


@pytest.mark.django_db
def test_another_source_is_another_trace() -> None:
    import_jobs(SMALL_SWF)
    import_jobs("--source", "elsewhere", SMALL_SWF)
    assert Job.objects.count() == 20
    assert User.objects.filter(username="user7@elsewhere").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("batches", [0, 1, 2, 3])
def test_an_interrupted_import_goes_on_where_it_was(
    batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = 0
    record = record_histories

    def interrupted(histories: Any) -> Any:
        nonlocal done
        if done == batches:
            raise KeyboardInterrupt
        done += 1
        return record(histories)

    with monkeypatch.context() as patch:
        patch.setattr(loading, "record_histories", interrupted)
        with pytest.raises(CommandError) as caught:
            import_jobs("--batch-size", "3", SMALL_SWF)
    assert caught.value.returncode == 130
    assert Job.objects.count() == 3 * batches
    stdout, _ = import_jobs("--batch-size", "3", SMALL_SWF)
    assert tallied(stdout).startswith(f"{10 - 3 * batches} jobs imported with")
    resumed = rows()
    JobStatus.objects.all().delete()
    Job.objects.all().delete()
    import_jobs(SMALL_SWF)
    assert rows() == resumed


KILLED_IN_THE_THIRD_BATCH = """
import os, sys
sys.argv = ["manage.py", "import_jobs", "--batch-size", "3", sys.argv[1]]
import django
django.setup()
from django.core.management import execute_from_command_line
from backend.jobs.services import record_histories as service
insert, calls = service.insert_statuses, []
def dying(rows):
    insert(rows)
    calls.append(rows)
    if len(calls) == 3:
        os._exit(9)  # as by kill -9: nothing is cleaned up, the transaction is open
service.insert_statuses = dying
execute_from_command_line(sys.argv)
"""


def test_a_killed_import_leaves_whole_batches_and_goes_on(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("POSTGRES_")},
        "JOBTRAIL_SQLITE_PATH": str(tmp_path / "jobs.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "backend.config.settings",
        "PYTHONPATH": str(ROOT),
    }

    def python(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    manage = str(ROOT / "backend" / "manage.py")
    assert python(manage, "migrate", "-v0", "--skip-checks").returncode == 0
    assert python("-c", KILLED_IN_THE_THIRD_BATCH, str(SMALL_SWF)).returncode == 9
    resumed = python(manage, "import_jobs", str(SMALL_SWF))
    assert resumed.returncode == 0, resumed.stderr
    assert tallied(resumed.stdout) == (
        "4 jobs imported with 11 status entries, 6 already there, 0 lines rejected"
    )


@pytest.mark.django_db
def test_bad_lines_are_reported_and_skipped(tmp_path: Path) -> None:
    trace = numbered(tmp_path / "trace.swf", 2, "1 2 3", "\0", SWF_LINE % 9, "x" * 70_000)
    stdout, stderr = import_jobs("--rejects", tmp_path / "rejects", trace)
    assert tallied(stdout) == (
        "3 jobs imported with 9 status entries, 0 already there, 3 lines rejected"
    )
    assert stderr.splitlines() == [
        "line 4: 3 fields instead of 18",
        "line 5: it has a null character",
        "line 7: longer than 64 KiB",
    ]
    assert (tmp_path / "rejects").read_text() == (
        "4\t3 fields instead of 18\n5\tit has a null character\n7\tlonger than 64 KiB\n"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rejects", "last"),
    [
        (False, "... and 1,800 more rejected lines; --rejects FILE lists them all"),
        (True, "... and 1,800 more rejected lines"),
    ],
)
def test_thousands_of_bad_lines_do_not_flood(tmp_path: Path, last: str, *, rejects: bool) -> None:
    trace = numbered(tmp_path / "trace.swf", 1, *["broken"] * 2000)
    list_all = ["--rejects", str(tmp_path / "rejects")] if rejects else []
    _, stderr = import_jobs(*list_all, trace)
    lines = stderr.splitlines()
    assert len(lines) == 201
    assert lines[199:] == ["line 202: 1 fields instead of 18", last]
    if rejects:
        assert len((tmp_path / "rejects").read_text().splitlines()) == 2000


@pytest.mark.django_db
def test_what_a_cut_off_archive_still_has_is_kept_and_a_whole_one_adds_the_rest(
    tmp_path: Path,
) -> None:
    whole = zipped(numbered(tmp_path / "plain.swf", 3000).read_bytes())
    trace = tmp_path / "trace.swf.gz"
    trace.write_bytes(whole[:-1000])
    with pytest.raises(
        CommandError, match=r"the file is incomplete\. What came before is in\."
    ) as caught:
        import_jobs(trace)
    assert caught.value.returncode == 1
    kept = Job.objects.count()
    assert 0 < kept < 3000
    trace.write_bytes(whole)
    stdout, _ = import_jobs(trace)
    assert tallied(stdout).startswith(f"{3000 - kept:,} jobs imported with ")
    assert Job.objects.count() == 3000
    assert_the_database_agrees_with_itself()


@pytest.mark.django_db
def test_standard_input_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(SMALL_SWF.open("rb")))
    stdout, _ = import_jobs("--realm", "lab", "-")
    sys.stdin.close()
    assert tallied(stdout).startswith("10 jobs imported with 27 status entries")
    assert User.objects.filter(username="user7@lab").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory"),
        (b"<html>", "neither the Standard Workload Format"),
        ((SWF_LINE % 1).encode(), "no UnixStartTime in the header"),
        (b"JobID|State\n", "the header line lacks submit, start, end"),
        (b"; UnixStartTime: 0\n1 2 3\n", "no line of it could become a job"),
    ],
)
def test_a_file_that_is_no_trace_is_refused(
    content: bytes | None, message: str, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    if content is not None:
        trace.write_bytes(content)
    with pytest.raises(CommandError, match=message) as caught:
        import_jobs(trace)
    assert caught.value.returncode == 1
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_database_that_refuses_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(_histories: Any) -> Any:
        raise OperationalError("disk is full")

    monkeypatch.setattr(loading, "record_histories", refusing)
    with pytest.raises(CommandError, match="The database refused: disk is full"):
        import_jobs(SMALL_SWF)


@pytest.mark.django_db
def test_an_empty_file_has_nothing_to_import(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    stdout, _ = import_jobs(tmp_path / "empty")
    assert (
        tallied(stdout)
        == "0 jobs imported with 0 status entries, 0 already there, 0 lines rejected"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--timezone", "Mars/Olympus", "is no time zone"),
        ("--timezone", "../../etc/passwd", "is no time zone"),
        ("--timezone", "", "is no time zone"),
        ("--start", "2006-11-10T15:05:01", "is no time with an offset"),
        ("--start", "soon", "is no time with an offset"),
        ("--batch-size", "0", "is not a number from 1 to 10,000"),
        ("--batch-size", "10001", "is not a number from 1 to 10,000"),
        ("--batch-size", "many", "is not a number from 1 to 10,000"),
        ("--realm", "a b", "letters, digits"),
        ("--source", " ", "a source has a name"),
        ("--format", "csv", "invalid choice"),
        ("--rejects", "/nowhere/at/all", "No such file or directory"),
    ],
)
def test_bad_options_are_refused(option: str, value: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        import_jobs(option, value, SMALL_SWF)
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_start_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "model.swf").write_text(SWF_LINE % 1)
    import_jobs("--start", "2006-11-10T15:05:01-08:00", tmp_path / "model.swf")
    assert Job.objects.get().created_at == datetime(2006, 11, 10, 23, 5, 1, tzinfo=UTC)


def traces() -> list[Any]:
    """The small trace, always, and the real one, where it is given."""
    small = {JobState.COMPLETED: 4, JobState.FAILED: 3, JobState.CANCELLED: 3}
    atlas = {JobState.COMPLETED: 21_915, JobState.FAILED: 10_431, JobState.CANCELLED: 11_432}
    absent = pytest.mark.skipif(not ATLAS.exists(), reason=NO_ATLAS)
    return [
        pytest.param(SMALL_SWF, small, id="small"),
        pytest.param(ATLAS, atlas, id="atlas", marks=absent),
    ]


@pytest.mark.django_db(transaction=True)  # one transaction of this size takes a minute to check
@pytest.mark.parametrize(("trace", "states"), traces())
def test_jobs_per_state(trace: Path, states: dict[JobState, int]) -> None:
    import_jobs(trace)
    open_states = {JobState.PENDING: 0, JobState.RUNNING: 0}
    assert counts.totals().jobs == states | open_states
    assert Job.objects.count() == sum(states.values())
    assert_the_database_agrees_with_itself()
