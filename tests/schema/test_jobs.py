"""`jobs`: the list, its filters, its orders and its pages."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.accounts.models import User
from backend.jobs import counts
from backend.jobs.lifecycle import JobState
from backend.jobs.services import set_job_status
from schema.global_id import of
from schema.scalars import instant_to_text
from tests.api import Api
from tests.schema.conftest import CANCELLED, COMPLETED, FAILED, PENDING, RUNNING, MakeJob

NAMES = """
query ($first: Int, $after: String, $last: Int, $before: String,
       $filter: JobFilter, $orderBy: JobOrder) {
  jobs(first: $first, after: $after, last: $last, before: $before,
       filter: $filter, orderBy: $orderBy) {
    nodes { name }
  }
}
"""
PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String,
       $filter: JobFilter, $orderBy: JobOrder) {
  jobs(first: $first, after: $after, last: $last, before: $before,
       filter: $filter, orderBy: $orderBy) {
    edges { cursor node { name } }
    nodes { name }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount { value precision }
  }
}
"""


def _names(api: Api, **variables: Any) -> list[str]:
    """The names on a page, in its order."""
    return [node["name"] for node in api(NAMES, **variables).data["jobs"]["nodes"]]


def _page(api: Api, **variables: Any) -> dict[str, Any]:
    page: dict[str, Any] = api(PAGE, **variables).data["jobs"]
    return page


def test_an_empty_list(viewer: Api) -> None:
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


def test_every_field_of_a_job_in_the_list(viewer: Api, operator: Api, make_job: MakeJob) -> None:
    job = make_job("render", RUNNING, FAILED, by=operator)
    answer = viewer(
        """{ jobs { nodes {
             __typename id name state stateChangedAt version allowedTransitions
             createdAt startedAt finishedAt createdBy { username }
             status { state previousState message setBy { username } }
             statuses { nodes { state } totalCount { value precision } } } } }"""
    )
    assert job.started_at is not None
    assert answer.data == {
        "jobs": {
            "nodes": [
                {
                    "__typename": "Job",
                    "id": of(job),
                    "name": "render",
                    "state": "FAILED",
                    "stateChangedAt": instant_to_text(job.state_changed_at),
                    "version": 3,
                    "allowedTransitions": ["PENDING"],
                    "createdAt": instant_to_text(job.created_at),
                    "startedAt": instant_to_text(job.started_at),
                    "finishedAt": instant_to_text(job.state_changed_at),
                    "createdBy": {"username": "operator"},
                    "status": {
                        "state": "FAILED",
                        "previousState": "RUNNING",
                        "message": "render FAILED",
                        "setBy": {"username": "operator"},
                    },
                    "statuses": {
                        "nodes": [{"state": "FAILED"}, {"state": "RUNNING"}, {"state": "PENDING"}],
                        "totalCount": {"value": 3, "precision": "EXACT"},
                    },
                }
            ]
        }
    }


# --- Orders ---------------------------------------------------------------------------------


@pytest.fixture
def _five_jobs(make_job: MakeJob) -> None:
    """Five jobs in order of creation, of which b and then a have changed since."""
    jobs = [make_job(name) for name in ("a", "b", "c", "d", "e")]
    _move(jobs[1].id, RUNNING)
    _move(jobs[0].id, CANCELLED)


def _move(job_id: Any, state: JobState) -> None:
    set_job_status(job_id=job_id, state=state, actor_id=User.objects.get(username="maker").pk)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (None, "edcba"),
        ("CREATED_DESC", "edcba"),
        ("CREATED_ASC", "abcde"),
        ("STATE_CHANGED_DESC", "abedc"),
        ("STATE_CHANGED_ASC", "cdeba"),
    ],
)
@pytest.mark.usefixtures("_five_jobs")
def test_the_orders(viewer: Api, order: str | None, names: str) -> None:
    assert _names(viewer, orderBy=order) == list(names)


@pytest.mark.usefixtures("_five_jobs")
def test_the_order_of_creation_is_the_one_where_none_is_named(viewer: Api) -> None:
    answer = viewer("{ jobs { nodes { name } } }")
    assert [node["name"] for node in answer.data["jobs"]["nodes"]] == list("edcba")


# --- Filters --------------------------------------------------------------------------------


@pytest.fixture
def _jobs_in_all_states(make_job: MakeJob) -> None:
    for name, *states in (
        ("waits",),
        ("works", RUNNING),
        ("done", RUNNING, COMPLETED),
        ("broke", RUNNING, FAILED),
        ("dropped", CANCELLED),
        ("again", CANCELLED, PENDING),
    ):
        make_job(str(name), *states)


