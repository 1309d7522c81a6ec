"""Records: what goes in comes out, by attribute, in Python's types."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backend.database.records import EPOCH, Record, pack_instant, unpack_instant
from backend.jobs.lifecycle import JobState

NOON = datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)
KEY = UUID("0198f2a4-7c00-7abc-8def-0123456789ab")

instants = st.datetimes(timezones=st.just(UTC))
zones = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone)


class Thing(Record):
    """One column of each kind, and one with a default."""

    key: UUID
    made: datetime
    state: JobState
    name: str
    number: int
    ended: datetime | None
    parent: UUID | None
    before: JobState | None
    note: str | None = None


VALUES: dict[str, Any] = {
    "key": KEY,
    "made": NOON,
    "state": JobState.FAILED,
    "name": "a",
    "number": 7,
    "ended": None,
    "parent": None,
    "before": None,
    "note": None,
}
THING = Thing(**VALUES)
things: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "key": st.uuids(),
        "made": instants,
        "state": st.sampled_from(JobState),
        "name": st.text(),
        "number": st.integers(),
        "ended": st.none() | instants,
        "parent": st.none() | st.uuids(),
        "before": st.none() | st.sampled_from(JobState),
        "note": st.none() | st.text(),
    }
)


@settings(max_examples=50)
@given(things)
def test_attributes_give_back_what_was_put_in(values: dict[str, Any]) -> None:
    thing = Thing(**values)
    assert {name: getattr(thing, name) for name in Thing.columns} == values
    in_order = tuple(values[name] for name in Thing.columns)
    assert thing.values == in_order
    assert list(map(type, thing.values)) == list(map(type, in_order))
    assert Thing(*in_order) == thing
    assert Thing.of(tuple(thing)) == thing


def test_a_row_is_kept_as_it_is_sent() -> None:
    assert tuple(THING) == (
        KEY.bytes,
        825_681_600_123_456,
        "FAILED",
        "a",
        7,
        *[None] * 4,
    )
    assert Thing.of((KEY.bytes, 0, "RUNNING", "b", 1, -1, None, "PENDING", "x")).values == (
        KEY,
        EPOCH,
        JobState.RUNNING,
        "b",
        1,
        datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        None,
        JobState.PENDING,
        "x",
    )


@settings(max_examples=50)
@given(things, things)
def test_records_are_the_same_where_their_values_are(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert (Thing(**one) == Thing(**other)) is (one == other)
    assert Thing(**one) == Thing(**one)
    assert len({Thing(**one), Thing(**one), Thing(**other)}) == (1 if one == other else 2)


@settings(max_examples=50)
@given(things, things, st.sets(st.sampled_from(Thing.columns)))
def test_replace_changes_what_it_is_told_and_nothing_else(
    one: dict[str, Any], other: dict[str, Any], names: set[str]
) -> None:
    before = Thing(**one)
    changes = {name: other[name] for name in names}
    assert before.replace(**changes) == Thing(**(one | changes))
    assert before == Thing(**one)


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((), {}),
        ((KEY, NOON), {}),
        (tuple(VALUES.values()), {"other": 1}),
        ((*VALUES.values(), 1), {}),
        ((KEY,), VALUES),  # the key twice
        ((), {name: value for name, value in VALUES.items() if name != "number"}),
    ],
)
def test_arguments_that_do_not_fit_are_refused(
    args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match=r"^Thing has key, made, state, name, number, ended,"):
        Thing(*args, **kwargs)
    with pytest.raises(TypeError, match=r"^Thing has key, made"):
        THING.replace(other=1)


def test_a_default_stands_in_for_what_is_left_out() -> None:
    assert Thing(*[value for name, value in VALUES.items() if name != "note"]) == THING
    assert THING.replace(note="x").note == "x"


def test_what_is_no_state_can_be_in_no_record() -> None:
    with pytest.raises(ValueError, match="LOST"):
        THING.replace(state="LOST")


def test_a_record_can_not_be_changed() -> None:
    with pytest.raises(AttributeError):
        THING.name = "b"  # type: ignore[misc]


def test_a_record_shows_what_it_holds() -> None:
    assert repr(THING.replace(ended=NOON)) == (
        f"Thing(key={KEY!r}, made={NOON!r}, state={JobState.FAILED!r}, name='a', number=7,"
        f" ended={NOON!r}, parent=None, before=None, note=None)"
    )


@given(instants)
@example(datetime.min.replace(tzinfo=UTC))
@example(datetime.max.replace(tzinfo=UTC))
@example(EPOCH)
@example(EPOCH - timedelta(microseconds=1))
def test_an_instant_comes_back_to_the_microsecond(instant: datetime) -> None:
    assert unpack_instant(pack_instant(instant)) == instant
    assert unpack_instant(pack_instant(instant)).tzinfo is UTC


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=zones))  # noqa: DTZ001 (hypothesis wants it)
def test_an_instant_of_any_zone_is_the_same_instant(instant: datetime) -> None:
    assert unpack_instant(pack_instant(instant)) == instant
