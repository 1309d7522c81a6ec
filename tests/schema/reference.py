"""What the reference executor answers, to compare with what plans answer."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NoReturn

import pytest

from schema.fast_executor import FastExecutor
from schema.operation_plan import GaveUp, OperationPlan
from tests.api import Answer, Api


async def gives_up(*_: Any) -> NoReturn:
    raise GaveUp({})


def reference(api: Api, document: str, **variables: Any) -> Answer:
    """What the reference executor answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OperationPlan, "run", gives_up)
        patch.setattr(FastExecutor, "_plan", lambda *_: None)
        return api(document, **variables)


@dataclass(frozen=True, eq=False)
class Told:
    """All that an answer says, keys in their order; errors in any.

    Where an error makes more null than its own field, which others are told beside it depends on
    who comes first: executors cancel what can not matter any more. One at least is the same.
    """

    status: int
    data: str
    others: tuple[str, ...]  # errors of no field
    by_null: dict[tuple[str | int, ...], frozenset[str]]  # errors, by the place that they made null

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Told):
            return NotImplemented
        return (
            (self.status, self.data, self.others) == (other.status, other.data, other.others)
            and self.by_null.keys() == other.by_null.keys()
            and all(errors & other.by_null[place] for place, errors in self.by_null.items())
        )

    __hash__ = None  # type: ignore[assignment]


def told(answer: Answer) -> Told:
    """What an answer says, to be compared with what another says."""
    data, by_null, others = answer.body.get("data"), defaultdict(set), []
    for error in answer.body.get("errors", []):
        if "path" in error:
            by_null[_nulled(data, error["path"])].add(json.dumps(error))
        else:
            others.append(json.dumps(error))
    places = {place: frozenset(errors) for place, errors in by_null.items()}
    return Told(answer.status, json.dumps(data), tuple(sorted(others)), places)


def _nulled(data: Any, path: list[str | int]) -> tuple[str | int, ...]:
    for depth, step in enumerate(path):
        if data is None:
            return tuple(path[:depth])
        data = data[step]
    return tuple(path)