@pytest.mark.parametrize(
    ("states", "names"),
    [
        (None, ["again", "broke", "done", "dropped", "waits", "works"]),
        ([], []),
        (["PENDING"], ["again", "waits"]),
        (["RUNNING"], ["works"]),
        (["FAILED", "CANCELLED"], ["broke", "dropped"]),
        (["FAILED", "FAILED"], ["broke"]),
        (
            ["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"],
            ["again", "broke", "done", "dropped", "waits", "works"],
        ),
    ],
)
@pytest.mark.usefixtures("_jobs_in_all_states")
def test_filter_by_states(viewer: Api, states: list[str] | None, names: list[str]) -> None:
    page = _page(viewer, filter={"states": states})
    assert sorted(node["name"] for node in page["nodes"]) == names
    assert page["totalCount"] == {"value": len(names), "precision": "EXACT"}


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({"nameStartsWith": "nightly"}, ["Nightly report", "NIGHTLY backup"]),
        ({"nameStartsWith": "NIGHTLY r"}, ["Nightly report"]),
        ({"nameStartsWith": "report"}, ["report 100%", "report 1000"]),
        ({"nameContains": "REPORT"}, ["Nightly report", "report 100%", "report 1000"]),
        ({"nameContains": "100%"}, ["report 100%"]),
        ({"nameContains": "_"}, ["snake_case"]),
        ({"nameContains": "\\"}, ["back\\slash"]),
        ({"nameContains": "straße"}, ["Straße", "STRASSE"]),
        ({"nameContains": "éà"}, ["ÉÀ"]),
        ({"nameContains": "'; DROP TABLE"}, []),
        ({"nameStartsWith": "nightly", "nameContains": "backup"}, ["NIGHTLY backup"]),
        ({"nameStartsWith": "snake", "states": ["RUNNING"]}, []),
        ({"nameStartsWith": "snake", "states": ["PENDING"]}, ["snake_case"]),
    ],
)
def test_filter_by_name(
    viewer: Api, make_job: MakeJob, where: dict[str, Any], names: list[str]
) -> None:
    for name in (
        "Nightly report",
        "NIGHTLY backup",
        "report 100%",
        "report 1000",
        "snake_case",
        "back\\slash",
        "Straße",
        "STRASSE",
        "ÉÀ",
    ):
        make_job(name)
    page = _page(viewer, filter=where, orderBy="CREATED_ASC")
    assert [node["name"] for node in page["nodes"]] == names
    assert page["totalCount"] == {"value": len(names), "precision": "EXACT"}


def test_an_empty_text_filters_nothing(viewer: Api, make_job: MakeJob) -> None:
    make_job("a")
    assert _names(viewer, filter={"nameStartsWith": "", "nameContains": ""}) == ["a"]


@pytest.mark.parametrize(
    ("column", "field"), [("created_at", "createdAt"), ("state_changed_at", "stateChangedAt")]
)
def test_filter_by_times_half_open_to_the_microsecond(
    viewer: Api, make_job: MakeJob, column: str, field: str
) -> None:
    instants: dict[str, datetime] = {}
    for name in "abc":
        instants[name] = getattr(make_job(name, RUNNING), column)
    tick = timedelta(microseconds=1)

    def named(start: datetime | None, end: datetime | None) -> list[str]:
        bounds = {
            "from": None if start is None else instant_to_text(start),
            "to": None if end is None else instant_to_text(end),
        }
        return sorted(_names(viewer, filter={field: bounds}))

    assert named(None, None) == ["a", "b", "c"]
    assert named(instants["b"], None) == ["b", "c"]
    assert named(instants["b"] + tick, None) == ["c"]
    assert named(None, instants["b"]) == ["a"]
    assert named(None, instants["b"] + tick) == ["a", "b"]
    assert named(instants["a"], instants["c"]) == ["a", "b"]
    assert named(instants["b"], instants["b"]) == []


def test_any_offset_names_the_same_instant(viewer: Api, make_job: MakeJob) -> None:
    make_job("a")
    for start in ("2020-01-01T00:00:00+14:00", "2020-01-01T00:00:00-11:30", "2020-01-01T00:00Z"):
        assert _names(viewer, filter={"createdAt": {"from": start}}) == ["a"]
        assert _names(viewer, filter={"createdAt": {"to": start}}) == []


