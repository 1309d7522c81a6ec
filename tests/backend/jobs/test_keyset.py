"""Cursors: what goes in comes out, and anything else is refused."""

import base64
import string
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.jobs import keyset
from backend.jobs.keyset import InvalidCursor, InvalidPage, Key, Ordering, Page
from backend.jobs.lifecycle import JobState
from backend.jobs.orders import (
    CREATED_ASC,
    CREATED_DESC,
    HISTORY,
    LOG,
    STATE_CHANGED_ASC,
    STATE_CHANGED_DESC,
)
from backend.jobs.records import JobRecord, StatusRecord

ORDERINGS = [CREATED_DESC, CREATED_ASC, STATE_CHANGED_DESC, STATE_CHANGED_ASC, HISTORY, LOG]
JOB = UUID("0198f2a4-7c00-7abc-8def-0123456789ab")
OTHER_JOB = UUID("0198f2a4-7c00-7abc-8def-0123456789ac")
CHANGED = datetime(2026, 3, 1, 12, 34, 56, 789_012, tzinfo=UTC)
ALPHABET = string.ascii_letters + string.digits + "-_"

instants = st.datetimes(timezones=st.just(UTC))
positions = st.integers(min_value=-(2**63), max_value=2**63 - 1)
scopes = st.binary(max_size=64)


def a_key(ordering: Ordering) -> Key:
    """Some row's values in that ordering."""
    values: dict[str, Any] = {"state_changed_at": CHANGED, "id": JOB}
    return (4711,) if ordering in {HISTORY, LOG} else tuple(values[n] for n in ordering.names)


@given(st.uuids(), scopes)
def test_a_place_in_the_order_of_creation_comes_back(job_id: UUID, scope: bytes) -> None:
    for ordering in (CREATED_DESC, CREATED_ASC):
        assert ordering.key(ordering.cursor((job_id,), scope=scope), scope=scope) == (job_id,)


@given(instants, st.uuids())
@example(datetime.min.replace(tzinfo=UTC), UUID(int=0))
@example(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))
def test_a_place_in_the_order_of_changes_comes_back(changed: datetime, job_id: UUID) -> None:
    for ordering in (STATE_CHANGED_DESC, STATE_CHANGED_ASC):
        assert ordering.key(ordering.cursor((changed, job_id))) == (changed, job_id)


def a_job(job_id: UUID, changed: datetime) -> JobRecord:
    return JobRecord(job_id, "a", JobState.FAILED, changed, 1, changed, None, changed, None)


def an_entry(position: int, job_id: UUID) -> StatusRecord:
    return StatusRecord(position, job_id, JobState.RUNNING, None, None, CHANGED, None)


@given(st.lists(st.tuples(st.uuids(), instants), max_size=8), scopes)
@example([(JOB, datetime.min.replace(tzinfo=UTC)), (JOB, datetime.max.replace(tzinfo=UTC))], b"")
def test_the_cursors_of_jobs_are_those_of_each(
    places: list[tuple[UUID, datetime]], scope: bytes
) -> None:
    jobs = [a_job(*place) for place in places]
    for ordering in (CREATED_DESC, CREATED_ASC):
        each = [ordering.cursor((job_id,), scope=scope) for job_id, _ in places]
        assert ordering.cursors(jobs, scope=scope) == each
    for ordering in (STATE_CHANGED_DESC, STATE_CHANGED_ASC):
        each = [ordering.cursor((changed, job_id), scope=scope) for job_id, changed in places]
        assert ordering.cursors(jobs, scope=scope) == each


@given(st.lists(positions, max_size=8), scopes)
@example([2**63 - 1, -(2**63)], JOB.bytes)
def test_the_cursors_of_entries_are_those_of_each(numbers: list[int], scope: bytes) -> None:
    entries = [an_entry(number, JOB) for number in numbers]
    for ordering in (HISTORY, LOG):
        each = [ordering.cursor((number,), scope=scope) for number in numbers]
        assert ordering.cursors(entries, scope=scope) == each


@given(positions, scopes)
@example(2**63 - 1, b"")
def test_a_place_in_the_log_comes_back(position: int, scope: bytes) -> None:
    for ordering in (HISTORY, LOG):
        assert ordering.key(ordering.cursor((position,), scope=scope), scope=scope) == (position,)


@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda ordering: ordering.name)
def test_a_cursor_is_safe_in_a_url(ordering: Ordering) -> None:
    assert set(ordering.cursor(a_key(ordering))) <= set(ALPHABET)


@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda ordering: ordering.name)
def test_every_change_of_one_character_is_noticed(ordering: Ordering) -> None:
    cursor = ordering.cursor(a_key(ordering))
    for index, character in enumerate(cursor):
        for other in ALPHABET + "+/= \n\0é\ud800":
            if other != character:
                refused(ordering, cursor[:index] + other + cursor[index + 1 :])


@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda ordering: ordering.name)
def test_whatever_is_cut_off_added_or_swapped_is_noticed(ordering: Ordering) -> None:
    cursor = ordering.cursor(a_key(ordering))
    for length in range(len(cursor)):
        refused(ordering, cursor[:length])
        refused(ordering, cursor[length + 1 :])
    for index in range(len(cursor) + 1):
        for added in ("A", "-", "=", " ", "\n", "\0"):
            refused(ordering, cursor[:index] + added + cursor[index:])
    for index in range(len(cursor) - 1):
        swapped = cursor[:index] + cursor[index + 1] + cursor[index] + cursor[index + 2 :]
        if swapped != cursor:
            refused(ordering, swapped)


