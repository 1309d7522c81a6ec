"""`setJobStatus`: every member of its union, with all its fields."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.jobs.lifecycle import TRANSITIONS, JobState
from backend.jobs.models import Job, JobStatus
from schema.global_id import of
from schema.scalars import instant_to_text, text_to_instant
from tests.api import Api
from tests.schema.conftest import COMPLETED, FAILED, PATHS, RUNNING, MakeJob

SET = """
mutation ($input: SetJobStatusInput!) {
  setJobStatus(input: $input) {
    __typename
    ... on SetJobStatusSuccess {
      changed
      job { ...Standing }
      status { id state previousState message createdAt setBy { username } job { id } }
    }
    ... on InvalidInput { field }
    ... on IllegalTransition { job { ...Standing } allowedTransitions }
    ... on VersionConflict { job { ...Standing } }
    ... on UserError { message }
  }
}
fragment Standing on Job { id name state version stateChangedAt startedAt finishedAt
  status { state } }
"""
MISSING = "AQGWeVJ5cACAAAAAAAAAAAA"


def _set(api: Api, job: Any, state: str, **given: Any) -> dict[str, Any]:
    job_id = job if isinstance(job, str) else of(job)
    answer = api(SET, input={"jobId": job_id, "state": state, **given})
    result: dict[str, Any] = answer.data["setJobStatus"]
    return result


def _rows() -> list[Any]:
    return [*Job.objects.order_by("id").values(), *JobStatus.objects.order_by("id").values()]


def test_a_move(operator: Api, make_job: MakeJob) -> None:
    job = make_job("a")
    before = timezone.now()
    result = _set(operator, job, "RUNNING", message="Started by hand")
    at = result["status"]["createdAt"]
    assert before <= text_to_instant(at) <= before + timedelta(seconds=10)
    assert result == {
        "__typename": "SetJobStatusSuccess",
        "changed": True,
        "job": {
            "id": of(job),
            "name": "a",
            "state": "RUNNING",
            "version": 2,
            "stateChangedAt": at,
            "startedAt": at,
            "finishedAt": None,
            "status": {"state": "RUNNING"},
        },
        "status": {
            "id": result["status"]["id"],
            "state": "RUNNING",
            "previousState": "PENDING",
            "message": "Started by hand",
            "createdAt": at,
            "setBy": {"username": "operator"},
            "job": {"id": of(job)},
        },
    }
    assert JobStatus.objects.count() == 2


def test_the_whole_life_of_a_job(operator: Api, make_job: MakeJob) -> None:
    job = make_job("a")
    for state in ("RUNNING", "FAILED", "PENDING", "RUNNING", "COMPLETED"):
        assert _set(operator, job, state)["changed"] is True
    answer = operator(
        """query ($id: ID!) { job(id: $id) { version state finishedAt stateChangedAt
             statuses { nodes { previousState state } } } }""",
        id=of(job),
    ).data["job"]
    assert (answer["version"], answer["state"]) == (6, "COMPLETED")
    assert answer["finishedAt"] == answer["stateChangedAt"]
    assert [(node["previousState"], node["state"]) for node in answer["statuses"]["nodes"]] == [
        ("RUNNING", "COMPLETED"),
        ("PENDING", "RUNNING"),
        ("FAILED", "PENDING"),
        ("RUNNING", "FAILED"),
        ("PENDING", "RUNNING"),
        (None, "PENDING"),
    ]


@pytest.mark.parametrize("current", JobState)
@pytest.mark.parametrize("target", JobState)
def test_every_pair_of_states(
    operator: Api, make_job: MakeJob, current: JobState, target: JobState
) -> None:
    job = make_job("a", *PATHS[current])
    assert job.state is current
    before = _rows()
    result = _set(operator, job, target.value)
    if target is current:
        assert (result["__typename"], result["changed"]) == ("SetJobStatusSuccess", False)
        assert result["status"]["state"] == current.value
        assert _rows() == before
    elif target in TRANSITIONS[current]:
        assert (result["__typename"], result["changed"]) == ("SetJobStatusSuccess", True)
        assert result["job"]["version"] == job.version + 1
        assert len(_rows()) == len(before) + 1
    else:
        assert result == {
            "__typename": "IllegalTransition",
            "message": f"A job that is {current.value} can not become {target.value}.",
            "allowedTransitions": [state.value for state in TRANSITIONS[current]],
            "job": _standing(job),
        }
        assert _rows() == before


def _standing(job: Any) -> dict[str, Any]:
    return {
        "id": of(job),
        "name": job.name,
        "state": job.state.value,
        "version": job.version,
        "stateChangedAt": instant_to_text(job.state_changed_at),
        "startedAt": job.started_at and instant_to_text(job.started_at),
        "finishedAt": job.finished_at and instant_to_text(job.finished_at),
        "status": {"state": job.state.value},
    }


def test_staying_put_shows_the_entry_that_stands(operator: Api, make_job: MakeJob) -> None:
    job = make_job("a")
    first = _set(operator, job, "RUNNING", message="first")
    again = _set(operator, job, "RUNNING", message="second")
    assert again == {**first, "changed": False}


def test_no_such_job(operator: Api) -> None:
    assert _set(operator, MISSING, "RUNNING") == {
        "__typename": "JobNotFound",
        "message": "There is no job with this id.",
    }


@pytest.mark.parametrize(
    ("job_id", "message"),
    [
        ("", "This is not the id of anything."),
        ("nonsense", "This is not the id of anything."),
        ("AwAAAAAAAAAB", "This is not the id of a job."),
        ("AgAAAAAAAAAB", "This is not the id of a job."),
    ],
)
def test_what_is_no_id_of_a_job(operator: Api, job_id: str, message: str) -> None:
    assert _set(operator, job_id, "RUNNING") == {
        "__typename": "InvalidInput",
        "field": "jobId",
        "message": message,
    }


def test_the_version_that_was_expected(operator: Api, make_job: MakeJob) -> None:
    job = make_job("a")
    assert _set(operator, job, "RUNNING", expectedVersion=1)["changed"] is True


@pytest.mark.parametrize("expected", [0, 1, 3, -1, 2**31 - 1])
def test_another_version_than_expected(operator: Api, make_job: MakeJob, expected: int) -> None:
    job = make_job("a", RUNNING)
    before = _rows()
    assert _set(operator, job, "COMPLETED", expectedVersion=expected) == {
        "__typename": "VersionConflict",
        "message": (
            f"The job is at version 2 (RUNNING), not {expected}: it was changed in the meantime."
        ),
        "job": _standing(job),
    }
    assert _rows() == before


def test_a_conflict_is_told_before_an_illegal_move(operator: Api, make_job: MakeJob) -> None:
    """Who is out of date is told so, whatever he wants: his wish may rest on the old state."""
    job = make_job("a", RUNNING, COMPLETED)
    assert _set(operator, job, "RUNNING", expectedVersion=2)["__typename"] == "VersionConflict"
    assert _set(operator, job, "COMPLETED", expectedVersion=2)["__typename"] == "VersionConflict"


def test_a_repeated_call_writes_nothing(operator: Api, make_job: MakeJob) -> None:
    job = make_job("a")
    first = _set(operator, job, "RUNNING", message="m", idempotencyKey="k")
    before = _rows()
    assert _set(operator, job, "RUNNING", message="m", idempotencyKey="k") == {
        **first,
        "changed": False,
    }
    assert _rows() == before


def test_a_repeated_call_counts_although_the_job_has_moved_on(
    operator: Api, make_job: MakeJob
) -> None:
    """The answer to a call that was lost on the way back: its entry, and the job as it is now."""
    job = make_job("a")
    first = _set(operator, job, "RUNNING", idempotencyKey="k", expectedVersion=1)
    _set(operator, job, "FAILED")
    before = _rows()
    again = _set(operator, job, "RUNNING", idempotencyKey="k", expectedVersion=1)
    assert (again["changed"], again["status"]) == (False, first["status"])
    assert (again["job"]["state"], again["job"]["version"]) == ("FAILED", 3)
    assert _rows() == before


@pytest.mark.parametrize("other", [{"state": "FAILED"}, {"message": "another"}, {"message": None}])
def test_a_key_used_for_something_else(
    operator: Api, make_job: MakeJob, other: dict[str, Any]
) -> None:
    job = make_job("a")
    given = {"state": "RUNNING", "message": "m", "idempotencyKey": "k"}
    _set(operator, job, **given)
    before = _rows()
    assert _set(operator, job, **{**given, **other}) == {
        "__typename": "IdempotencyConflict",
        "message": "This idempotency key was used before with a different input.",
    }
    assert _rows() == before


def test_keys_belong_to_a_job_and_an_account(
    operator: Api, sign_in: Any, make_job: MakeJob
) -> None:
    one, two = make_job("1"), make_job("2")
    other = sign_in("operator", "another")
    assert _set(operator, one, "RUNNING", idempotencyKey="k")["changed"] is True
    assert _set(operator, two, "RUNNING", idempotencyKey="k")["changed"] is True
    assert _set(other, one, "FAILED", idempotencyKey="k")["changed"] is True


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        (
            {"message": "m" * 10_001},
            "message",
            "A message has at most 10,000 characters, not 10,001.",
        ),
        (
            {"message": "a\0"},
            "message",
            "A message must be valid Unicode without null characters.",
        ),
        ({"idempotencyKey": ""}, "idempotencyKey", "An idempotency key must not be empty."),
        (
            {"idempotencyKey": "k" * 201},
            "idempotencyKey",
            "An idempotency key has at most 200 characters, not 201.",
        ),
        (
            {"idempotencyKey": "\0"},
            "idempotencyKey",
            "An idempotency key must be valid Unicode without null characters.",
        ),
    ],
)
def test_texts_that_can_not_be(
    operator: Api, make_job: MakeJob, given: dict[str, str], field: str, message: str
) -> None:
    job = make_job("a")
    before = _rows()
    assert _set(operator, job, "RUNNING", **given) == {
        "__typename": "InvalidInput",
        "field": field,
        "message": message,
    }
    assert _rows() == before


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("m" * 10_000, "m" * 10_000),
        ("line one\nline two\t\x1b[31mred\x1b[0m", "line one\nline two\t\x1b[31mred\x1b[0m"),
        (" kept as it came ", " kept as it came "),
        ("  ", None),
        ("", None),
        (None, None),
        ("Grüße 🚀", "Grüße 🚀"),
    ],
)
def test_messages_that_can(
    operator: Api, make_job: MakeJob, message: str | None, kept: str | None
) -> None:
    result = _set(operator, make_job("a"), "RUNNING", message=message)
    assert result["status"]["message"] == kept


def test_a_failed_move_beside_a_good_one(operator: Api, make_job: MakeJob) -> None:
    one, two = make_job("1"), make_job("2", RUNNING, FAILED)
    answer = operator(
        """mutation ($one: ID!, $two: ID!) {
             bad: setJobStatus(input: {jobId: $two, state: COMPLETED}) { __typename }
             good: setJobStatus(input: {jobId: $one, state: RUNNING}) { __typename } }""",
        one=of(one),
        two=of(two),
    )
    assert answer.data == {
        "bad": {"__typename": "IllegalTransition"},
        "good": {"__typename": "SetJobStatusSuccess"},
    }
