"""The lifecycle lived at random, step by step, against a model in plain Python."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from backend.accounts.models import User
from backend.jobs import counts
from backend.jobs.errors import (
    IdempotencyConflict,
    IllegalTransition,
    JobError,
    JobNotFound,
    VersionConflict,
)
from backend.jobs.filters import JobFilter, StatusFilter
from backend.jobs.keyset import Page
from backend.jobs.lifecycle import JobState
from backend.jobs.orders import CREATED_ASC, STATE_CHANGED_DESC
from backend.jobs.records import JobRecord, StatusRecord
from backend.jobs.selectors.jobs import jobs_page
from backend.jobs.selectors.statuses import histories, log_page
from backend.jobs.services import StatusChange, create_job, set_job_status
from tests.backend.jobs.conftest import NOON

PENDING, RUNNING, COMPLETED = JobState.PENDING, JobState.RUNNING, JobState.COMPLETED
FAILED, CANCELLED = JobState.FAILED, JobState.CANCELLED

LEGAL = {
    (PENDING, RUNNING),
    (PENDING, CANCELLED),
    (PENDING, FAILED),
    (RUNNING, COMPLETED),
    (RUNNING, FAILED),
    (RUNNING, CANCELLED),
    (FAILED, PENDING),
    (CANCELLED, PENDING),
}
EVERYTHING = Page(size=100)  # no run is as long as that

actors = st.sampled_from(["ada", "ben"])
keys = st.none() | st.sampled_from(["k", "l"])
messages = st.none() | st.sampled_from(["", "m", "n\nn"])


@dataclass
class Model:
    """What should be in the tables."""

    jobs: list[JobRecord] = field(default_factory=list)
    log: list[StatusRecord] = field(default_factory=list)
    creations: dict[tuple[int, str], int] = field(default_factory=dict)  # key: index of the job
    changes: dict[tuple[int, int, str], StatusRecord] = field(default_factory=dict)

    def entries_of(self, index: int) -> list[StatusRecord]:
        """The job's history, oldest first."""
        return [entry for entry in self.log if entry.job_id == self.jobs[index].id]


