"""The states and the moves between them, as one exact table."""

import itertools

import pytest

from backend.jobs.lifecycle import (
    FINISHED,
    INITIAL,
    TRANSITIONS,
    JobState,
    allowed_transitions,
    is_finished,
    may_move,
)

PENDING, RUNNING, COMPLETED = JobState.PENDING, JobState.RUNNING, JobState.COMPLETED
FAILED, CANCELLED = JobState.FAILED, JobState.CANCELLED

TABLE = {
    PENDING: (RUNNING, CANCELLED, FAILED),
    RUNNING: (COMPLETED, FAILED, CANCELLED),
    COMPLETED: (),
    FAILED: (PENDING,),
    CANCELLED: (PENDING,),
}
PAIRS = list(itertools.product(JobState, JobState))


def test_the_states_are_these_five_in_this_order() -> None:
    assert [state.value for state in JobState] == [
        "PENDING",
        "RUNNING",
        "COMPLETED",
        "FAILED",
        "CANCELLED",
    ]
    assert INITIAL is PENDING


@pytest.mark.parametrize("state", JobState)
def test_the_moves_out_of_a_state(state: JobState) -> None:
    assert allowed_transitions(state) == TABLE[state]


@pytest.mark.parametrize(("current", "target"), PAIRS)
def test_each_pair_of_states(current: JobState, target: JobState) -> None:
    assert may_move(current, target) is (target in TABLE[current])


def test_eight_of_the_twenty_five_pairs_are_moves_and_none_stays_put() -> None:
    assert sum(may_move(current, target) for current, target in PAIRS) == 8
    assert not any(may_move(state, state) for state in JobState)


def test_a_finished_job_is_completed_failed_or_cancelled() -> None:
    assert {COMPLETED, FAILED, CANCELLED} == FINISHED
    assert {state for state in JobState if is_finished(state)} == FINISHED


def test_the_table_can_not_be_changed() -> None:
    with pytest.raises(TypeError):
        TRANSITIONS[COMPLETED] = (PENDING,)  # type: ignore[index]
