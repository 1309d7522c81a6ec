"""How far the log is final: whoever reads up to there misses nothing, whatever writers do."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import sleep

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.jobs import counts, horizon
from backend.jobs.filters import StatusFilter
from backend.jobs.horizon import Horizon
from backend.jobs.keyset import Page
from backend.jobs.lifecycle import JobState
from backend.jobs.models import Job, JobStatus
from backend.jobs.selectors.statuses import log_page
from backend.jobs.services import create_job, set_job_status
from tests.backend.jobs.sample import all_entries
from tests.backend.jobs.simultaneous import OpenTransaction, at_once

postgres = pytest.mark.postgres
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has just started."""
    monkeypatch.setattr(horizon, "_horizon", Horizon())


@pytest.fixture
def create(ada: int) -> Callable[[], int]:
    """Create a job; the log position of its first entry."""

    def create() -> int:
        job = create_job(name="a", actor_id=ada)
        return JobStatus.objects.get(job_id=job.id).pk

    return create


def final() -> int:
    """The final position without waiting for anybody."""
    return horizon.final_position(patience=0)


def backend_pid() -> int:
    """The server process behind this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def shown() -> list[int]:
    """The positions that a reader of the log is shown."""
    return [entry.id for entry in log_page(StatusFilter(), Page(size=100)).rows]


# --- The reasoning, without a database --------------------------------------------------------


@given(st.data())
def test_all_that_is_final_is_settled(data: st.DataObject) -> None:
    """Transactions take ids, commit and roll back in any order, while a reader looks on."""
    known = Horizon()
    opened: dict[str, list[int]] = {}  # transactions that hold the sequence, and their ids
    visible: set[int] = set()
    taken = started = 0
    for _ in range(data.draw(st.integers(1, 40))):
        move = data.draw(st.sampled_from(["take", "take", "commit", "roll back", "look"]))
        if move == "take":
            owner = data.draw(st.sampled_from([*sorted(opened), ""]))
            if not owner:
                started += 1
                owner = f"3/{started}"
            taken += 1
            opened.setdefault(owner, []).append(taken)
        elif move != "look" and opened:
            ended = opened.pop(data.draw(st.sampled_from(sorted(opened))))
            visible |= set(ended) if move == "commit" else set()
        else:
            position = known.learn(max(visible, default=0), frozenset(opened))
            unsettled = [number for numbers in opened.values() for number in numbers]
            assert position < min(unsettled, default=taken + 1)
            if not opened:
                assert position == max(visible, default=0)
    assert known.learn(max(visible, default=0), frozenset()) == max(visible, default=0)


def test_a_holder_that_never_ends_holds_back_only_what_came_after_it() -> None:
    known = Horizon()
    assert known.learn(10, frozenset()) == 10
    for turn in range(100):
        assert known.learn(11 + turn, frozenset({"stuck", f"3/{turn}"})) == 10
    assert len(known._candidates) == 2
    assert known.learn(111, frozenset({"3/99"})) == 11  # the oldest candidate ripens first
    assert known.learn(111, frozenset()) == 111


def test_writers_without_a_pause_do_not_stop_the_reader() -> None:
    """There is always somebody writing, but never the same one for long."""
    known = Horizon()
    for turn in range(1, 50):
        position = known.learn(turn, frozenset({f"3/{turn}", f"3/{turn + 1}"}))
        assert position == max(0, turn - 2)


def test_the_final_position_never_goes_back() -> None:
    known = Horizon()
    assert known.learn(7, frozenset()) == 7
    assert known.learn(3, frozenset()) == 7
    assert known.learn(0, frozenset({"3/1"})) == 7


# --- Transactions that stay open --------------------------------------------------------------


def test_one_writer_at_a_time_settles_all(create: Callable[[], int]) -> None:
    assert final() == 0
    assert [create() for _ in range(3)] == shown()
    assert final() == shown()[-1]


@postgres
@committed
def test_what_commits_late_is_waited_for(create: Callable[[], int]) -> None:
    first = create()
    assert final() == first
    with OpenTransaction() as other:
        late = other.call(create)
        early = create()
        assert early == late + 1
        assert final() == first
        page = log_page(StatusFilter(), Page())
        assert ([entry.id for entry in page.rows], page.has_next) == ([first], False)
        other.commit()
    assert final() == early
    assert shown() == [first, late, early]


@postgres
@committed
def test_a_process_that_starts_takes_over_what_is_rolled_up(
    create: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = create()
    assert counts.advance()
    monkeypatch.setattr(horizon, "_horizon", Horizon())
    with OpenTransaction() as other:
        other.call(create)
        assert final() == first
        assert shown() == [first]


@postgres
@committed
def test_what_is_rolled_back_leaves_a_hole(create: Callable[[], int]) -> None:
    first = create()
    assert final() == first
    with OpenTransaction() as other:
        other.call(create)
        early = create()
        assert shown() == [first]
        other.roll_back()
    assert shown() == [first, early]
    assert final() == early == first + 2


@postgres
@committed
def test_a_savepoint_that_is_rolled_back_settles_nothing(create: Callable[[], int]) -> None:
    def create_and_undo() -> None:
        with transaction.atomic():
            create()
            transaction.set_rollback(True)

    first = create()
    assert final() == first
    with OpenTransaction() as other:
        other.call(create_and_undo)
        early = create()
        assert final() == first
        late = other.call(create)
        assert final() == first
        other.commit()
    assert shown() == [first, early, late]
    assert final() == late == first + 3


@postgres
@committed
def test_each_position_is_final_as_soon_as_those_before_it_are(create: Callable[[], int]) -> None:
    with OpenTransaction() as one, OpenTransaction() as two:
        of_one, seen = one.call(create), create()
        assert final() == 0
        of_two, last = two.call(create), create()
        assert final() == 0
        one.commit()
        assert final() == seen
        assert shown() == [of_one, seen]
        two.commit()
    assert shown() == [of_one, seen, of_two, last]
    assert final() == last


@postgres
@committed
def test_a_connection_that_breaks_settles_what_it_held(create: Callable[[], int]) -> None:
    first = create()
    assert final() == first
    with OpenTransaction() as other:
        other.call(create)
        early = create()
        assert final() == first
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 20000)", [other.call(backend_pid)])
            assert cursor.fetchall() == [(True,)]
        assert final() == early
        assert shown() == [first, early]


@postgres
@committed
def test_writers_of_other_things_delay_nothing(ada: int, create: Callable[[], int]) -> None:
    """Open transactions that appended nothing, even to the jobs themselves, are no concern."""
    create()
    with OpenTransaction() as registering, OpenTransaction() as updating:
        registering.call(User.objects.create, username="eve")
        updating.call(Job.objects.filter(created_by_id=ada).update, version=7)
        newest = create()
        assert final() == newest
        assert len(shown()) == 2


@postgres
@committed
def test_a_reader_waits_for_a_writer_that_is_about_to_commit(create: Callable[[], int]) -> None:
    with OpenTransaction() as other, ThreadPoolExecutor(1) as reader:
        other.call(create)
        early = create()

        def read() -> int:
            try:
                return horizon.final_position(patience=30)
            finally:
                connection.close()

        waiting = reader.submit(read)
        assert not waiting.done()
        other.commit()
        assert waiting.result(timeout=20) == early


@postgres
@committed
def test_what_a_transaction_knows_of_itself_it_tells_nobody(create: Callable[[], int]) -> None:
    """A writer sees its own entries as final; no other reader of its process may believe that."""
    first = create()
    assert final() == first
    with OpenTransaction() as other:
        late = other.call(create)
        early = create()
        assert other.call(final) == early
        assert other.call(shown) == [first, late, early]
        assert horizon.known_final_position() == first
        assert final() == first
        assert shown() == [first]
        other.commit()
    assert shown() == [first, late, early]


@postgres
@committed
def test_an_old_observation_settles_nothing_that_a_newer_one_saw(
    create: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two readers in one process; the first is held up between looking and learning."""
    first = create()
    observe = horizon._observe
    with OpenTransaction() as other:

        def look_and_be_held_up() -> tuple[int, frozenset[str]]:
            seen = observe()
            monkeypatch.setattr(horizon, "_observe", observe)
            other.call(create)
            create()
            assert at_once([final]) == [0]  # the second reader, which must wait for `other`
            return seen

        monkeypatch.setattr(horizon, "_observe", look_and_be_held_up)
        assert final() == first
        assert shown() == [first]
        other.commit()
    assert len(shown()) == 3


