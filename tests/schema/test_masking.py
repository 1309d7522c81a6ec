"""What no client can cause is told to nobody but the log."""

import re
from importlib import import_module
from typing import Any

import pytest

from backend.jobs.models import Job
from tests.api import Api
from tests.schema.conftest import MakeJob

SECRET = "SELECT secret FROM vault WHERE id = 42"


def _fails(*_args: Any, **_kwargs: Any) -> Any:
    raise ZeroDivisionError(SECRET)


@pytest.fixture
def _broken_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema.queries.jobs_page", _fails)


def _log(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join([record.getMessage() + str(record.exc_info) for record in caplog.records])


@pytest.mark.usefixtures("_broken_reads")
def test_a_fault_of_ours_shows_an_id_that_the_log_has_and_nothing_else(
    viewer: Api, caplog: pytest.LogCaptureFixture
) -> None:
    answer = viewer("{ jobs { nodes { id } } }")
    (error,) = answer.body["errors"]
    error_id = error["extensions"]["errorId"]
    assert re.fullmatch("[0-9a-f]{16}", error_id)
    assert answer.status == 200
    assert answer.body == {
        "data": None,
        "errors": [
            {
                "message": "Something went wrong on our side. The error id tells us what.",
                "locations": [{"line": 1, "column": 3}],
                "path": ["jobs"],
                "extensions": {"code": "INTERNAL_SERVER_ERROR", "errorId": error_id},
            }
        ],
    }
    assert error_id in _log(caplog)
    assert SECRET in _log(caplog)


@pytest.mark.usefixtures("_broken_reads")
def test_every_fault_has_an_id_of_its_own(viewer: Api, caplog: pytest.LogCaptureFixture) -> None:
    document = "{ jobs { nodes { id } } }"
    ids = {viewer(document).body["errors"][0]["extensions"]["errorId"] for _ in range(3)}
    assert len(ids) == 3
    assert all(error_id in _log(caplog) for error_id in ids)


def test_a_fault_in_a_batch_is_told_of_each_field_it_fails(
    viewer: Api,
    make_job: MakeJob,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    make_job("a")
    make_job("b")
    monkeypatch.setattr("schema.loaders.users_by_id", _fails)
    # The loaders took hold of the selector when they were made, one set for each request.
    answer = viewer("{ jobs { nodes { name createdBy { username } } } }")
    assert answer.body["data"] == {
        "jobs": {"nodes": [{"name": "b", "createdBy": None}, {"name": "a", "createdBy": None}]}
    }
    assert answer.codes == ["INTERNAL_SERVER_ERROR", "INTERNAL_SERVER_ERROR"]
    assert SECRET not in str(answer.body)
    assert SECRET in _log(caplog)


def test_a_fault_in_a_write_is_masked_and_writes_nothing(
    operator: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(import_module("backend.jobs.services.create_job"), "append", _fails)
    answer = operator('mutation { createJob(input: {name: "a"}) { __typename } }')
    assert answer.codes == ["INTERNAL_SERVER_ERROR"]
    assert SECRET not in str(answer.body)
    assert Job.objects.count() == 0
    assert SECRET in _log(caplog)


def test_a_fault_of_the_engine_itself_is_masked(
    viewer: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("schema.executor.points", _fails)
    answer = viewer("{ viewer { username } }")
    assert (answer.status, answer.codes) == (500, ["INTERNAL_SERVER_ERROR"])
    assert SECRET not in str(answer.body)
    assert answer.body["errors"][0]["extensions"]["errorId"] in _log(caplog)
    assert SECRET in _log(caplog)


def test_what_a_client_can_cause_is_not_logged_as_a_fault(
    viewer: Api, caplog: pytest.LogCaptureFixture
) -> None:
    for document in (
        "{",
        "{ nope }",
        "{ jobs(first: 0) { nodes { id } } }",
        '{ job(id: "x") { id } }',
        '{ jobs(after: "x") { nodes { id } } }',
        'mutation { createJob(input: {name: "a"}) { __typename } }',
    ):
        assert viewer(document).codes != []
    assert [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []
