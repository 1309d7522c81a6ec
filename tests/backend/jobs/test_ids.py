"""Job ids: the creation time in and out again, the order of time, the bits of a UUIDv7."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122, UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.jobs import ids

LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
SMALLEST_STEP = timedelta(microseconds=1)

instants = st.datetimes(
    min_value=ids.EPOCH.replace(tzinfo=None),
    max_value=LAST.replace(tzinfo=None),
    timezones=st.just(UTC),
)


@given(instants)
@example(ids.EPOCH)
@example(LAST)
def test_the_creation_time_comes_back_to_the_microsecond(instant: datetime) -> None:
    assert ids.created_at(ids.mint(instant)) == instant
    assert ids.created_at(ids.floor(instant)) == instant


def test_each_microsecond_of_a_millisecond_comes_back() -> None:
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    span = [start + number * SMALLEST_STEP for number in range(1_001)]
    minted = [ids.mint(instant) for instant in span]
    assert [ids.created_at(job_id) for job_id in minted] == span
    assert minted == sorted(minted)


@given(instants, instants)
def test_the_order_of_ids_is_the_order_of_times(one: datetime, other: datetime) -> None:
    if one == other:
        other = one + SMALLEST_STEP if one < LAST else one - SMALLEST_STEP
    assert (ids.mint(one) < ids.mint(other)) is (one < other)


@given(instants.filter(lambda instant: instant < LAST), st.text())
def test_a_floor_parts_what_was_created_before_from_what_was_not(
    instant: datetime, seed: str
) -> None:
    assert ids.floor(instant) <= ids.mint(instant, seed=seed) < ids.floor(instant + SMALLEST_STEP)


@given(instants)
def test_an_id_is_a_uuid_of_version_7(instant: datetime) -> None:
    for job_id in (ids.mint(instant), ids.mint(instant, seed="x"), ids.floor(instant)):
        assert job_id.version == 7
        assert job_id.variant == RFC_4122
        assert job_id.int >> 80 == (instant - ids.EPOCH) // timedelta(milliseconds=1)


@given(instants, st.text(max_size=50))
def test_a_seed_gives_the_same_id_every_time(instant: datetime, seed: str) -> None:
    assert ids.mint(instant, seed=seed) == ids.mint(instant, seed=seed)
    assert ids.mint(instant, seed=seed) != ids.mint(instant, seed=seed + "'")


def test_ids_of_seeds_are_what_earlier_versions_made() -> None:
    instant = datetime(2006, 11, 24, 14, 35, 0, 123_456, tzinfo=UTC)
    assert ids.mint(instant, seed="swf:LLNL-Atlas:17") == UUID(
        "010f1a64-069b-774c-9b5b-ced1f43e3e0f"
    )


def test_ids_of_one_instant_differ_by_chance() -> None:
    instant = datetime(2026, 3, 1, tzinfo=UTC)
    assert len({ids.mint(instant) for _ in range(1_000)}) == 1_000


@given(st.integers(min_value=-14 * 60, max_value=14 * 60))
def test_the_offset_of_a_time_does_not_matter(minutes: int) -> None:
    instant = datetime(2026, 3, 1, 12, tzinfo=UTC)
    elsewhere = instant.astimezone(timezone(timedelta(minutes=minutes)))
    assert ids.mint(elsewhere, seed="x") == ids.mint(instant, seed="x")


def test_before_1970_nothing_was_created() -> None:
    too_early = ids.EPOCH - SMALLEST_STEP
    with pytest.raises(ValueError, match="too early"):
        ids.mint(too_early)
    assert ids.floor(too_early) == ids.floor(ids.EPOCH)
    assert ids.floor(datetime.min.replace(tzinfo=UTC)) == ids.floor(ids.EPOCH)