@pytest.mark.parametrize(
    ("bounds", "names"),
    [
        ({"from": "0001-01-01T00:00:00Z"}, ["a"]),
        ({"to": "0001-01-01T00:00:00Z"}, []),
        ({"from": "9999-12-31T23:59:59.999999Z"}, []),
        ({"to": "9999-12-31T23:59:59.999999Z"}, ["a"]),
    ],
)
@pytest.mark.parametrize("field", ["createdAt", "stateChangedAt"])
def test_the_ends_of_time_are_times(
    viewer: Api, make_job: MakeJob, field: str, bounds: dict[str, str], names: list[str]
) -> None:
    make_job("a")
    assert _names(viewer, filter={field: bounds}) == names


def test_filter_by_creator(viewer: Api, operator: Api, make_job: MakeJob) -> None:
    make_job("mine", by=operator)
    make_job("another's")
    me = operator("{ viewer { id } }").data["viewer"]["id"]
    page = _page(viewer, filter={"createdBy": me})
    assert [node["name"] for node in page["nodes"]] == ["mine"]
    assert page["totalCount"] == {"value": 1, "precision": "EXACT"}


def test_a_creator_that_does_not_exist_created_nothing(viewer: Api, make_job: MakeJob) -> None:
    make_job("a")
    assert _names(viewer, filter={"createdBy": "AwAAAAAAmJZ_"}) == []


# --- Pages ----------------------------------------------------------------------------------


@pytest.fixture
def _seven_jobs(make_job: MakeJob) -> None:
    for name in "gfedcba":
        make_job(name)


@pytest.mark.usefixtures("_seven_jobs")
def test_both_forms_of_a_connection_agree_and_every_cursor_is_one(viewer: Api) -> None:
    page = _page(viewer, first=3)
    assert [edge["node"] for edge in page["edges"]] == page["nodes"]
    assert page["nodes"] == [{"name": "a"}, {"name": "b"}, {"name": "c"}]
    cursors = [edge["cursor"] for edge in page["edges"]]
    assert page["pageInfo"]["startCursor"] == cursors[0]
    assert page["pageInfo"]["endCursor"] == cursors[2]
    assert [_names(viewer, first=1, after=cursor) for cursor in cursors] == [["b"], ["c"], ["d"]]
    assert [_names(viewer, last=1, before=cursor) for cursor in cursors] == [[], ["a"], ["b"]]


@pytest.mark.parametrize(
    ("arguments", "names", "has_previous", "has_next"),
    [
        ({}, "abcdefg", False, False),
        ({"first": 7}, "abcdefg", False, False),
        ({"first": 6}, "abcdef", False, True),
        ({"last": 7}, "abcdefg", False, False),
        ({"last": 6}, "bcdefg", True, False),
        ({"first": 2, "after": "b"}, "cd", True, True),
        ({"first": 3, "after": "d"}, "efg", True, False),
        ({"first": 4, "after": "d"}, "efg", True, False),
        ({"first": 2, "after": "g"}, "", True, False),
        ({"last": 2, "before": "c"}, "ab", False, True),
        ({"last": 1, "before": "c"}, "b", True, True),
        ({"last": 2, "before": "a"}, "", False, True),
        ({"first": 2, "before": "e"}, "ab", False, True),
        ({"first": 4, "before": "e"}, "abcd", False, True),
        ({"last": 2, "after": "c"}, "fg", True, False),
        ({"last": 4, "after": "c"}, "defg", True, False),
        ({"first": 9, "after": "b", "before": "f"}, "cde", True, True),
        ({"first": 2, "after": "b", "before": "f"}, "cd", True, True),
        ({"last": 2, "after": "b", "before": "f"}, "de", True, True),
        ({"first": 5, "after": "c", "before": "d"}, "", True, True),
        ({"after": "e"}, "fg", True, False),
        ({"before": "c"}, "ab", False, True),
    ],
)
@pytest.mark.usefixtures("_seven_jobs")
def test_a_page_and_what_it_says_of_its_neighbours(
    viewer: Api, arguments: dict[str, Any], names: str, *, has_previous: bool, has_next: bool
) -> None:
    cursors = {edge["node"]["name"]: edge["cursor"] for edge in _page(viewer)["edges"]}
    arguments = {
        name: cursors[value] if isinstance(value, str) else value
        for name, value in arguments.items()
    }
    page = _page(viewer, **arguments)
    assert "".join(node["name"] for node in page["nodes"]) == names
    assert page["pageInfo"] == {
        "hasPreviousPage": has_previous,
        "hasNextPage": has_next,
        "startCursor": cursors[names[0]] if names else None,
        "endCursor": cursors[names[-1]] if names else None,
    }
    assert page["totalCount"] == {"value": 7, "precision": "EXACT"}


