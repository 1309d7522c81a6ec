"""`job`: one job, and its history in pages."""

from typing import Any

import pytest

from backend.jobs.models import Job
from schema.global_id import of
from tests.api import Api
from tests.schema.conftest import COMPLETED, FAILED, PENDING, RUNNING, MakeJob

JOB = "query ($id: ID!) { job(id: $id) { id name state version startedAt finishedAt } }"
HISTORY = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  job(id: $id) {
    statuses(first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { state previousState message } }
      nodes { state }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount { value precision }
    }
  }
}
"""
MISSING = "AQGWeVJ5cACAAAAAAAAAAAA"  # well formed: a job that was never created


def _history(api: Api, job: Any, **variables: Any) -> dict[str, Any]:
    page: dict[str, Any] = api(HISTORY, id=of(job), **variables).data["job"]["statuses"]
    return page


def test_a_job(viewer: Api, make_job: MakeJob) -> None:
    job = make_job("render")
    assert viewer(JOB, id=of(job)).data == {
        "job": {
            "id": of(job),
            "name": "render",
            "state": "PENDING",
            "version": 1,
            "startedAt": None,
            "finishedAt": None,
        }
    }


def test_no_job(viewer: Api) -> None:
    assert viewer(JOB, id=MISSING).data == {"job": None}


@pytest.mark.parametrize("of_another_type", ["AgAAAAAAAAAB", "AwAAAAAAAAAB"])
def test_the_id_of_something_else(viewer: Api, of_another_type: str) -> None:
    answer = viewer(JOB, id=of_another_type)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["message"] == "This is not the id of a job."
    assert answer.body["data"] == {"job": None}


def test_an_imported_job_has_no_creator(viewer: Api, make_job: MakeJob) -> None:
    job = make_job("imported")
    Job.objects.filter(id=job.id).update(created_by=None)
    answer = viewer("query ($id: ID!) { job(id: $id) { createdBy { id } } }", id=of(job))
    assert answer.data == {"job": {"createdBy": None}}


def test_a_retry_clears_when_it_ran(viewer: Api, make_job: MakeJob) -> None:
    job = make_job("again", RUNNING, FAILED, PENDING)
    assert viewer(JOB, id=of(job)).data["job"] == {
        "id": of(job),
        "name": "again",
        "state": "PENDING",
        "version": 4,
        "startedAt": None,
        "finishedAt": None,
    }


def test_the_history_newest_first(viewer: Api, make_job: MakeJob) -> None:
    page = _history(viewer, make_job("a", RUNNING, COMPLETED))
    cursors = [edge["cursor"] for edge in page["edges"]]
    assert len(set(cursors)) == 3
    assert page == {
        "edges": [
            {
                "cursor": cursors[0],
                "node": {
                    "state": "COMPLETED",
                    "previousState": "RUNNING",
                    "message": "a COMPLETED",
                },
            },
            {
                "cursor": cursors[1],
                "node": {"state": "RUNNING", "previousState": "PENDING", "message": "a RUNNING"},
            },
            {
                "cursor": cursors[2],
                "node": {"state": "PENDING", "previousState": None, "message": None},
            },
        ],
        "nodes": [{"state": "COMPLETED"}, {"state": "RUNNING"}, {"state": "PENDING"}],
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": cursors[0],
            "endCursor": cursors[2],
        },
        "totalCount": {"value": 3, "precision": "EXACT"},
    }


@pytest.mark.parametrize(
    ("arguments", "numbers", "has_previous", "has_next"),
    [
        ({"first": 2}, [7, 6], False, True),
        ({"first": 7}, [7, 6, 5, 4, 3, 2, 1], False, False),
        ({"last": 2}, [2, 1], True, False),
        ({"last": 7}, [7, 6, 5, 4, 3, 2, 1], False, False),
        ({"first": 2, "after": 6}, [5, 4], True, True),
        ({"first": 5, "after": 6}, [5, 4, 3, 2, 1], True, False),
        ({"first": 2, "after": 1}, [], True, False),
        ({"last": 2, "before": 4}, [6, 5], True, True),
        ({"last": 3, "before": 4}, [7, 6, 5], False, True),
        ({"last": 2, "before": 7}, [], False, True),
        ({"first": 2, "before": 3}, [7, 6], False, True),
        ({"first": 4, "before": 3}, [7, 6, 5, 4], False, True),
        ({"last": 2, "after": 5}, [2, 1], True, False),
        ({"first": 9, "after": 6, "before": 3}, [5, 4], True, True),
    ],
)
def test_a_page_of_a_history_and_its_neighbours(
    viewer: Api,
    make_job: MakeJob,
    arguments: dict[str, Any],
    numbers: list[int],
    *,
    has_previous: bool,
    has_next: bool,
) -> None:
    make_job("beside", RUNNING)  # whose history must not show
    job = make_job("a", RUNNING, FAILED, PENDING, RUNNING, FAILED, PENDING)
    whole = _history(viewer, job)
    cursors = {7 - place: edge["cursor"] for place, edge in enumerate(whole["edges"])}
    number_of = {cursor: number for number, cursor in cursors.items()}
    page = _history(
        viewer,
        job,
        **{
            name: cursors[value] if name in {"after", "before"} else value
            for name, value in arguments.items()
        },
    )
    assert [number_of[edge["cursor"]] for edge in page["edges"]] == numbers
    assert page["pageInfo"] == {
        "hasPreviousPage": has_previous,
        "hasNextPage": has_next,
        "startCursor": cursors[numbers[0]] if numbers else None,
        "endCursor": cursors[numbers[-1]] if numbers else None,
    }
    assert page["totalCount"] == {"value": 7, "precision": "EXACT"}


def test_histories_of_several_lengths_at_once(viewer: Api, make_job: MakeJob) -> None:
    """The newest entry, the first two and the first three are read as one page, and cut."""
    job = make_job("a", RUNNING, FAILED)
    answer = viewer(
        """query ($id: ID!) { job(id: $id) {
             status { state }
             two: statuses(first: 2) { nodes { state } pageInfo { hasNextPage } }
             three: statuses(first: 3) { nodes { state } pageInfo { hasNextPage } }
             oldest: statuses(last: 1) { nodes { state } pageInfo { hasPreviousPage } } } }""",
        id=of(job),
    )
    assert answer.data["job"] == {
        "status": {"state": "FAILED"},
        "two": {
            "nodes": [{"state": "FAILED"}, {"state": "RUNNING"}],
            "pageInfo": {"hasNextPage": True},
        },
        "three": {
            "nodes": [{"state": "FAILED"}, {"state": "RUNNING"}, {"state": "PENDING"}],
            "pageInfo": {"hasNextPage": False},
        },
        "oldest": {"nodes": [{"state": "PENDING"}], "pageInfo": {"hasPreviousPage": True}},
    }


def test_histories_of_several_jobs_from_both_ends_at_once(viewer: Api, make_job: MakeJob) -> None:
    """Each job is given its own, however the histories of the others are read along with it."""
    names = [f"job {number}" for number in range(12)]
    for name in names:
        make_job(name, RUNNING, FAILED)
    document = """{ jobs(first: 12, orderBy: CREATED_ASC) { nodes {
        name
        newest: statuses(first: 2) { nodes { job { name } state } }
        oldest: statuses(last: 2) { nodes { job { name } state } }
        last: statuses(last: 1) { nodes { job { name } state } } } } }"""
    for _ in range(2):  # by the reference's own root, then by plan from end to end
        assert viewer(document).data["jobs"]["nodes"] == [
            {
                "name": name,
                "newest": _entries(name, "FAILED", "RUNNING"),
                "oldest": _entries(name, "RUNNING", "PENDING"),
                "last": _entries(name, "PENDING"),
            }
            for name in names
        ]


def _entries(name: str, *states: str) -> dict[str, Any]:
    return {"nodes": [{"job": {"name": name}, "state": state} for state in states]}


def test_a_cursor_belongs_to_its_job(viewer: Api, make_job: MakeJob) -> None:
    one, other = make_job("one", RUNNING), make_job("other", RUNNING)
    cursor = _history(viewer, one)["pageInfo"]["startCursor"]
    assert viewer(HISTORY, id=of(one), after=cursor).codes == []
    assert viewer(HISTORY, id=of(other), after=cursor).codes == ["INVALID_CURSOR"]


def test_a_cursor_of_the_log_is_none_of_a_history(viewer: Api, make_job: MakeJob) -> None:
    job = make_job("one")
    log = viewer("{ jobStatuses { pageInfo { endCursor } } }").data["jobStatuses"]
    cursor = log["pageInfo"]["endCursor"]
    assert viewer(HISTORY, id=of(job), after=cursor).codes == ["INVALID_CURSOR"]