# --- Many writers -----------------------------------------------------------------------------


@postgres
@committed
def test_readers_see_each_committed_entry_once_in_order(ada: int) -> None:
    """Twelve writers with delays, rollbacks and savepoints; three readers follow from a cursor."""
    writing = threading.Event()
    writing.set()

    def write(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 (a test's)
        for _ in range(8):
            with transaction.atomic():
                job = create_job(name="a", actor_id=ada)
                sleep(chance.choice([0, 0, 0.002, 0.01, 0.03]))
                if chance.random() < 0.4:
                    with transaction.atomic():
                        set_job_status(job_id=job.id, state=JobState.RUNNING, actor_id=ada)
                        transaction.set_rollback(chance.random() < 0.5)
                    sleep(chance.choice([0, 0.005]))
                transaction.set_rollback(chance.random() < 0.25)

    def follow(size: int) -> list[int]:
        seen: list[int] = []
        done = False
        while not done:
            done = not writing.is_set()  # looked at before the read that may end it
            found = log_page(StatusFilter(), Page(size, after=(seen[-1],) if seen else None))
            seen += [entry.id for entry in found.rows]
            done = done and not found.has_next
        connection.close()
        return seen

    with ThreadPoolExecutor(3) as threads:
        readers = [threads.submit(follow, size) for size in (1, 7, 100)]
        try:
            failures = [
                result for result in at_once([partial(write, n) for n in range(12)]) if result
            ]
        finally:
            writing.clear()
        assert failures == []
        written = [entry.id for entry in all_entries()]
        for reader in readers:
            assert reader.result() == written
    assert len(written) > 60
    assert written[-1] - written[0] + 1 > len(written)  # there were holes


@postgres
@committed
def test_counts_are_advanced_to_where_the_log_is_final_and_no_further(
    create: Callable[[], int],
) -> None:
    first = create()
    assert final() == first
    with OpenTransaction() as other:
        late = other.call(create)
        create()
        assert counts.advance(patience=0) is True
        assert counts._rollup().position == first
        assert counts.totals().jobs[JobState.PENDING] == 2
        assert counts.advance(patience=0) is False
        other.commit()
    assert counts.totals().jobs[JobState.PENDING] == 3
    assert counts.advance() is True
    assert counts._rollup().position == late + 1
    assert counts.totals().jobs[JobState.PENDING] == 3