@pytest.mark.parametrize("order", ["STATE_CHANGED_DESC", "STATE_CHANGED_ASC", "CREATED_ASC"])
def test_neighbours_are_those_that_the_filter_admits(
    viewer: Api, make_job: MakeJob, order: str
) -> None:
    for name, *states in (("a",), ("b", RUNNING), ("c",)):
        make_job(str(name), *states)
    page = _page(viewer, first=1, orderBy=order, filter={"states": ["RUNNING"]})
    assert page["nodes"] == [{"name": "b"}]
    assert page["pageInfo"]["hasNextPage"] is page["pageInfo"]["hasPreviousPage"] is False
    after = page["pageInfo"]["endCursor"]
    beyond = _page(viewer, first=1, after=after, orderBy=order, filter={"states": ["FAILED"]})
    assert beyond["nodes"] == []
    assert beyond["pageInfo"]["hasNextPage"] is beyond["pageInfo"]["hasPreviousPage"] is False


def test_25_are_given_where_no_number_is_and_100_at_most(viewer: Api, make_job: MakeJob) -> None:
    for number in range(101):
        make_job(f"{number:03}")
    assert _names(viewer) == [f"{number:03}" for number in range(100, 75, -1)]
    assert len(_names(viewer, first=100)) == 100
    assert _names(viewer, last=100)[-1] == "000"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"first": 0}, "first must be between 1 and 100."),
        ({"first": -1}, "first must be between 1 and 100."),
        ({"first": 101}, "first must be between 1 and 100."),
        ({"last": 0}, "last must be between 1 and 100."),
        ({"last": 101}, "last must be between 1 and 100."),
        ({"first": 1, "last": 1}, "Give first or last, not both."),
    ],
)
def test_sizes_that_are_none(viewer: Api, arguments: dict[str, int], message: str) -> None:
    answer = viewer(PAGE, **arguments)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["message"] == message


def test_a_cursor_belongs_to_its_order(viewer: Api, make_job: MakeJob) -> None:
    make_job("a")
    orders = ["CREATED_DESC", "CREATED_ASC", "STATE_CHANGED_DESC", "STATE_CHANGED_ASC"]
    for order in orders:
        cursor = _page(viewer, orderBy=order)["pageInfo"]["endCursor"]
        codes = {other: viewer(NAMES, orderBy=other, after=cursor).codes for other in orders}
        assert codes == {other: [] if other == order else ["INVALID_CURSOR"] for other in orders}


# --- Counts ---------------------------------------------------------------------------------


def test_a_count_past_its_bound_says_at_least(
    viewer: Api, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "COUNTED_UP_TO", 3)
    count = (
        "query ($filter: JobFilter) { jobs(filter: $filter) { totalCount { value precision } } }"
    )
    where = {"nameStartsWith": "a"}
    for number in range(3):
        make_job(f"a{number}")
    assert viewer(count, filter=where).data == {
        "jobs": {"totalCount": {"value": 3, "precision": "EXACT"}}
    }
    make_job("a3")
    make_job("b", RUNNING)
    assert viewer(count, filter=where).data == {
        "jobs": {"totalCount": {"value": 3, "precision": "AT_LEAST"}}
    }
    assert viewer(count, filter={"states": ["PENDING"]}).data == {
        "jobs": {"totalCount": {"value": 4, "precision": "EXACT"}}
    }
    assert viewer(count).data == {"jobs": {"totalCount": {"value": 5, "precision": "EXACT"}}}


@pytest.mark.usefixtures("_jobs_in_all_states")
def test_jobs_are_counted_by_state(viewer: Api) -> None:
    assert viewer("{ jobCounts { state count } }").data == {
        "jobCounts": [
            {"state": "PENDING", "count": 2},
            {"state": "RUNNING", "count": 1},
            {"state": "COMPLETED", "count": 1},
            {"state": "FAILED", "count": 1},
            {"state": "CANCELLED", "count": 1},
        ]
    }


@pytest.mark.usefixtures("_jobs_in_all_states")
def test_counts_stay_exact_while_they_are_rolled_up(viewer: Api, make_job: MakeJob) -> None:
    before = viewer("{ jobCounts { state count } }").data
    assert counts.advance() is True
    assert viewer("{ jobCounts { state count } }").data == before
    make_job("one more", RUNNING)
    after = viewer("{ jobCounts { state count } }").data["jobCounts"]
    assert {entry["state"]: entry["count"] for entry in after} == {
        "PENDING": 2,
        "RUNNING": 2,
        "COMPLETED": 1,
        "FAILED": 1,
        "CANCELLED": 1,
    }
