"""Operations cost points: what they cost is told, and who has none left is refused."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from backend.jobs.models import Job
from backend.web import rate
from backend.web.models import RateBucket
from backend.web.rate import Purses
from schema.charges import Charges, charges
from schema.context import Context
from tests.api import Api
from tests.event_source import following
from tests.schema.test_api_tokens import program
from tests.schema.test_subscriptions_socket import connected, hear, subscribe
from tests.server import Server

TOO_MANY = "{ a: " + "__typename " * 501 + "}"
COUNTS = "{ jobCounts { state } }"
TELL = "rateLimit { limit cost remaining nodeCount }"
FOLLOW = "subscription { jobStatuses { cursor } }"


@pytest.fixture(autouse=True)
def _a_thousand(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand points for each, none of which come back: time stands still."""
    settings.RATE_POINTS_PER_MINUTE = 1_000

    def now() -> float:
        return 1_800_000_000.0

    monkeypatch.setattr(charges, "purses", Purses(now))
    monkeypatch.setattr(rate, "take", partial(rate.take, clock=now))


def bearing(api: Api) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.token}"}


@pytest.mark.parametrize(
    ("rest", "cost", "nodes"),
    [
        ("", 1, 0),
        ("viewer { username } jobCounts { state count }", 3, 0),
        ("a: jobCounts { state } b: jobCounts { state } b: jobCounts { count }", 3, 0),
        ("...F ...F ... on Query { ...F c: lifecycle { state } }", 3, 0),
        ("jobs { nodes { id } }", 2, 25),
        ("jobs(first: 99) { nodes { id } }", 2, 99),
        ("jobs(first: 100) { nodes { id } }", 3, 100),
        ("jobs(first: 50) { nodes { statuses(first: 10) { nodes { id } } } }", 7, 550),
        ("jobs(first: $n) { nodes { statuses(first: $n) { nodes { id } } } }", 13, 1_190),
    ],
)
def test_a_field_at_the_root_costs_a_point_and_so_do_a_hundred_nodes(
    viewer: Api, rest: str, cost: int, nodes: int
) -> None:
    declared = "($n: Int = 34)" if "$n" in rest else ""
    fragment = "fragment F on Query { jobCounts { state } }" if "...F" in rest else ""
    answer = viewer(f"query {declared} {{ {TELL} {rest} }} {fragment}")
    assert answer.data["rateLimit"] == {
        "limit": 1_000,
        "cost": cost,
        "remaining": 1_000 - cost,
        "nodeCount": nodes,
    }


def test_what_is_left_goes_down_and_comes_back(viewer: Api) -> None:
    left = [viewer(f"{{ {TELL} }}").data["rateLimit"]["remaining"] for _ in range(3)]
    assert left == [999, 998, 997]
    resets_at = viewer("{ rateLimit { resetsAt } }").data["rateLimit"]["resetsAt"]
    wait = datetime.fromisoformat(resets_at) - datetime.now(UTC)
    assert timedelta(0) < wait <= timedelta(seconds=0.6)  # ten points were leased


def test_every_answer_tells_it_in_headers(server: Server, viewer: Api) -> None:
    response = httpx.post(server.url, json={"query": COUNTS}, headers=bearing(viewer))
    assert response.headers["RateLimit-Policy"] == '"points";q=1000;w=60'
    assert response.headers["RateLimit"] == '"points";r=999;t=1'
    assert response.json().keys() == {"data"}


def test_the_answer_tells_it_where_the_request_asks(viewer: Api) -> None:
    document = "{ jobs(first: 100) { nodes { id } } }"
    response = viewer.post({"query": document, "extensions": {"cost": True}})
    cost = response.json()["extensions"]["cost"]
    assert cost == {"requested": 2, "remaining": 998, "resetsAt": cost["resetsAt"]}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z", cost["resetsAt"])
    for extensions in (None, {}, {"cost": False}, {"cost": 1}, {"other": True}):
        response = viewer.post({"query": document, "extensions": extensions})
        assert response.json() == {"data": {"jobs": {"nodes": []}}}


def test_without_a_limit_nothing_is_said_or_written(
    viewer: Api, settings: Settings, statements: DjangoAssertNumQueries
) -> None:
    settings.RATE_POINTS_PER_MINUTE = 0
    viewer("{ viewer { username } }")
    with statements(0):
        response = viewer.post(
            {"query": f"{{ {TELL} viewer {{ username }} }}", "extensions": {"cost": True}}
        )
    body = response.json()
    assert body["data"]["rateLimit"] == {
        "limit": None,
        "cost": 2,
        "remaining": None,
        "nodeCount": 0,
    }
    assert body["extensions"] == {"cost": {"requested": 2, "remaining": None, "resetsAt": None}}