class Lifecycle(RuleBasedStateMachine):
    """Calls of the services by two accounts, under a clock that also goes back."""

    jobs: Bundle[int] = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.now = NOON
        self.clock = patch.object(timezone, "now", lambda: self.now)
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.clock.start()
        self.ids = {name: User.objects.create(username=name).pk for name in ("ada", "ben")}

    def teardown(self) -> None:
        """Leave the tables as they were."""
        self.clock.stop()
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @rule(hours=st.integers(-2, 3), microseconds=st.integers(0, 2))
    def time_passes(self, hours: int, microseconds: int) -> None:
        """Or goes back."""
        self.now += timedelta(hours=hours, microseconds=microseconds)

    @initialize(target=jobs, name=st.sampled_from(["a", "b"]), actor=actors, key=keys)
    def first_job(self, name: str, actor: str, key: str | None) -> int:
        """No life without a job."""
        return self.create(name, actor, key)

    @rule(target=jobs, name=st.sampled_from(["a", " a", "b"]), actor=actors, key=keys)
    def another_job(self, name: str, actor: str, key: str | None) -> int:
        """New, or one that the key stands for."""
        return self.create(name, actor, key)

    def create(self, name: str, actor: str, key: str | None) -> int:
        """Call the service, and do the same to the model."""
        by = self.ids[actor]
        known = None if key is None else self.model.creations.get((by, key))
        result = self.outcome(lambda: create_job(name=name, actor_id=by, idempotency_key=key))
        if known is not None:
            job = self.model.jobs[known]
            if job.name == name.strip():
                assert result == job
            else:
                assert isinstance(result, IdempotencyConflict)
            return known
        assert isinstance(result, JobRecord)
        expected = JobRecord(
            result.id, name.strip(), PENDING, self.now, 1, self.now, None, None, by
        )
        assert result == expected
        index = len(self.model.jobs)
        self.model.jobs.append(expected)
        position = histories([result.key], Page(size=1))[result.key].rows[0].id
        self.model.log.append(StatusRecord(position, result.id, PENDING, None, None, self.now, by))
        if key is not None:
            self.model.creations[by, key] = index
        return index

    @rule(
        index=jobs,
        state=st.sampled_from(JobState),
        actor=actors,
        message=messages,
        version_off_by=st.none() | st.integers(-1, 1),
        key=keys,
    )
    def set_status(  # noqa: PLR0917 (drawn, all by name)
        self,
        index: int,
        state: JobState,
        actor: str,
        message: str | None,
        version_off_by: int | None,
        key: str | None,
    ) -> None:
        """Call the service with anything, and do the same to the model."""
        job, by, message_kept = self.model.jobs[index], self.ids[actor], message or None
        expected = None if version_off_by is None else job.version + version_off_by
        seen = None if key is None else self.model.changes.get((index, by, key))
        result = self.outcome(
            lambda: set_job_status(
                job_id=job.id,
                state=state,
                actor_id=by,
                message=message,
                expected_version=expected,
                idempotency_key=key,
            )
        )
        if seen is not None:
            if (seen.state, seen.message) == (state, message_kept):
                assert result == StatusChange(job, seen, changed=False)
            else:
                assert isinstance(result, IdempotencyConflict)
        elif expected not in {None, job.version}:
            assert isinstance(result, VersionConflict)
            assert result.job == job
        elif state is job.state:
            newest = self.model.entries_of(index)[-1]
            assert result == StatusChange(job, newest, changed=False)
        elif (job.state, state) not in LEGAL:
            assert isinstance(result, IllegalTransition)
            assert result.job == job
        else:
            assert isinstance(result, StatusChange)
            self.model_moves(index, result, message_kept, by, key)

    def model_moves(
        self, index: int, result: StatusChange, message: str | None, by: int, key: str | None
    ) -> None:
        """The legal move as the model makes it."""
        job, state = self.model.jobs[index], result.status.state
        at = max(self.now, job.state_changed_at)
        started = {PENDING: None, RUNNING: at}.get(state, job.started_at)
        finished = at if state in {COMPLETED, FAILED, CANCELLED} else None
        moved = job.replace(
            state=state,
            state_changed_at=at,
            version=job.version + 1,
            started_at=started,
            finished_at=finished,
        )
        entry = StatusRecord(result.status.id, job.id, state, job.state, message, at, by)
        assert result == StatusChange(moved, entry, changed=True)
        assert entry.id > self.model.log[-1].id
        self.model.jobs[index] = moved
        self.model.log.append(entry)
        if key is not None:
            self.model.changes[index, by, key] = entry

    @rule(index=jobs, choice=st.integers(0, 2), actor=actors, message=messages)
    def make_a_legal_move(self, index: int, choice: int, actor: str, message: str | None) -> None:
        """So that lives get long, with retries."""
        targets = sorted(target for state, target in LEGAL if state is self.model.jobs[index].state)
        if targets:
            target = targets[choice % len(targets)]
            self.set_status(index, target, actor, message, version_off_by=0, key=None)

    @rule(state=st.sampled_from(JobState), actor=actors)
    def set_status_of_nothing(self, state: JobState, actor: str) -> None:
        """A job that is not there."""
        result = self.outcome(
            lambda: set_job_status(job_id=uuid4(), state=state, actor_id=self.ids[actor])
        )
        assert isinstance(result, JobNotFound)

    @rule()
    def advance_the_counts(self) -> None:
        """As some reader does now and then."""
        counts.advance()
        assert counts.advance() is False

    @invariant()
    def tables_are_as_the_model_has_them(self) -> None:
        """Every read, after every step."""
        jobs, log = self.model.jobs, self.model.log
        page = jobs_page(JobFilter(), CREATED_ASC, EVERYTHING)
        assert page.rows == sorted(jobs, key=lambda job: job.id)
        page = jobs_page(JobFilter(), STATE_CHANGED_DESC, EVERYTHING)
        assert page.rows == sorted(
            jobs, key=lambda job: (job.state_changed_at, job.id), reverse=True
        )
        assert log_page(StatusFilter(), EVERYTHING).rows == log
        found = histories([job.key for job in jobs], EVERYTHING)
        for index, job in enumerate(jobs):
            lived = self.model.entries_of(index)
            assert found[job.key].rows == lived[::-1]
            assert (job.version, job.state) == (len(lived), lived[-1].state)

    @invariant()
    def counts_are_as_the_model_has_them(self) -> None:
        """Whether they were just advanced or not."""
        totals = counts.totals()
        assert {state: n for state, n in totals.jobs.items() if n} == Counter(
            job.state for job in self.model.jobs
        )
        assert {state: n for state, n in totals.entries.items() if n} == Counter(
            entry.state for entry in self.model.log
        )

    @staticmethod
    def outcome(call: Callable[[], Any]) -> Any:
        """What the call returned or raised."""
        try:
            return call()
        except JobError as error:
            return error


def test_the_services_do_what_the_model_does(db: None) -> None:
    run_state_machine_as_test(
        Lifecycle, settings=settings(max_examples=12, stateful_step_count=25, deadline=None)
    )
