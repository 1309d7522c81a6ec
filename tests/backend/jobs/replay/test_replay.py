"""Replaying a workload through the API of a real server, as a third party would."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from backend.jobs.importers.trace import Origin, read_trace
from backend.jobs.importers.workload import Change, Rejection, WorkloadJob
from backend.jobs.lifecycle import JobState
from backend.jobs.models import Job, JobStatus
from backend.jobs.replay import client as clients
from backend.jobs.replay.client import Client, Credentials, Refused, Unreachable
from backend.jobs.replay.player import Player, in_order
from backend.jobs.services import set_job_status
from tests.api import Api
from tests.server import Server

SAMPLE = Path(__file__).parents[1] / "importers" / "samples" / "small.swf"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PENDING, RUNNING, COMPLETED, FAILED, CANCELLED = JobState


def job(number: int, *changes: tuple[JobState, int]) -> WorkloadJob:
    """A job with changes at so many seconds after noon."""
    return WorkloadJob(
        source="test",
        number=str(number),
        name=f"job {number}",
        username=None,
        changes=tuple(
            Change(state, NOON + timedelta(seconds=at), f"{state} at {at}") for state, at in changes
        ),
    )


def sample() -> list[WorkloadJob]:
    with SAMPLE.open("rb") as file:
        found = read_trace(file, Origin(source=SAMPLE.name))
        return [each for each in found if not isinstance(each, Rejection)]


def replay(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("replay", *arguments, speed=1e12, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def written() -> list[tuple[str, list[str]]]:
    """The jobs in the order of their creation, with the states they went through."""
    return [
        (each.name, [status.state for status in each.statuses.order_by("id")])
        for each in Job.objects.order_by("id")
    ]


def expected(jobs: list[WorkloadJob]) -> list[tuple[str, list[str]]]:
    return [(each.name, [change.state for change in each.changes]) for each in jobs]


def test_a_trace_is_played_through_the_api(server: Server, operator: Api) -> None:
    told = replay(str(SAMPLE), url=server.url, token=operator.token)
    jobs = sorted(sample(), key=lambda each: each.submitted_at)
    assert written() == expected(jobs)
    changes = sum(len(each.changes) for each in jobs) - len(jobs)
    assert told.startswith(
        f"{len(jobs)} jobs created, {changes} changes made, 0 made before, "
        "0 jobs left to others, 0 refused, 0 requests repeated: "
    )
    entries = JobStatus.objects.exclude(previous_state=None)
    messages = [change.message for each in jobs for change in each.changes[1:]]
    assert sorted(map(str, entries.values_list("message", flat=True))) == sorted(map(str, messages))
    assert set(JobStatus.objects.values_list("set_by__username", flat=True)) == {"operator"}


def test_a_run_goes_on_where_it_ended(server: Server, operator: Api) -> None:
    account = {"url": server.url, "username": "operator", "password": "operator"}
    replay(str(SAMPLE), run="r", jobs=2, **account)
    told = replay(str(SAMPLE), run="r", **account)
    jobs = sorted(sample(), key=lambda each: each.submitted_at)
    assert sorted(written()) == sorted(expected(jobs))
    assert f"{len(jobs) - 2} jobs created" in told
    assert " 0 refused" in told
    told = replay(str(SAMPLE), run="another", **account)
    assert f"{len(jobs)} jobs created" in told


def test_generated_work_is_played(server: Server, operator: Api) -> None:
    told = replay("--generate", url=server.url, token=operator.token, jobs=20)
    assert told.startswith("20 jobs created")
    assert Job.objects.count() == 20


def test_outages_are_waited_out_and_nothing_is_done_twice(server: Server, operator: Api) -> None:
    with (
        unreliable(server) as url,
        closing(Client(url, Credentials(token=operator.token), sleep=lambda _: None)) as client,
    ):
        jobs = [job(number, (PENDING, 0), (RUNNING, 1), (FAILED, 2)) for number in range(8)]
        player = Player(client, speed=1e12, run="r")
        assert len(list(player.play(in_order(jobs)))) == 24
        assert client.repeated > 8
    assert sorted(written()) == sorted(expected(jobs))
    assert player.played.created + player.played.changed + player.played.before == 24


def test_a_client_gives_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "PATIENCE", 0)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/graphql"
        with closing(Client(url, Credentials(token="t"))) as client, pytest.raises(Unreachable):
            client.execute("{ viewer { username } }", {})


def test_a_job_that_somebody_else_moved_is_left_to_them(server: Server, operator: Api) -> None:
    assert operator.user is not None
    with closing(Client(server.url, Credentials(token=operator.token))) as client:
        player = Player(client, speed=1e12, run="r")
        steps = player.play(
            in_order([job(1, (PENDING, 0), (RUNNING, 1), (COMPLETED, 2)), job(2, (PENDING, 3))])
        )
        next(steps)
        stored = Job.objects.get()
        set_job_status(job_id=stored.id, state=CANCELLED, actor_id=operator.user.pk)
        assert len(list(steps)) == 3
    assert player.played.taken_over == 1
    assert written() == [("job 1", ["PENDING", "CANCELLED"]), ("job 2", ["PENDING"])]


def test_a_token_that_expired_is_renewed(server: Server, operator: Api) -> None:
    credentials = Credentials(username="operator", password="operator")
    with closing(Client(server.url, credentials)) as client:
        client._token = "expired"
        assert client.execute("{ viewer { username } }", {}) == {"viewer": {"username": "operator"}}


@pytest.mark.parametrize(
    "credentials",
    [Credentials(token="forged"), Credentials(username="operator", password="wrong")],
)
def test_who_may_not_is_told_at_once(
    server: Server, operator: Api, credentials: Credentials
) -> None:
    with closing(Client(server.url, credentials)) as client, pytest.raises(Refused):
        client.execute("{ viewer { username } }", {})
    assert client.repeated == 0


def test_steps_are_played_at_their_times() -> None:
    now = 100.0
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        naps.append(seconds)
        now += seconds

    class Slow(Client):
        def execute(self, _query: str, _variables: dict[str, Any]) -> dict[str, Any]:
            nonlocal now
            now += 2
            return {
                "createJob": {"__typename": "CreateJobSuccess", "job": {"id": "1", "version": 1}},
                "setJobStatus": {"__typename": "SetJobStatusSuccess", "changed": True},
            }

    client = Slow("http://localhost", Credentials(token="t"))
    player = Player(client, speed=60, run="r", clock=lambda: now, sleep=sleep)
    jobs = [job(1, (PENDING, 0), (RUNNING, 600), (FAILED, 601), (PENDING, 1200))]
    assert [step.place for step in player.play(in_order(jobs))] == [0, 1, 2, 3]
    assert naps == [8.0, pytest.approx(6.0)]  # 600 s are 10 s, of which the answer took 2
    assert player.played.behind == pytest.approx(2 - 1 / 60)
    assert player.played.seconds == [2.0] * 4


def test_an_interrupted_run_says_how_to_go_on(
    server: Server, operator: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any) -> Iterator[Any]:
        yield next(in_order(sample()))
        raise KeyboardInterrupt

    monkeypatch.setattr(Player, "play", interrupt)
    with pytest.raises(CommandError, match="--run r1") as interrupted:
        replay(str(SAMPLE), url=server.url, token=operator.token, run="r1")
    assert interrupted.value.returncode == 130


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([str(SAMPLE)], "Whose account"),
        ([str(SAMPLE), "--username", "ada"], "--password"),
        ([str(SAMPLE), "--token", "t", "--url", "ftp://x"], "is no address"),
        (["/nonexistent.swf", "--token", "t"], "No such file"),
        ([], "required"),
        ([str(SAMPLE), "--generate", "--token", "t"], "not allowed"),
        ([str(SAMPLE), "--token", "t", "--speed", "0"], "no factor"),
        ([str(SAMPLE), "--token", "t", "--speed", "inf"], "no factor"),
    ],
)
def test_arguments_that_make_no_sense_are_told(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOBTRAIL_TOKEN", raising=False)
    with pytest.raises(CommandError, match=message):
        call_command("replay", *arguments)


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.lists(st.integers(0, 50), max_size=4)), max_size=20
    ).map(sorted)
)
def test_steps_come_in_the_order_of_time(lives: list[tuple[int, list[int]]]) -> None:
    jobs = []
    for number, (start, gaps) in enumerate(lives):
        times = [start]
        for gap in gaps:
            times.append(times[-1] + gap)
        jobs.append(job(number, *((PENDING if at == start else RUNNING, at) for at in times)))
    steps = list(in_order(jobs))
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    for each in jobs:
        places = [step.place for step in steps if step.job is each]
        assert places == list(range(len(each.changes)))


class unreliable:  # noqa: N801 (reads as a statement)
    """A way to the server on which every third connection breaks, before or after the answer."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> str:
        self.thread.start()
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/graphql"

    def __exit__(self, *_: object) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()

    def _run(self) -> None:
        number = 0
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            number += 1
            with near, socket.create_connection(("127.0.0.1", self.server.port)) as far:
                if number % 3 == 1:
                    continue  # it never arrives
                far.sendall(self._request(near))
                answer = far.recv(65536)
                if number % 3 == 0:
                    near.sendall(answer)  # else it was carried out, and nobody is told

    @staticmethod
    def _request(near: socket.socket) -> bytes:
        request = near.recv(65536)
        head, _, body = request.partition(b"\r\n\r\n")
        (length,) = (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        while len(body) < length:
            more = near.recv(65536)
            request += more
            body += more
        return request
