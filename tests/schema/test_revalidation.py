"""An unchanged answer is not sent again, and a changed one always is."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from backend.accounts.models import User
from backend.accounts.principal import principal_for
from backend.jobs import horizon
from backend.jobs.lifecycle import JobState
from backend.jobs.services import create_job, set_job_status
from schema import revalidation
from schema.documents import digest
from tests.api import Api
from tests.schema.conftest import MakeJob

PAGE = "query($n: Int) { jobs(first: $n) { nodes { name state } totalCount { value } } jobCounts { count } }"


def get(api: Api, document: str, tag: str | None = None, variables: str = "") -> Any:
    headers = {"authorization": f"Bearer {api.token}"}
    if tag is not None:
        headers["if-none-match"] = tag
    query = {"query": document} | ({"variables": variables} if variables else {})
    return api.client.get("/graphql", query, headers=headers)


def test_the_tag_of_an_answer_brings_a_304_until_something_changes(
    viewer: Api, make_job: MakeJob, statements: DjangoAssertNumQueries
) -> None:
    job = make_job("a")
    first = get(viewer, PAGE)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Vary"] == "Authorization, Accept, origin"
    with statements(1):
        again = get(viewer, PAGE, tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert "Content-Type" not in again.headers
    assert get(viewer, PAGE, f'"other", W/{tag}').status_code == 304

    set_job_status(job_id=job.id, state=JobState.RUNNING, actor_id=viewer.user.pk)  # type: ignore[union-attr]
    changed = get(viewer, PAGE, tag)
    assert changed.status_code == 200
    assert changed.json()["data"]["jobs"]["nodes"] == [{"name": "a", "state": "RUNNING"}]
    assert changed.headers["ETag"] != tag


def test_a_tag_is_good_for_one_question_of_one_account(
    viewer: Api, operator: Api, make_job: MakeJob
) -> None:
    make_job("a")
    tag = get(viewer, PAGE).headers["ETag"]
    assert get(operator, PAGE, tag).status_code == 200
    assert get(viewer, PAGE, tag, '{"n": 1}').status_code == 200
    assert get(viewer, "{ jobs { nodes { name } } }", tag).status_code == 200
    assert get(viewer, PAGE, "*").status_code == 200


@pytest.mark.parametrize(
    "document",
    ["{ viewer { username } }", "{ jobs(first: 0) { nodes { id } } }", "{ users { id } }"],
    ids=["not of the log", "an error", "accounts"],
)
def test_what_the_log_does_not_decide_has_no_tag(viewer: Api, document: str) -> None:
    answer = get(viewer, document)
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_answer_to_a_post_has_no_tag(viewer: Api, make_job: MakeJob) -> None:
    make_job("a")
    assert "ETag" not in viewer.post({"query": PAGE}).headers


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_while_an_earlier_position_may_yet_commit_there_is_no_tag(
    make_user: Callable[..., User],
) -> None:
    """Positions are given before they commit: a later one that is seen proves nothing."""
    ada = make_user("ada", "operator").pk
    create_job(name="a", actor_id=ada)
    assert horizon.settled_position() == horizon.newest_position() > 0
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT nextval(pg_get_serial_sequence('jobs_jobstatus', 'id'))")
            create_job(name="b", actor_id=ada)
            assert horizon.settled_position() is None
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert horizon.settled_position() == horizon.newest_position()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_answer_has_all_that_its_tag_says(
    viewer: Api, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where a writer that takes its time has begun since the position was settled."""
    monkeypatch.setattr(horizon, "_horizon", horizon.Horizon())
    log = "{ jobStatuses { nodes { job { name } } } }"
    make_job("a")
    assert get(viewer, log).status_code == 200
    make_job("b")
    other, ask = connections.create_connection("default"), revalidation.settled.ask

    def begin() -> None:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT nextval(pg_get_serial_sequence('jobs_jobstatus', 'id'))")

    async def then_a_writer_begins() -> int | None:
        position = await ask()
        await sync_to_async(begin)()
        return position

    try:
        with monkeypatch.context() as patch:
            patch.setattr(revalidation.settled, "ask", then_a_writer_begins)
            first = get(viewer, log)
        with other.cursor() as cursor:
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert first.json()["data"]["jobStatuses"]["nodes"] == [
        {"job": {"name": "a"}},
        {"job": {"name": "b"}},
    ]
    assert get(viewer, log, first.headers["ETag"]).status_code == 304


def test_whoever_may_not_read_is_not_told_how_far_the_log_is(
    operator: Api, make_job: MakeJob
) -> None:
    """Tags can be worked out: so many guesses would find the position."""
    make_job("a", JobState.RUNNING)
    created = operator(
        """mutation { createApiToken(input: {name: "worker", scopes: [JOBS_WRITE]}) {
             ... on CreateApiTokenSuccess { secret } } }"""
    )
    secret: str = created.data["createApiToken"]["secret"]
    program = Api(Client(), token=secret, user=operator.user)
    document = "{ jobs { nodes { name } } }"
    who = principal_for(secret)
    question: list[Any] = [digest(document), None, {}, [who.user_id, sorted(who.permissions)]]
    asked = hashlib.blake2b(
        orjson.dumps(question, option=orjson.OPT_SORT_KEYS), digest_size=12
    ).hexdigest()
    guesses = ", ".join(f'"{position}-{asked}"' for position in range(1_000))
    answer = get(program, document, guesses)
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert "ETag" not in answer.headers
