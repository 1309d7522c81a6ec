"""A caller spends what its bucket holds and no more, whichever process it asks."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from backend.web import rate
from backend.web.models import RateBucket
from backend.web.rate import MINUTE, Allowance, Lease, Purses, RateLimited
from tests.backend.jobs.simultaneous import at_once

pytestmark = pytest.mark.django_db
START = 1_000.0  # seconds
NOW = 1_000_000_000  # the same in microseconds


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _six_hundred(settings: Settings) -> None:
    """600 points a minute: one in 0.1 s, and leases of six."""
    settings.RATE_POINTS_PER_MINUTE = 600


def stored() -> dict[str, int]:
    return dict(RateBucket.objects.values_list("key", "full_at"))


def test_a_lease_is_a_hundredth_of_a_bucket_or_what_is_wanted(clock: Clock) -> None:
    assert rate.take("a", 1, clock) == Lease(6, NOW + 600_000)
    assert rate.take("a", 50, clock) == Lease(50, NOW + 5_600_000)
    assert rate.take("b", 600, clock) == Lease(600, NOW + MINUTE)
    assert stored() == {"a": NOW + 5_600_000, "b": NOW + MINUTE}


def test_what_is_left_is_leased_and_then_nothing(clock: Clock) -> None:
    rate.take("a", 597, clock)
    assert rate.take("a", 4, clock) == Lease(0, NOW + 59_700_000)
    assert rate.take("a", 2, clock) == Lease(2, NOW + 59_900_000)
    assert rate.take("a", 1, clock) == Lease(1, NOW + MINUTE)
    assert rate.take("a", 1, clock) == Lease(0, NOW + MINUTE)


def test_a_bucket_refills_and_does_not_run_over(clock: Clock) -> None:
    rate.take("a", 600, clock)
    clock.now += 1.0
    assert rate.take("a", 11, clock) == Lease(0, NOW + MINUTE)
    assert rate.take("a", 10, clock) == Lease(10, NOW + MINUTE + 1_000_000)
    clock.now += 3_600.0
    assert rate.take("a", 600, clock) == Lease(600, NOW + 3_601_000_000 + MINUTE)
    assert rate.take("a", 1, clock) == Lease(0, NOW + 3_601_000_000 + MINUTE)


def test_more_than_a_bucket_holds_costs_a_full_one(clock: Clock) -> None:
    assert rate.take("a", 5_000, clock) == Lease(600, NOW + MINUTE)


def test_a_purse_spends_without_a_statement(
    clock: Clock, statements: DjangoAssertNumQueries
) -> None:
    purses = Purses(clock)
    assert purses.spend("a", 1) is None
    with statements(1):
        purses.fill("a", rate.take("a", 1, clock))
    with statements(0):
        assert purses.spend("a", 1) == Allowance(600, 599, 0.6)
        assert purses.spend("a", 4) == Allowance(600, 595, 0.6)
        assert purses.spend("a", 2) is None  # one is left of the lease
        assert purses.spend("a", 1) == Allowance(600, 594, 0.6)


def test_an_empty_bucket_refuses_from_memory_until_enough_has_come_back(clock: Clock) -> None:
    purses = Purses(clock)
    purses.fill("a", rate.take("a", 600, clock))
    assert purses.spend("a", 600) == Allowance(600, 0, 60.0)
    with pytest.raises(RateLimited) as refused:
        purses.spend("a", 25)
    assert refused.value.retry_after == 3  # of 2.5
    assert refused.value.allowance == Allowance(600, 0, 60.0)
    assert refused.value.cost == 25
    assert str(refused.value) == "This costs more points than you have left: try again in 3 s."
    clock.now += 2.4
    with pytest.raises(RateLimited):
        purses.spend("a", 25)
    clock.now += 0.1
    assert purses.spend("a", 25) is None  # worth asking
    purses.fill("a", rate.take("a", 25, clock))
    assert purses.spend("a", 25) == Allowance(600, 0, 60.0)


def test_a_lease_adds_to_what_the_purse_holds(clock: Clock) -> None:
    purses = Purses(clock)
    purses.fill("a", rate.take("a", 1, clock))
    assert purses.spend("a", 1) == Allowance(600, 599, 0.6)
    assert [purses.lacking("a", cost) for cost in (5, 6, 599, 5_000)] == [1, 1, 594, 595]
    purses.fill("a", rate.take("a", 594, clock))
    assert purses.spend("a", 599) == Allowance(600, 0, 60.0)
    assert purses.lacking("b", 7) == 7
    clock.now += 60.0
    assert purses.lacking("a", 7) == 7


def test_processes_share_a_bucket(clock: Clock) -> None:
    here, there = Purses(clock), Purses(clock)
    here.fill("a", rate.take("a", 300, clock))
    there.fill("a", rate.take("a", 300, clock))
    assert here.spend("a", 300) == Allowance(600, 300, 30.0)  # as far as it knows
    assert there.spend("a", 300) == Allowance(600, 0, 60.0)
    assert here.spend("a", 1) is None
    here.fill("a", rate.take("a", 1, clock))
    with pytest.raises(RateLimited):
        here.spend("a", 1)


def test_what_was_leased_is_no_good_after_a_minute(clock: Clock) -> None:
    purses = Purses(clock)
    purses.fill("a", rate.take("a", 600, clock))
    clock.now += 60.0
    assert purses.spend("a", 1) is None
    assert rate.take("a", 600, clock).points == 600


def test_callers_have_buckets_of_their_own(clock: Clock) -> None:
    assert rate.take("a", 600, clock).points == 600
    assert rate.take("b", 600, clock).points == 600


def test_full_buckets_are_deleted_and_no_others(clock: Clock) -> None:
    for number in range(3):
        rate.take(f"user:{number}", 100 * (number + 1), clock)
    clock.now += 20.5
    rate.prune(clock)
    assert stored() == {"user:2": NOW + 30_000_000}


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_nobody_gets_more_than_there_is(clock: Clock) -> None:
    def many() -> int:
        return sum(rate.take("a", 1, clock).points for _ in range(30))

    taken = at_once([many] * 4)
    assert sum(int(str(points)) for points in taken) == 600
    assert rate.take("a", 1, clock).points == 0


ACTIONS = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.integers(1, 700), st.integers(0, 20_000)), max_size=40
)


@given(actions=ACTIONS)
@limits(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_spends_more_than_a_bucket_and_what_flowed_in(
    actions: list[tuple[int, int, int]],
) -> None:
    """Two processes, any costs, any pauses (in milliseconds)."""
    RateBucket.objects.all().delete()
    clock = Clock()
    processes = Purses(clock), Purses(clock)
    spent = 0
    for process, cost, pause in actions:
        clock.now += pause / 1_000
        purses = processes[process]
        try:
            paid = purses.spend("a", cost)
            if paid is None:
                purses.fill("a", rate.take("a", purses.lacking("a", cost), clock))
                paid = purses.spend("a", cost)
        except RateLimited:
            continue
        assert paid is not None
        assert 0 <= paid.remaining <= 600
        spent += min(cost, 600)
    assert spent <= 600 + (clock.now - START) * 10
