"""Guessing passwords is slow, costs no hashing, and locks no owner out."""

import pytest

from backend.accounts import sessions, throttle
from backend.accounts.errors import InvalidCredentials, TooManyAttempts
from backend.accounts.models import LoginThrottle
from tests.backend.accounts.conftest import PASSWORD, Clock, HashingCount, MakeUser

HOME = "192.0.2.1"
ELSEWHERE = "198.51.100.7"


def fail(username: str = "ada", address: str = HOME, *, times: int = 1) -> None:
    """Try a wrong password that many times, each let through to the hasher."""
    for _ in range(times):
        with pytest.raises(InvalidCredentials):
            sessions.log_in(username, "wrong", address)


def refused(username: str = "ada", address: str = HOME, password: str = PASSWORD) -> int:
    """Try once, expecting to be told to wait; for how many seconds."""
    with pytest.raises(TooManyAttempts) as refusal:
        sessions.log_in(username, password, address)
    return refusal.value.retry_after_seconds


def succeed(username: str = "ada", address: str = HOME) -> None:
    """Sign in with the right password."""
    assert sessions.log_in(username, PASSWORD, address).user.username == username


def test_the_wait_doubles_from_the_fifth_failure_to_a_quarter_of_an_hour(
    make_user: MakeUser, clock: Clock
) -> None:
    make_user()
    fail(times=4)
    waits = []
    for _ in range(12):
        fail()
        waits.append(refused())
        clock.advance(seconds=waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_the_wait_is_exact_and_never_zero(make_user: MakeUser, clock: Clock) -> None:
    make_user()
    fail(times=5)
    for wait in (1, 2, 4):
        clock.advance(seconds=wait)
        fail()
    assert refused() == 8
    clock.advance(seconds=7.5)
    assert refused() == 1
    clock.advance(seconds=0.5)
    succeed()


def test_a_refused_attempt_hashes_nothing_and_is_not_counted(
    make_user: MakeUser, clock: Clock, hashings: HashingCount
) -> None:
    make_user()
    fail(times=5)
    hashings.value = 0
    assert [refused(), refused(), refused(password="wrong")] == [1, 1, 1]
    assert hashings.value == 0
    clock.advance(seconds=1)
    succeed()
    assert hashings.value == 1


def test_success_clears_the_pair(make_user: MakeUser, clock: Clock) -> None:
    make_user()
    fail(times=5)
    clock.advance(seconds=1)
    succeed()
    fail(times=5)
    assert refused() == 1


def test_a_pair_is_forgotten_after_a_day(make_user: MakeUser, clock: Clock) -> None:
    make_user()
    fail(times=5)
    clock.advance(hours=24)
    fail(times=5)
    assert refused() == 1


@pytest.mark.usefixtures("clock")
def test_a_stranger_does_not_lock_the_owner_out(make_user: MakeUser) -> None:
    make_user()
    fail(times=5, address=ELSEWHERE)
    assert refused(address=ELSEWHERE) == 1
    succeed(address=HOME)


def test_an_address_that_tries_many_accounts_is_stopped(
    make_user: MakeUser, clock: Clock, hashings: HashingCount
) -> None:
    make_user()
    for number in range(30):
        fail(f"name{number}")
        clock.advance(seconds=10)
    hashings.value = 0
    assert refused() == 15 * 60 - 300
    assert hashings.value == 0
    succeed(address=ELSEWHERE)
    clock.advance(seconds=15 * 60 - 300)
    succeed()


def test_successes_do_not_use_an_address_up(make_user: MakeUser) -> None:
    make_user()
    for _ in range(35):
        succeed()
    fail("nobody")
    assert sorted(LoginThrottle.objects.values_list("failures", flat=True)) == [0, 0, 1, 1, 1]


@pytest.mark.usefixtures("clock")
def test_an_address_known_to_the_account_answers_for_the_pair_alone(make_user: MakeUser) -> None:
    make_user()
    make_user("eve")
    succeed()
    for number in range(30):
        fail(f"name{number}")
    assert refused("eve") == 15 * 60
    succeed()
    fail(times=5)
    assert refused() == 1


def test_a_known_address_is_forgotten_after_30_days(make_user: MakeUser, clock: Clock) -> None:
    make_user()
    succeed()
    clock.advance(days=30)
    for number in range(30):
        fail(f"name{number}")
    assert refused() == 15 * 60


def test_many_machines_against_one_account_are_stopped_but_not_its_owner(
    make_user: MakeUser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "ACCOUNT_FAILURES", 20)
    make_user()
    succeed(address=HOME)
    for number in range(20):
        fail(address=f"203.0.113.{number}")
    assert refused(address="203.0.113.99") == 60 * 60
    succeed(address=HOME)
    clock.advance(hours=1)
    succeed(address="203.0.113.99")


@pytest.mark.usefixtures("clock")
def test_a_network_of_ipv6_counts_as_one_address(make_user: MakeUser) -> None:
    make_user()
    for number in range(30):
        fail(f"name{number}", address=f"2001:db8:0:1::{number:x}")
    assert refused(address="2001:db8:0:1:ffff::1") == 15 * 60
    succeed(address="2001:db8:0:2::1")


@pytest.mark.usefixtures("clock")
def test_an_address_of_ipv4_is_the_same_in_the_clothes_of_ipv6(make_user: MakeUser) -> None:
    make_user()
    fail(times=5, address="192.0.2.1")
    assert refused(address="::ffff:192.0.2.1") == 1


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("address", ["", "unknown", "unix:", "é\ud800", "x" * 10_000])
def test_an_address_that_is_none_is_counted_all_the_same(address: str, make_user: MakeUser) -> None:
    make_user()
    fail(times=5, address=address)
    assert refused(address=address) == 1
    succeed(address=HOME)


def test_what_was_typed_can_not_be_read_from_the_table(make_user: MakeUser) -> None:
    make_user()
    fail("hunter2")
    for key in LoginThrottle.objects.values_list("key", flat=True):
        assert len(key) == 64
        assert "hunter2" not in key


def test_rows_that_have_nothing_left_to_say_are_pruned(make_user: MakeUser, clock: Clock) -> None:
    make_user()
    for number in range(8):
        fail(f"name{number}", address=f"203.0.113.{number}")
    assert LoginThrottle.objects.count() == 24
    clock.advance(days=1)
    fail()
    assert LoginThrottle.objects.count() == 24 + 3 - 20
    fail()
    assert LoginThrottle.objects.count() == 3


def test_the_sentence_names_the_wait() -> None:
    assert str(TooManyAttempts(1)).endswith("Try again in 1 second.")
    assert str(TooManyAttempts(90)).endswith("Try again in 90 seconds.")
