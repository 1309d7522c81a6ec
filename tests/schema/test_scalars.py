"""Instants as text: by either way the same."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from backend.database.records import EPOCH, pack_instant
from schema.scalars import instant_to_text, kept_instant_to_text, text_to_instant


@given(st.datetimes(timezones=st.just(UTC)))
@example(datetime.min.replace(tzinfo=UTC))
@example(datetime.max.replace(tzinfo=UTC))
@example(EPOCH)
@example(EPOCH - timedelta(microseconds=1))
@example(datetime(999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))
@example(datetime(1970, 1, 1, tzinfo=UTC))
def test_a_kept_instant_has_the_text_of_the_instant(instant: datetime) -> None:
    text = instant_to_text(instant)
    assert kept_instant_to_text(pack_instant(instant)) == text
    assert text_to_instant(text) == instant


def test_some_texts() -> None:
    assert kept_instant_to_text(0) == "2000-01-01T00:00:00.000000Z"
    assert kept_instant_to_text(-1) == "1999-12-31T23:59:59.999999Z"
    assert kept_instant_to_text(61_000_001) == "2000-01-01T00:01:01.000001Z"
    assert kept_instant_to_text(pack_instant(datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC))) == (
        "0001-02-03T04:05:06.000007Z"
    )


def test_an_instant_of_another_zone_is_told_in_utc() -> None:
    east = datetime(2026, 11, 24, 14, 35, tzinfo=timezone(timedelta(hours=2)))
    assert instant_to_text(east) == "2026-11-24T12:35:00.000000Z"
    assert kept_instant_to_text(pack_instant(east)) == "2026-11-24T12:35:00.000000Z"