def test_an_ordinary_request_writes_nothing(
    viewer: Api, statements: DjangoAssertNumQueries
) -> None:
    viewer(COUNTS)
    viewer("{ viewer { username } }")
    with statements(0):
        for _ in range(8):
            assert viewer("{ viewer { username } }").codes == []
    with statements(1):  # the next lease
        assert viewer("{ viewer { username } }").codes == []


# --- Refusals -------------------------------------------------------------------------------


def test_who_has_none_left_is_refused_and_nothing_is_executed(
    server: Server, operator: Api, settings: Settings
) -> None:
    settings.RATE_POINTS_PER_MINUTE = 10
    create = 'mutation { createJob(input: {name: "a"}) { __typename } }'
    for _ in range(10):
        assert operator(create).codes == []
    response = httpx.post(server.url, json={"query": create}, headers=bearing(operator))
    assert response.status_code == 429
    assert response.json() == {
        "errors": [
            {
                "message": "This costs more points than you have left: try again in 6 s.",
                "extensions": {"code": "RATE_LIMITED", "cost": 1, "retryAfterSeconds": 6},
            }
        ]
    }
    assert response.headers["Retry-After"] == "6"
    assert response.headers["RateLimit"] == '"points";r=0;t=60'
    assert Job.objects.count() == 10


def test_a_refusal_asks_the_database_nothing(
    viewer: Api, settings: Settings, statements: DjangoAssertNumQueries
) -> None:
    settings.RATE_POINTS_PER_MINUTE = 10
    viewer("{ viewer { username } }")
    for _ in range(9):
        viewer(COUNTS)
    assert viewer(COUNTS).codes == ["RATE_LIMITED"]
    with statements(0):
        for _ in range(5):
            assert viewer(COUNTS).codes == ["RATE_LIMITED"]


def test_what_is_too_dear_leaves_room_for_what_is_cheap(viewer: Api, settings: Settings) -> None:
    settings.RATE_POINTS_PER_MINUTE = 10
    assert viewer(COUNTS).codes == []
    dear = "{ jobs(first: 100) { nodes { statuses(first: 8) { nodes { id } } } } }"
    assert viewer(dear).codes == ["RATE_LIMITED"]
    assert viewer(COUNTS).codes == []


def test_documents_that_are_refused_cost_a_point(viewer: Api) -> None:
    for document in ("{", "{ nope }", TOO_MANY):
        assert viewer(document).codes != []
    assert viewer(f"{{ {TELL} }}").data["rateLimit"]["remaining"] == 996


def test_accounts_have_points_of_their_own(sign_in: Callable[..., Api], settings: Settings) -> None:
    settings.RATE_POINTS_PER_MINUTE = 1
    ada, bob = sign_in("viewer", "ada"), sign_in("viewer", "bob")
    assert ada(COUNTS).codes == []
    assert ada(COUNTS).codes == ["RATE_LIMITED"]
    assert bob(COUNTS).codes == []


def test_programs_have_points_of_their_own(operator: Api, settings: Settings) -> None:
    settings.RATE_POINTS_PER_MINUTE = 0
    programs = [program(operator, name=name) for name in ("a", "b")]
    settings.RATE_POINTS_PER_MINUTE = 1
    for api in (operator, *programs):
        assert [api(COUNTS).codes for _ in range(2)] == [[], ["RATE_LIMITED"]]


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
    ],
)
def test_strangers_share_the_points_of_their_address(
    db: None, settings: Settings, first: str, second: str, *, shared: bool
) -> None:
    settings.RATE_POINTS_PER_MINUTE = 1
    document = "{ lifecycle { state } }"
    assert Api(Client(REMOTE_ADDR=first))(document).codes == []
    assert Api(Client(REMOTE_ADDR=second))(document).codes == ["RATE_LIMITED"] * shared
    assert "192.0.2" not in str(list(RateBucket.objects.values()))


# --- Dry runs -------------------------------------------------------------------------------


def test_a_dry_run_executes_nothing_else(viewer: Api, statements: DjangoAssertNumQueries) -> None:
    document = f"""query($dry: Boolean = true) {{
      cost: rateLimit(dryRun: $dry) {{ limit cost remaining nodeCount }}
      jobs(first: 100) {{ nodes {{ statuses(first: 100) {{ nodes {{ id }} }} }} }}
      ... on Query {{ ...F }}
    }} fragment F on Query {{ {TELL} jobCounts {{ state }} }}"""
    viewer(COUNTS)
    told = {"limit": 1_000, "cost": 105, "remaining": 998, "nodeCount": 10_100}
    with statements(0):
        answer = viewer(document)
    assert answer.data == {"cost": told, "rateLimit": told}
    answer = viewer(document, dry=False)
    assert answer.data["cost"] == told | {"remaining": 893}
    assert answer.data["jobs"] == {"nodes": []}
    assert [len(answer.data[name]) for name in ("rateLimit", "jobCounts")] == [4, 5]


