"""The statement of a page: row comparison, one round trip, the head of each state."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.jobs.filters import JobFilter
from backend.jobs.keyset import Ordering, Page
from backend.jobs.lifecycle import JobState
from backend.jobs.orders import CREATED_ASC, CREATED_DESC, STATE_CHANGED_ASC, STATE_CHANGED_DESC
from backend.jobs.selectors.jobs import jobs_page
from tests.backend.jobs.sample import insert_jobs, key_of

ROW = "(state_changed_at, id)"
COLUMN = "id"

# What a row must be to come after, and to come before, a cursor in each order.
COMPARED = {
    STATE_CHANGED_DESC: (f"{ROW} < (", f"{ROW} > ("),
    STATE_CHANGED_ASC: (f"{ROW} > (", f"{ROW} < ("),
    CREATED_DESC: (f"{COLUMN} < ", f"{COLUMN} > "),
    CREATED_ASC: (f"{COLUMN} > ", f"{COLUMN} < "),
}


def statement(ordering: Ordering, page: Page, where: JobFilter | None = None) -> str:
    """The one statement that reads the page."""
    with CaptureQueriesContext(connection) as statements:
        assert jobs_page(where or JobFilter(), ordering, page).rows
    (only,) = statements
    return only["sql"]


@pytest.mark.postgres
@pytest.mark.parametrize("backward", [False, True], ids=["after", "before"])
@pytest.mark.parametrize("ordering", COMPARED, ids=lambda ordering: ordering.name)
def test_a_cursor_is_a_row_comparison(ada: int, ordering: Ordering, *, backward: bool) -> None:
    """Not `a < x OR (a = x AND b < y)`, which no index can seek."""
    jobs = insert_jobs(9, [ada])
    key = key_of(ordering, jobs[4])
    page = Page(3, before=key, backward=True) if backward else Page(3, after=key)
    sql = statement(ordering, page)
    assert COMPARED[ordering][backward] in sql
    assert " OR " not in sql
    assert "OFFSET" not in sql
    assert "count(" not in sql.lower()
    assert "LIMIT 4" in sql  # one more than the page tells whether there is more


@pytest.mark.parametrize("ordering", COMPARED, ids=lambda ordering: ordering.name)
def test_without_a_cursor_nothing_is_probed(ada: int, ordering: Ordering) -> None:
    insert_jobs(9, [ada])
    sql = statement(ordering, Page(3))
    assert "EXISTS" not in sql
    assert "WHERE" not in sql


@pytest.mark.postgres
@pytest.mark.parametrize("states", [1, 2, 4])
def test_states_are_merged_from_the_head_of_each(ada: int, states: int) -> None:
    insert_jobs(30, [ada])
    wanted = list(JobState)[:states]
    sql = statement(CREATED_DESC, Page(3), JobFilter(states=[*wanted, wanted[0]]))
    listed = ", ".join(f"'{state}'" for state in sorted(wanted))
    value = listed if states == 1 else "run.value"
    assert sql.count(f"unnest(ARRAY[{listed}]::text[]) AS run(value)") == (states > 1)
    assert sql.count(f"state = ANY (ARRAY[{value}])") == 1
    assert sql.count("ORDER BY state DESC, id DESC LIMIT 4") == 1


def test_all_states_are_no_condition(ada: int) -> None:
    insert_jobs(9, [ada])
    sql = statement(CREATED_DESC, Page(3), JobFilter(states=list(JobState)))
    assert "WHERE" not in sql