def test_a_cursor_of_another_ordering_is_refused() -> None:
    for mine in ORDERINGS:
        for other in ORDERINGS:
            if mine is not other:
                refused(mine, other.cursor(a_key(other)))


def test_a_cursor_of_another_scope_is_refused() -> None:
    cursor = HISTORY.cursor((7,), scope=JOB.bytes)
    assert HISTORY.key(cursor, scope=JOB.bytes) == (7,)
    for scope in (b"", OTHER_JOB.bytes, JOB.bytes[:-1], JOB.bytes + b"\0"):
        refused(HISTORY, cursor, scope=scope)


@pytest.mark.parametrize(
    "respelled",
    [
        lambda cursor: cursor + "=" * (-len(cursor) % 4 or 4),
        lambda cursor: cursor.replace("-", "+").replace("_", "/") + "=",
        lambda cursor: " " + cursor,
        lambda cursor: cursor + "\n",
        lambda cursor: cursor.swapcase(),
        lambda cursor: base64.b16encode(base64.urlsafe_b64decode(cursor + "==")).decode(),
    ],
    ids=["padded", "standard alphabet", "space before", "line end", "swapped case", "base 16"],
)
@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda ordering: ordering.name)
def test_a_cursor_has_one_spelling(respelled: Callable[[str], str], ordering: Ordering) -> None:
    refused(ordering, respelled(ordering.cursor(a_key(ordering))))


def test_bits_that_base64_leaves_unused_are_part_of_the_spelling() -> None:
    cursor = LOG.cursor((1,))  # 14 bytes: the last of 19 characters carries 4 bits of 6
    last = ALPHABET_IN_ORDER.index(cursor[-1])
    for padding in range(1, 4):
        refused(LOG, cursor[:-1] + ALPHABET_IN_ORDER[last + padding])


@given(st.text(st.characters(), max_size=60))
@example("")
@example("A" * 100_000)
@example("null")
@example("Y3Vyc29yOjI1")  # another library's cursor:25
def test_no_text_of_a_stranger_is_a_cursor(text: str) -> None:
    for ordering in ORDERINGS:
        refused(ordering, text)


@pytest.mark.parametrize("microseconds", [2**63 - 1, -(2**63), 253_402_300_800_000_000])
def test_a_time_that_no_calendar_has_is_refused(microseconds: int) -> None:
    """Whoever knows how cursors are made may still forge one; it is an error, not a crash."""
    forged = Ordering(
        STATE_CHANGED_ASC.name,
        keyset.position_column("state_changed_at"),
        keyset.uuid_column("id"),
        descending=False,
    )
    refused(STATE_CHANGED_ASC, forged.cursor((microseconds, JOB)))


def test_a_key_of_another_length_makes_no_cursor() -> None:
    with pytest.raises(ValueError, match="zip"):
        STATE_CHANGED_ASC.cursor((CHANGED,))


def test_a_page_is_25_rows_from_the_front_unless_asked_otherwise() -> None:
    assert keyset.page(LOG) == Page(size=25, after=None, before=None, backward=False)
    assert keyset.page(LOG, first=7) == Page(size=7)
    assert keyset.page(LOG, last=7) == Page(size=7, backward=True)


@pytest.mark.parametrize("size", [1, 100])
def test_the_smallest_and_the_largest_page(size: int) -> None:
    assert keyset.page(LOG, first=size).size == size
    assert keyset.page(LOG, last=size).size == size


@pytest.mark.parametrize("size", [0, -1, 101, 2**31, -(2**63), 10**30])
def test_a_page_of_any_other_size_is_refused(size: int) -> None:
    with pytest.raises(InvalidPage, match=r"^first must be between 1 and 100\.$"):
        keyset.page(LOG, first=size)
    with pytest.raises(InvalidPage, match=r"^last must be between 1 and 100\.$"):
        keyset.page(LOG, last=size)


def test_first_and_last_together_are_refused() -> None:
    with pytest.raises(InvalidPage, match=r"^Give first or last, not both\.$"):
        keyset.page(LOG, first=1, last=1)


def test_a_page_lies_between_two_cursors() -> None:
    page = keyset.page(
        HISTORY,
        last=3,
        after=HISTORY.cursor((9,), scope=JOB.bytes),
        before=HISTORY.cursor((2,), scope=JOB.bytes),
        scope=JOB.bytes,
    )
    assert page == Page(size=3, after=(9,), before=(2,), backward=True)


@pytest.mark.parametrize("side", ["after", "before"])
def test_a_cursor_from_elsewhere_makes_no_page(side: str) -> None:
    with pytest.raises(InvalidCursor, match="does not belong to this list in this order"):
        keyset.page(CREATED_DESC, **{side: CREATED_ASC.cursor((JOB,))})  # type: ignore[arg-type]


ALPHABET_IN_ORDER = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def refused(ordering: Ordering, cursor: str, *, scope: bytes = b"") -> None:
    with pytest.raises(InvalidCursor):
        ordering.key(cursor, scope=scope)
