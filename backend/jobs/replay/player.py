"""Plays what happened to jobs once more through the API, faster than it happened."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from backend.jobs.importers.workload import WorkloadJob
from backend.jobs.replay.client import Client

if TYPE_CHECKING:
    from uuid import UUID

CREATE: Final = """
mutation Create($input: CreateJobInput!) {
  createJob(input: $input) {
    __typename
    ... on CreateJobSuccess { job { id version } }
    ... on UserError { message }
  }
}
"""
CHANGE: Final = """
mutation Change($input: SetJobStatusInput!) {
  setJobStatus(input: $input) {
    __typename
    ... on SetJobStatusSuccess { changed }
    ... on UserError { message }
  }
}
"""


class Step(NamedTuple):
    """One change of one job. `place` is its place among the job's changes; 0 is the creation."""

    at: datetime
    job: WorkloadJob
    place: int


@dataclass
class Played:
    """What a replay has done so far."""

    created: int = 0
    changed: int = 0
    before: int = 0  # changes that an earlier run had made
    taken_over: int = 0  # jobs that somebody else moved meanwhile
    refused: list[str] = field(default_factory=list)  # why jobs could not be played
    behind: float = 0.0  # seconds, the most that a change came later than it should have
    seconds: list[float] = field(default_factory=list)  # each change took


def in_order(jobs: Iterable[WorkloadJob]) -> Iterator[Step]:
    """The changes of all jobs as they happened.

    Reads no further than it must, so a trace of any length is played from its start: one that is
    in the order of submission comes out in the order of time.
    """
    waiting: list[tuple[datetime, int, int, WorkloadJob]] = []
    for number, job in enumerate(jobs):
        while waiting and waiting[0][0] <= job.submitted_at:
            yield _next(waiting)
        heappush(waiting, (job.submitted_at, number, 0, job))
    while waiting:
        yield _next(waiting)


def _next(waiting: list[tuple[datetime, int, int, WorkloadJob]]) -> Step:
    at, number, index, job = heappop(waiting)
    if index + 1 < len(job.changes):
        heappush(waiting, (job.changes[index + 1].at, number, index + 1, job))
    return Step(at, job, index)


class Player:
    """Plays steps at their times, so many times faster.

    `run` names the run: played again under the same name, it goes on where it ended, because
    every change carries a key made of it.
    """

    def __init__(
        self,
        client: Client,
        *,
        speed: float,
        run: str,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.played = Played()
        self._client = client
        self._speed = speed
        self._run = run
        self._clock = clock
        self._sleep = sleep
        self._ids: dict[UUID, str] = {}

    def play(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Play each step when it is due, and yield it when it is done.

        Raises what the client raises.
        """
        began: tuple[float, datetime] | None = None
        for step in steps:
            began = began or (self._clock(), step.at)
            due = began[0] + (step.at - began[1]).total_seconds() / self._speed
            early = due - self._clock()
            if early > 0:
                self._sleep(early)
            self.played.behind = max(self.played.behind, -early)
            sent = self._clock()
            if self._do(step):
                self.played.seconds.append(self._clock() - sent)
            yield step

    def _do(self, step: Step) -> bool:
        """Whether the API was asked: it is not, for a job that is not ours any more."""
        job = step.job
        if step.place == 0:
            self._create(job)
        elif job.id in self._ids:
            self._change(job, step.place)
        else:
            return False
        if step.place == len(job.changes) - 1:
            self._ids.pop(job.id, None)
        return True

    def _create(self, job: WorkloadJob) -> None:
        key = f"{self._run}:{job.id}"
        variables = {"input": {"name": job.name, "idempotencyKey": key}}
        result = self._client.execute(CREATE, variables)["createJob"]
        if result["__typename"] != "CreateJobSuccess":
            self.played.refused.append(f"{job.name}: {result['message']}")
            return
        self._ids[job.id] = result["job"]["id"]
        if result["job"]["version"] > 1:
            self.played.before += 1
        else:
            self.played.created += 1

    def _change(self, job: WorkloadJob, place: int) -> None:
        change = job.changes[place]
        variables: dict[str, Any] = {
            "jobId": self._ids[job.id],
            "state": change.state.value,
            "message": change.message,
            "idempotencyKey": f"{self._run}:{job.id}:{place}",
        }
        result = self._client.execute(CHANGE, {"input": variables})["setJobStatus"]
        if result["__typename"] == "SetJobStatusSuccess":
            if result["changed"]:
                self.played.changed += 1
            else:
                self.played.before += 1
            return
        del self._ids[job.id]
        if result["__typename"] in {"IllegalTransition", "JobNotFound"}:
            self.played.taken_over += 1
        else:
            self.played.refused.append(f"{job.name}: {result['message']}")
