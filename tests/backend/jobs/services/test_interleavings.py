"""Two and three writers on one job: every order of their statements ends as some order of the calls.

What each order of the calls leads to, one after the other, is found by making them so; that those
results are right is for the tests of each service to say.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, Final, NamedTuple
from uuid import UUID

import pytest
from django.db import InterfaceError, OperationalError, transaction

from backend.accounts.models import User
from backend.jobs.errors import IllegalTransition, VersionConflict
from backend.jobs.lifecycle import TRANSITIONS, JobState
from backend.jobs.models import Job, JobStatus
from backend.jobs.records import JobRecord
from backend.jobs.services import StatusChange, create_job, set_job_status
from tests.backend.jobs.interleaving import Call, interleavings
from tests.backend.jobs.tables import history, job_row

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PENDING, RUNNING, COMPLETED = JobState.PENDING, JobState.RUNNING, JobState.COMPLETED
FAILED, CANCELLED = JobState.FAILED, JobState.CANCELLED
JobIn = Callable[[JobState], UUID]
Change = dict[str, Any]

PAIRS: Final[dict[str, tuple[JobState, list[Change]]]] = {
    "the same move": (PENDING, [{"state": RUNNING}, {"state": RUNNING}]),
    "moves that exclude each other": (RUNNING, [{"state": COMPLETED}, {"state": FAILED}]),
    "moves that can follow each other one way": (PENDING, [{"state": RUNNING}, {"state": FAILED}]),
    "a move and one that never is": (FAILED, [{"state": PENDING}, {"state": COMPLETED}]),
    "one version expected twice": (
        PENDING,
        [{"state": RUNNING, "expected_version": 1}, {"state": CANCELLED, "expected_version": 1}],
    ),
    "a version expected once": (
        PENDING,
        [{"state": RUNNING, "expected_version": 1}, {"state": FAILED}],
    ),
    "a version and the next one": (
        PENDING,
        [{"state": RUNNING, "expected_version": 1}, {"state": FAILED, "expected_version": 2}],
    ),
    "one key for one change": (
        PENDING,
        [{"state": RUNNING, "message": "m", "idempotency_key": "k", "expected_version": 1}] * 2,
    ),
    "one key for two messages": (
        PENDING,
        [{"state": RUNNING, "message": each, "idempotency_key": "k"} for each in "ab"],
    ),
    "one key for two states": (
        PENDING,
        [{"state": RUNNING, "idempotency_key": "k"}, {"state": FAILED, "idempotency_key": "k"}],
    ),
    "one key of two accounts": (
        PENDING,
        [
            {"state": RUNNING, "idempotency_key": "k"},
            {"state": FAILED, "idempotency_key": "k", "actor_id": "ben"},
        ],
    ),
    "a key that may come free": (
        RUNNING,
        [{"state": PENDING, "idempotency_key": "k"}, {"state": FAILED, "idempotency_key": "k"}],
    ),
}
TRIPLES: Final[dict[str, tuple[JobState, list[Change]]]] = {
    "three moves": (PENDING, [{"state": RUNNING}, {"state": FAILED}, {"state": CANCELLED}]),
    "one version expected three times": (
        RUNNING,
        [{"state": state, "expected_version": 2} for state in (COMPLETED, FAILED, CANCELLED)],
    ),
    "one key twice, and a move between": (
        PENDING,
        [
            {"state": RUNNING, "idempotency_key": "k"},
            {"state": RUNNING, "idempotency_key": "k"},
            {"state": FAILED},
        ],
    ),
}
LOST: Final = ("no answer",)
Told = tuple[object, ...]


class Ended(NamedTuple):
    """What each call was told, and the life of each job."""

    told: tuple[Told, ...]
    lives: tuple[Told, ...]


Around = Callable[[Call], Call]


def as_it_is(call: Call) -> Call:
    """The call, which commits what it writes at once."""
    return call


def held(call: Call) -> Call:
    """The call in a transaction that goes on after it: what it has written is locked until then."""
    return transaction.atomic(call)


BOTH: Final = pytest.mark.parametrize("around", [as_it_is, held])


class Trial:
    """Calls to be made on something new each time, and what came of them, told without ids."""

    def __init__(
        self,
        make: Callable[[], tuple[Sequence[Call], Callable[[], list[UUID]]]],
        *,
        around: Around = as_it_is,
    ) -> None:
        self._make = make
        self._around = around
        self._jobs: Callable[[], list[UUID]] = list

    def calls(self) -> Sequence[Call]:
        """The calls, on something new."""
        calls, self._jobs = self._make()
        return [self._around(call) for call in calls]

    def ended(self, results: Sequence[object]) -> Ended:
        """What each call was told, and what the jobs are now, which must be legal."""
        jobs = self._jobs()
        return Ended(
            tuple(_told(result, jobs) for result in results),
            tuple(_lived(job_id) for job_id in jobs),
        )

    def one_after_the_other(self) -> set[Ended]:
        """What can come of the calls in any order of them."""
        ends = set()
        for order in itertools.permutations(range(len(self.calls()))):
            calls = self.calls()
            results: dict[int, object] = {number: _result(calls[number]) for number in order}
            ends.add(self.ended([results[number] for number in range(len(calls))]))
        return ends

    def interleaved(self, **options: Any) -> Iterator[tuple[str, Ended]]:
        """What came of them in each order of their steps."""
        for found in interleavings(self.calls, **options):
            yield str(found), self.ended(found.results)


def _result(call: Call) -> object:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 (whatever happened is what the test asserts)
        return error


def _told(result: object, jobs: list[UUID]) -> Told:
    """A result without its times and ids, but with the place of its job and of its entry."""
    kind = type(result).__name__
    if isinstance(result, JobRecord):
        return (kind, jobs.index(result.id), result.name, result.state, result.version)
    if isinstance(result, StatusChange):
        entries = JobStatus.objects.filter(job_id=result.job.id, id__lte=result.status.id)
        assert entries.latest("id").pk == result.status.id
        place = entries.count()
        return (kind, result.changed, result.job.state, result.job.version, place)
    if isinstance(result, IllegalTransition | VersionConflict):
        return (kind, result.job.state, result.job.version)
    return LOST if isinstance(result, OperationalError | InterfaceError) else (kind,)


def _lived(job_id: UUID) -> Told:
    """The life of a job, which must be a legal one, without its times and ids."""
    job, entries = job_row(job_id), history(job_id)
    assert (job["state"], job["version"]) == (entries[-1]["state"], len(entries))
    assert job["state_changed_at"] == entries[-1]["created_at"]
    assert (entries[0]["state"], entries[0]["previous_state"]) == ("PENDING", None)
    for before, after in pairwise(entries):
        assert after["previous_state"] == before["state"]
        assert JobState(after["state"]) in TRANSITIONS[JobState(before["state"])]
        assert after["created_at"] >= before["created_at"]
    return (
        job["name"],
        *(
            (entry["state"], entry["message"], entry["idempotency_key"], _who(entry["set_by_id"]))
            for entry in entries
        ),
    )


def _who(account: int) -> str:
    return User.objects.get(id=account).username.split()[0]


@pytest.fixture
def trial(job_in: JobIn, ada: int, ben: int) -> Callable[..., Trial]:
    """Changes to be made to a new job in that state, by ada where they do not say otherwise."""

    def trial(state: JobState, changes: list[Change], **options: Any) -> Trial:
        def make() -> tuple[Sequence[Call], Callable[[], list[UUID]]]:
            job_id = job_in(state)
            return [
                partial(
                    set_job_status,
                    job_id=job_id,
                    **{**change, "actor_id": ben if change.get("actor_id") == "ben" else ada},
                )
                for change in changes
            ], lambda: [job_id]

        return Trial(make, **options)

    return trial


def assert_serial(trial: Trial, **options: Any) -> None:
    """Every interleaving ends as some order of the calls does, and every such order is met."""
    expected = trial.one_after_the_other()
    met = set()
    for number, (order, end) in enumerate(trial.interleaved(**options)):
        assert end in expected, f"{number}: {order}"
        met.add(end)
    assert met == expected


@BOTH
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_two_changes_of_one_job(
    trial: Callable[..., Trial], pair: tuple[JobState, list[Change]], around: Around
) -> None:
    assert_serial(trial(*pair, around=around))


@BOTH
@pytest.mark.parametrize("triple", TRIPLES.values(), ids=TRIPLES)
def test_three_changes_of_one_job(
    trial: Callable[..., Trial], triple: tuple[JobState, list[Change]], around: Around
) -> None:
    assert_serial(trial(*triple, around=around), switches=2)


def test_a_writer_that_is_cut_off_at_any_step_leaves_the_job_to_the_other(
    trial: Callable[..., Trial],
) -> None:
    change = {"state": RUNNING, "idempotency_key": "k", "expected_version": 1}
    other = {"state": FAILED, "expected_version": 1}
    both = trial(PENDING, [change, other])
    served = both.one_after_the_other()
    (alone,) = trial(PENDING, [other]).one_after_the_other()
    cut_off = Ended((LOST, *alone.told), alone.lives)
    steps = max(found.order.count(0) for found in interleavings(both.calls, switches=1))
    for step in range(steps):
        ends = {end for _, end in both.interleaved(cut_off_at=step, switches=1)}
        assert cut_off in ends
        assert ends <= served | {cut_off}


def test_a_job_that_comes_round_to_its_state_is_not_taken_for_unchanged(
    job_in: JobIn, ada: int
) -> None:
    """Nothing to do at version 1, and a conflict at version 4: never nothing to do at version 4."""

    def make() -> list[Call]:
        job_id = job_in(PENDING)
        change = partial(set_job_status, job_id=job_id, actor_id=ada)

        def go_round() -> None:
            for state in (RUNNING, FAILED, PENDING):
                change(state=state)

        return [partial(change, state=PENDING, expected_version=1), go_round]

    told = set()
    for found in interleavings(make):
        answer, _ = found.results
        if isinstance(answer, StatusChange):
            assert not answer.changed
            told.add(answer.job.version)
        else:
            assert isinstance(answer, VersionConflict), found
            assert answer.job.version > 1
    assert told == {1}


def test_one_key_on_two_jobs_is_two_keys(job_in: JobIn, ada: int) -> None:
    def make() -> tuple[list[Call], Callable[[], list[UUID]]]:
        jobs = [job_in(PENDING), job_in(PENDING)]
        change = partial(set_job_status, state=RUNNING, actor_id=ada, idempotency_key="k")
        return [partial(change, job_id=job_id) for job_id in jobs], lambda: jobs

    assert_serial(Trial(make))


# --- Creations --------------------------------------------------------------------------------

CREATIONS: Final = {
    "one key for one name": [("ada", "a", "k"), ("ada", "a", "k")],
    "one key for two names": [("ada", "a", "k"), ("ada", "b", "k")],
    "one key of two accounts": [("ada", "a", "k"), ("ben", "a", "k")],
    "two keys for one name": [("ada", "a", "k"), ("ada", "a", "l")],
    "no key": [("ada", "a", None), ("ada", "b", None)],
}


@pytest.fixture
def creations(db: None) -> Callable[..., Trial]:
    """Jobs to be created by accounts made anew each time: (account, name, key)."""
    numbers = itertools.count()

    def creations(*wanted: tuple[str, str, str | None], **options: Any) -> Trial:
        def make() -> tuple[list[Call], Callable[[], list[UUID]]]:
            number = next(numbers)
            accounts = {
                name: User.objects.create(username=f"{name} {number}").pk
                for name in sorted({account for account, _, _ in wanted})
            }
            calls: list[Call] = [
                partial(create_job, name=name, actor_id=accounts[account], idempotency_key=key)
                for account, name, key in wanted
            ]
            jobs = Job.objects.filter(created_by__in=accounts.values())
            order = jobs.order_by("created_by_id", "idempotency_key", "name")
            return calls, lambda: list(order.values_list("id", flat=True))

        return Trial(make, **options)

    return creations


@BOTH
@pytest.mark.parametrize("wanted", CREATIONS.values(), ids=CREATIONS)
def test_two_creations(
    creations: Callable[..., Trial], wanted: list[tuple[str, str, str | None]], around: Around
) -> None:
    assert_serial(creations(*wanted, around=around))


@BOTH
def test_three_creations_with_one_key(creations: Callable[..., Trial], around: Around) -> None:
    assert_serial(creations(*[("ada", "a", "k")] * 3, around=around))


def test_a_creation_that_is_cut_off_at_any_step_leaves_the_key_to_the_other(
    creations: Callable[..., Trial],
) -> None:
    both = creations(("ada", "a", "k"), ("ada", "b", "k"))
    served = both.one_after_the_other()
    (alone,) = creations(("ada", "b", "k")).one_after_the_other()
    cut_off = Ended((LOST, *alone.told), alone.lives)
    steps = max(found.order.count(0) for found in interleavings(both.calls, switches=1))
    for step in range(steps):
        ends = {end for _, end in both.interleaved(cut_off_at=step, switches=1)}
        assert cut_off in ends
        assert ends <= served | {cut_off}


def test_a_creation_repeated_while_the_job_moves_tells_the_job_as_it_stands(ada: int) -> None:
    keys = map(str, itertools.count())

    def make() -> tuple[list[Call], Callable[[], list[UUID]]]:
        create = partial(create_job, name="a", actor_id=ada, idempotency_key=next(keys))
        job_id = create().id
        move = partial(set_job_status, job_id=job_id, state=RUNNING, actor_id=ada)
        return [create, move], lambda: [job_id]

    assert_serial(Trial(make))