def test_a_dry_run_may_cost_more_than_there_is(viewer: Api, settings: Settings) -> None:
    settings.RATE_POINTS_PER_MINUTE = 10
    rest = "jobs(first: 100) { nodes { statuses(first: 100) { nodes { id } } } }"
    answer = viewer(f"{{ rateLimit(dryRun: true) {{ cost }} {rest} }}")
    assert answer.data == {"rateLimit": {"cost": 103}}


@pytest.mark.parametrize("value", ["yes", 1, [], {}])
def test_a_dry_run_is_so_or_not(viewer: Api, value: Any) -> None:
    document = "query($dry: Boolean!) { rateLimit(dryRun: $dry) { cost } }"
    assert viewer(document, dry=value).codes == ["BAD_USER_INPUT"]


# --- Streams --------------------------------------------------------------------------------


def test_streams_are_refused_as_well(server: Server, viewer: Api, settings: Settings) -> None:
    settings.RATE_POINTS_PER_MINUTE = 2
    with following(server.url, FOLLOW, token=viewer.token) as stream:
        assert stream.status == 200
        assert stream.headers["RateLimit"] == '"points";r=1;t=30'
    assert viewer(COUNTS).codes == []
    headers = {"Accept": "text/event-stream"} | bearing(viewer)
    refused = httpx.post(server.url, json={"query": FOLLOW}, headers=headers)
    assert refused.status_code == 429
    assert refused.headers["Content-Type"].startswith("application/graphql-response+json")
    assert refused.headers["Retry-After"] == "30"
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


def test_sockets_are_refused_operation_by_operation(
    server: Server, viewer: Api, settings: Settings
) -> None:
    settings.RATE_POINTS_PER_MINUTE = 2
    with connected(server, viewer.token) as socket:
        assert hear(socket)["type"] == "connection_ack"
        for number in (1, 2):
            subscribe(socket, COUNTS, operation=str(number))
            assert [hear(socket)["type"] for _ in range(2)] == ["next", "complete"]
        subscribe(socket, FOLLOW, operation="3")
        refused = hear(socket)
        assert (refused["id"], refused["type"]) == ("3", "error")
        assert refused["payload"][0]["extensions"] == {
            "code": "RATE_LIMITED",
            "cost": 1,
            "retryAfterSeconds": 30,
        }


# --- Leases ---------------------------------------------------------------------------------


async def test_those_who_come_at_once_share_a_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    def take(key: str, lacking: int) -> rate.Lease:
        taken.append((key, lacking))
        return rate.Lease(10, 0)

    monkeypatch.setattr(rate, "take", take)
    charges = Charges()
    paid = await asyncio.gather(*[charges.charge(Context(address="a"), 1) for _ in range(10)])
    assert all(paid)
    assert [lacking for _, lacking in taken] == [1]


@pytest.mark.parametrize("turns", range(12))
async def test_who_comes_while_a_lease_ends_does_not_go_round_for_ever(
    monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    """At any turn of the event loop: the lease done, its points not in the purse yet."""
    monkeypatch.setattr(rate, "take", lambda *_: rate.Lease(1, 0))
    charges, looks = Charges(), 0
    spend = charges.purses.spend

    def counted(key: str, cost: int) -> rate.Allowance | None:
        nonlocal looks
        looks += 1
        assert looks < 20
        return spend(key, cost)

    monkeypatch.setattr(charges.purses, "spend", counted)
    monkeypatch.setattr("schema.charges.ask", at_once)
    first = asyncio.create_task(charges.charge(Context(address="a"), 1))
    for _ in range(turns):
        await asyncio.sleep(0)
    assert await charges.charge(Context(address="a"), 1)
    assert await first


async def at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call the function here, on the event loop."""
    return function(*arguments)


async def test_without_a_database_nobody_is_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def take(*_: object) -> rate.Lease:
        raise OperationalError

    monkeypatch.setattr(rate, "take", take)
    assert await Charges().charge(Context(), 1) is None


def test_old_buckets_are_deleted_now_and_then(viewer: Api, settings: Settings) -> None:
    settings.RATE_POINTS_PER_MINUTE = 60_000_000
    RateBucket.objects.create(key="old", full_at=1)
    charges = Charges()
    for _ in range(100):
        charges._take("new", 1)
    assert [bucket.key for bucket in RateBucket.objects.all()] == ["new"]
