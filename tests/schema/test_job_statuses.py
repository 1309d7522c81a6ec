"""`jobStatuses`: the log, and what a consumer needs to sync from it."""

from itertools import pairwise
from typing import Any

import pytest

from backend.jobs.services import set_job_status
from schema.global_id import of
from tests.api import Api
from tests.schema.conftest import CANCELLED, COMPLETED, FAILED, PENDING, RUNNING, MakeJob

LOG = """
query ($first: Int, $after: String, $last: Int, $before: String, $filter: JobStatusFilter) {
  jobStatuses(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
    edges { cursor node { state job { name } } }
    nodes { state job { name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount { value precision }
  }
}
"""


def _page(api: Api, **variables: Any) -> dict[str, Any]:
    page: dict[str, Any] = api(LOG, **variables).data["jobStatuses"]
    return page


def _entries(page: dict[str, Any]) -> list[str]:
    return [f"{node['job']['name']} {node['state']}" for node in page["nodes"]]


@pytest.fixture
def _some_history(make_job: MakeJob) -> None:
    make_job("a", RUNNING, FAILED)
    make_job("b", CANCELLED)
    make_job("c")


WHOLE = ["a PENDING", "a RUNNING", "a FAILED", "b PENDING", "b CANCELLED", "c PENDING"]


def test_an_empty_log(viewer: Api) -> None:
    assert _page(viewer) == {
        "edges": [],
        "nodes": [],
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": None,
            "endCursor": None,
        },
        "totalCount": {"value": 0, "precision": "EXACT"},
    }


def test_every_field_of_an_entry(viewer: Api, operator: Api, make_job: MakeJob) -> None:
    job = make_job("a", RUNNING, by=operator)
    answer = viewer(
        """{ jobStatuses { nodes { __typename state previousState message
             setBy { username } job { id } } } }"""
    )
    assert answer.data["jobStatuses"]["nodes"] == [
        {
            "__typename": "JobStatus",
            "state": "PENDING",
            "previousState": None,
            "message": None,
            "setBy": {"username": "operator"},
            "job": {"id": of(job)},
        },
        {
            "__typename": "JobStatus",
            "state": "RUNNING",
            "previousState": "PENDING",
            "message": "a RUNNING",
            "setBy": {"username": "operator"},
            "job": {"id": of(job)},
        },
    ]


@pytest.mark.usefixtures("_some_history")
def test_oldest_first(viewer: Api) -> None:
    page = _page(viewer)
    assert _entries(page) == WHOLE
    assert [edge["node"] for edge in page["edges"]] == page["nodes"]
    assert page["totalCount"] == {"value": 6, "precision": "EXACT"}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 100])
@pytest.mark.usefixtures("_some_history")
def test_page_by_page_forward_and_backward(viewer: Api, size: int) -> None:
    forward: list[str] = []
    after = None
    while True:
        page = _page(viewer, first=size, after=after)
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        forward += _entries(page)
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert forward == WHOLE
    backward: list[str] = []
    before = None
    while True:
        page = _page(viewer, last=size, before=before)
        assert page["pageInfo"]["hasNextPage"] is (before is not None)
        backward = _entries(page) + backward
        if not page["pageInfo"]["hasPreviousPage"]:
            break
        before = page["pageInfo"]["startCursor"]
    assert backward == WHOLE


def test_a_consumer_keeps_up_with_the_last_cursor_it_saw(viewer: Api, make_job: MakeJob) -> None:
    job = make_job("a")
    seen = _page(viewer, first=100)
    assert _entries(seen) == ["a PENDING"]
    cursor = seen["pageInfo"]["endCursor"]

    nothing_new = _page(viewer, first=100, after=cursor)
    assert nothing_new["nodes"] == []
    assert nothing_new["pageInfo"]["hasNextPage"] is False

    assert job.created_by_id is not None
    set_job_status(job_id=job.id, state=RUNNING, actor_id=job.created_by_id)
    make_job("b")
    news = _page(viewer, first=100, after=cursor)
    assert _entries(news) == ["a RUNNING", "b PENDING"]
    assert news["pageInfo"]["hasPreviousPage"] is True
    assert _page(viewer, first=100, after=news["pageInfo"]["endCursor"])["nodes"] == []


@pytest.mark.usefixtures("_some_history")
def test_replaying_the_log_gives_the_list_as_it_stands(viewer: Api) -> None:
    replayed = {node["job"]["name"]: node["state"] for node in _page(viewer)["nodes"]}
    jobs = viewer("{ jobs { nodes { name state } } }").data["jobs"]["nodes"]
    assert replayed == {job["name"]: job["state"] for job in jobs}


@pytest.mark.parametrize(
    ("states", "entries"),
    [
        (None, WHOLE),
        ([], []),
        (["PENDING"], ["a PENDING", "b PENDING", "c PENDING"]),
        (["FAILED", "CANCELLED"], ["a FAILED", "b CANCELLED"]),
        (["COMPLETED"], []),
    ],
)
@pytest.mark.usefixtures("_some_history")
def test_filter_by_states_entered(
    viewer: Api, states: list[str] | None, entries: list[str]
) -> None:
    page = _page(viewer, filter={"states": states})
    assert _entries(page) == entries
    assert page["totalCount"] == {"value": len(entries), "precision": "EXACT"}


def test_filter_by_job(viewer: Api, make_job: MakeJob) -> None:
    job = make_job("a", RUNNING, COMPLETED)
    make_job("b", RUNNING)
    page = _page(viewer, filter={"jobId": of(job)})
    assert _entries(page) == ["a PENDING", "a RUNNING", "a COMPLETED"]
    assert page["totalCount"] == {"value": 3, "precision": "EXACT"}
    page = _page(viewer, filter={"jobId": of(job), "states": ["PENDING", "COMPLETED"]}, first=1)
    assert _entries(page) == ["a PENDING"]
    assert page["pageInfo"]["hasNextPage"] is True
    assert page["totalCount"] == {"value": 2, "precision": "EXACT"}


def test_a_job_that_is_not_there_has_no_entries(viewer: Api, make_job: MakeJob) -> None:
    make_job("a")
    page = _page(viewer, filter={"jobId": "AQGWeVJ5cACAAAAAAAAAAAA"})
    assert (page["nodes"], page["totalCount"]["value"]) == ([], 0)


@pytest.mark.usefixtures("_some_history")
def test_times_never_run_backwards_within_a_job(viewer: Api) -> None:
    nodes = viewer("{ jobStatuses { nodes { createdAt job { id } } } }").data["jobStatuses"]
    for one, next_one in pairwise(nodes["nodes"]):
        assert one["job"] != next_one["job"] or one["createdAt"] <= next_one["createdAt"]


@pytest.mark.usefixtures("_some_history")
def test_a_cursor_holds_under_any_filter(viewer: Api) -> None:
    """A consumer may narrow its filter and go on from where it was."""
    cursor = _page(viewer, first=3)["pageInfo"]["endCursor"]
    page = _page(viewer, after=cursor, filter={"states": [PENDING.value]})
    assert _entries(page) == ["b PENDING", "c PENDING"]
