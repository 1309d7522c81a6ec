"""`createJob`: what it writes, what it repeats, what it refuses."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.jobs.models import Job, JobStatus
from schema.scalars import text_to_instant
from tests.api import Api

CREATE = """
mutation ($input: CreateJobInput!) {
  createJob(input: $input) {
    __typename
    ... on CreateJobSuccess {
      job {
        id name state version allowedTransitions createdAt stateChangedAt startedAt finishedAt
        createdBy { username }
        status { state previousState message createdAt setBy { username } }
        statuses { totalCount { value precision } }
      }
    }
    ... on InvalidInput { field }
    ... on UserError { message }
  }
}
"""


def _create(api: Api, **given: Any) -> dict[str, Any]:
    result: dict[str, Any] = api(CREATE, input=given).data["createJob"]
    return result


def test_a_new_job(operator: Api) -> None:
    before = timezone.now()
    result = _create(operator, name="  Nightly report ")
    job = result["job"]
    created_at = job["createdAt"]
    assert before <= text_to_instant(created_at) <= before + timedelta(seconds=10)
    assert result == {
        "__typename": "CreateJobSuccess",
        "job": {
            "id": job["id"],
            "name": "Nightly report",
            "state": "PENDING",
            "version": 1,
            "allowedTransitions": ["RUNNING", "CANCELLED", "FAILED"],
            "createdAt": created_at,
            "stateChangedAt": created_at,
            "startedAt": None,
            "finishedAt": None,
            "createdBy": {"username": "operator"},
            "status": {
                "state": "PENDING",
                "previousState": None,
                "message": None,
                "createdAt": created_at,
                "setBy": {"username": "operator"},
            },
            "statuses": {"totalCount": {"value": 1, "precision": "EXACT"}},
        },
    }
    assert (Job.objects.count(), JobStatus.objects.count()) == (1, 1)


def test_two_jobs_may_have_one_name(operator: Api) -> None:
    ids = {_create(operator, name="a")["job"]["id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "a" * 200,
        f" {'a' * 200} ",
        "a  b",
        "Grüße, 世界 🚀",
        "'; DROP TABLE jobs_job; --",
        "\u200d",
    ],
)
def test_names_that_can_be(operator: Api, name: str) -> None:
    assert _create(operator, name=name)["job"]["name"] == name.strip()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "A name must not be empty."),
        (" \t\n\u3000", "A name must not be empty."),
        ("a" * 201, "A name has at most 200 characters, not 201."),
        ("a" * 90_000, "A name has at most 200 characters, not 90,000."),
        ("a\0b", "A name must not contain control characters or line breaks."),
        ("a\nb", "A name must not contain control characters or line breaks."),
        ("a\x1b[31mb", "A name must not contain control characters or line breaks."),
        ("a\u2028b", "A name must not contain control characters or line breaks."),
    ],
)
def test_names_that_can_not(operator: Api, name: str, message: str) -> None:
    assert _create(operator, name=name) == {
        "__typename": "InvalidInput",
        "field": "name",
        "message": message,
    }
    assert (Job.objects.count(), JobStatus.objects.count()) == (0, 0)


def test_a_repeated_call_gives_the_same_job(operator: Api) -> None:
    first = _create(operator, name="a", idempotencyKey="k")
    assert _create(operator, name="a", idempotencyKey="k") == first
    assert _create(operator, name=" a ", idempotencyKey="k") == first  # the same once trimmed
    assert (Job.objects.count(), JobStatus.objects.count()) == (1, 1)


def test_a_repeated_call_gives_the_job_as_it_stands_now(operator: Api) -> None:
    job = _create(operator, name="a", idempotencyKey="k")["job"]
    operator(
        """mutation ($id: ID!) {
             setJobStatus(input: {jobId: $id, state: RUNNING}) { __typename } }""",
        id=job["id"],
    )
    again = _create(operator, name="a", idempotencyKey="k")["job"]
    assert (again["id"], again["state"], again["version"]) == (job["id"], "RUNNING", 2)


def test_a_key_used_for_something_else(operator: Api) -> None:
    _create(operator, name="a", idempotencyKey="k")
    assert _create(operator, name="b", idempotencyKey="k") == {
        "__typename": "IdempotencyConflict",
        "message": "This idempotency key was used before with a different input.",
    }
    assert Job.objects.count() == 1


def test_keys_belong_to_accounts(operator: Api, sign_in: Any) -> None:
    other = sign_in("operator", "another")
    ids = {_create(api, name="a", idempotencyKey="k")["job"]["id"] for api in (operator, other)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("", "An idempotency key must not be empty."),
        ("k" * 201, "An idempotency key has at most 200 characters, not 201."),
        ("k\0", "An idempotency key must be valid Unicode without null characters."),
    ],
)
def test_keys_that_can_not_be(operator: Api, key: str, message: str) -> None:
    assert _create(operator, name="a", idempotencyKey=key) == {
        "__typename": "InvalidInput",
        "field": "idempotencyKey",
        "message": message,
    }
    assert Job.objects.count() == 0


def test_null_is_no_key(operator: Api) -> None:
    ids = {_create(operator, name="a", idempotencyKey=None)["job"]["id"] for _ in range(2)}
    assert len(ids) == 2


def test_several_in_one_document_are_done_in_order(operator: Api) -> None:
    answer = operator(
        """mutation {
             one: createJob(input: {name: "1"}) { ... on CreateJobSuccess { job { name } } }
             bad: createJob(input: {name: ""}) { __typename }
             two: createJob(input: {name: "2"}) { ... on CreateJobSuccess { job { name } } } }"""
    )
    assert answer.data == {
        "one": {"job": {"name": "1"}},
        "bad": {"__typename": "InvalidInput"},
        "two": {"job": {"name": "2"}},
    }
    listed = operator("{ jobs(orderBy: CREATED_ASC) { nodes { name } } }").data["jobs"]["nodes"]
    assert listed == [{"name": "1"}, {"name": "2"}]
