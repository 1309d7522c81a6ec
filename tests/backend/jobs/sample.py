"""Jobs and entries for the reads to find, and what plain Python says that they should find."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from hypothesis import strategies as st

from backend.jobs import ids
from backend.jobs.filters import JobFilter, TimeRange
from backend.jobs.keyset import Key, Ordering, Page
from backend.jobs.lifecycle import FINISHED, JobState
from backend.jobs.models import Job, JobStatus
from backend.jobs.records import JobRecord, StatusRecord
from tests.backend.jobs.conftest import NOON

Record = TypeVar("Record", JobRecord, StatusRecord)

# Letters that fold, that LIKE takes for wildcards, and that two databases compare differently.
LETTERS: Final = "aAbB%_\\ ßẞsSéÉİiıΣσς\U0001f9ea"  # noqa: RUF001 (on purpose)
STEP: Final = timedelta(microseconds=1)


def insert_jobs(number: int, creators: Sequence[int | None], *, seed: int = 7) -> list[JobRecord]:
    """Insert jobs of all states, names and creators; many share a creation or a change time."""
    chance = random.Random(seed)  # noqa: S311 (a test's)
    jobs = []
    for index in range(number):
        created = NOON + timedelta(seconds=chance.randrange(number // 2 + 1))
        changed = NOON + timedelta(seconds=number + chance.randrange(number // 4 + 1))
        state = chance.choice(list(JobState))
        name = "".join(chance.choices(LETTERS, k=chance.randrange(1, 9))).strip() or "a"
        jobs.append(
            Job(
                id=ids.mint(created, seed=f"{seed}:{index}"),
                name=name,
                name_folded=name.casefold(),
                state=state.value,
                state_changed_at=changed,
                version=chance.randrange(1, 9),
                created_at=created,
                started_at=None if state is JobState.PENDING else created,
                finished_at=changed if state in FINISHED else None,
                created_by_id=chance.choice(creators),
            )
        )
    Job.objects.bulk_create(jobs)
    return all_jobs()


def insert_log(job_ids: Sequence[UUID], number: int, *, seed: int = 7) -> list[StatusRecord]:
    """Append entries to the histories, in turns by chance."""
    chance = random.Random(seed)  # noqa: S311 (a test's)
    last: dict[UUID, str | None] = dict.fromkeys(job_ids)
    entries = []
    for index in range(number):
        job_id = chance.choice(job_ids)
        state = chance.choice([state.value for state in JobState if state != last[job_id]])
        entries.append(
            JobStatus(
                job_id=job_id,
                state=state,
                previous_state=last[job_id],
                message=f"entry {index}",
                created_at=NOON + timedelta(minutes=17 * index),
            )
        )
        last[job_id] = state
    JobStatus.objects.bulk_create(entries)
    return all_entries()


def all_jobs() -> list[JobRecord]:
    """Every job, by id."""
    return [JobRecord(*row) for row in Job.objects.order_by("id").values_list(*JobRecord.columns)]


def all_entries() -> list[StatusRecord]:
    """The whole log, oldest first."""
    rows = JobStatus.objects.order_by("id").values_list(*StatusRecord.columns)
    return [StatusRecord(*row) for row in rows]


def admits(where: JobFilter, job: JobRecord) -> bool:
    """Whether the filter means this job."""
    name = job.name.casefold()
    return (
        (where.states is None or job.state in where.states)
        and name.startswith((where.name_starts_with or "").casefold())
        and (where.name_contains or "").casefold() in name
        and _within(where.created_at, job.created_at)
        and _within(where.state_changed_at, job.state_changed_at)
        and where.created_by_id in {None, job.created_by_id}
    )


def _within(span: TimeRange | None, instant: datetime) -> bool:
    return span is None or (
        (span.start is None or span.start <= instant) and (span.end is None or instant < span.end)
    )


def key_of(ordering: Ordering, record: Any) -> Key:
    """The record's values in the ordering."""
    return tuple(getattr(record, name) for name in ordering.names)


def in_order(ordering: Ordering, records: Sequence[Record]) -> list[Record]:
    """The records as the ordering lists them."""
    return sorted(records, key=lambda record: key_of(ordering, record), reverse=ordering.descending)


class Expected(NamedTuple):
    """What a page must be."""

    rows: list[Any]
    has_next: bool
    has_previous: bool


def expected_page(listed: Sequence[Any], ordering: Ordering, page: Page) -> Expected:
    """The page of a list that is in the ordering's order, by its meaning."""

    def comes_before(one: Key, other: Key) -> bool:
        return one > other if ordering.descending else one < other

    keys = [key_of(ordering, record) for record in listed]
    after, before = page.after, page.before
    inside = [
        index
        for index, key in enumerate(keys)
        if (after is None or comes_before(after, key))
        and (before is None or comes_before(key, before))
    ]
    shown = inside[-page.size :] if page.backward else inside[: page.size]
    if shown:  # is there anything in the list beside the page?
        return Expected(
            [listed[index] for index in shown], shown[-1] < len(listed) - 1, shown[0] > 0
        )
    return Expected(  # an empty page lies between its cursors: is there anything beyond them?
        [],
        before is not None and any(not comes_before(key, before) for key in keys),
        after is not None and any(not comes_before(after, key) for key in keys),
    )


def walk(
    read: Callable[[Page], Any], ordering: Ordering, *, size: int, backward: bool
) -> list[Any]:
    """Every row of a list, page after page as a client follows the cursors, in the list's order."""
    rows: list[Any] = []
    page = Page(size=size, backward=backward)
    while True:
        found = read(page)
        rows = [*found.rows, *rows] if backward else [*rows, *found.rows]
        if not (found.has_previous if backward else found.has_next):
            return rows
        assert len(found.rows) == size
        if backward:
            page = Page(size=size, before=key_of(ordering, found.rows[0]), backward=True)
        else:
            page = Page(size=size, after=key_of(ordering, found.rows[-1]))


# --- What a reader may ask for ----------------------------------------------------------------

sizes = st.integers(1, 12) | st.sampled_from([25, 100])
texts = st.text(LETTERS, max_size=2)
instants = st.builds(
    lambda seconds, step: NOON + timedelta(seconds=seconds) + step,
    st.integers(-1, 70),
    st.sampled_from([-STEP, timedelta(0), STEP]),
)


@st.composite
def time_ranges(draw: st.DrawFn) -> TimeRange:
    """A range within or about the sample's times, with any side open."""
    start, end = sorted([draw(instants), draw(instants)])
    return TimeRange(
        start=start if draw(st.booleans()) else None, end=end if draw(st.booleans()) else None
    )


@st.composite
def job_filters(draw: st.DrawFn, creators: Sequence[int]) -> JobFilter:
    """A filter of up to three conditions."""
    conditions: dict[str, st.SearchStrategy[Any]] = {
        "states": st.lists(st.sampled_from(JobState), max_size=4),
        "name_starts_with": texts,
        "name_contains": texts,
        "created_at": time_ranges(),
        "state_changed_at": time_ranges(),
        "created_by_id": st.sampled_from([*creators, 0, 2**63 - 1]),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(conditions)), max_size=3, unique=True))
    return JobFilter(**{name: draw(conditions[name]) for name in chosen})
