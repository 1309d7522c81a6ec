"""The work items: what is asked, how often, and how an answer is recognised."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from tests.bench.sampling import Sample, Tables


@dataclass(frozen=True)
class WorkItem:
    """One kind of request."""

    key: str
    title: str
    samples: Callable[[Tables, int], Iterable[Sample]]  # int: how many will do, where finite
    evidence: str = "stateChangedAt"  # how often the answer has this field ...
    rows: int = 1
    reads: bool = True
    status: int = 200


def _nothing(_tables: Tables, _number: int) -> Iterable[Sample]:
    return repeat(Sample())


ITEMS: Final = (
    WorkItem("W1", "first 50 jobs", _nothing, rows=50),
    WorkItem("W2", "first 50 jobs, 10 statuses each", _nothing, rows=50),
    WorkItem("W3", "50 jobs after 500,000 or half", lambda tables, _: repeat(tables.deep), rows=50),
    WorkItem("W4", "first 50 FAILED", lambda _, __: repeat(Sample(state="FAILED")), rows=50),
    WorkItem("W5", "one job, its history", Tables.random_jobs),
    WorkItem("W6", "setJobStatus", Tables.random_moves, reads=False),
    WorkItem("W7", "createJob", lambda tables, _: tables.new_names(), reads=False),
    WorkItem("W8", "totalCount and jobCounts", _nothing, evidence="COMPLETED"),
    WorkItem("W9", "2 states, range, prefix", lambda tables, _: repeat(tables.narrow()), rows=50),
    WorkItem("N2", "jobActivity of seven days", _nothing, evidence="entered"),
    WorkItem("N1", "W1 unchanged: 304", _nothing, rows=0, status=304),
)
