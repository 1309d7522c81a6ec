"""Every query that the documentation shows is run, and answers without errors."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from graphql import OperationDefinitionNode, OperationType, build_schema, parse, validate

from backend.jobs.lifecycle import JobState, may_move
from backend.web import graphiql
from schema.global_id import Kind, decode_as, of
from schema.schema import schema
from tests.api import Api
from tests.schema.conftest import RUNNING, MakeJob

PAGES = sorted(
    [*settings.ROOT.glob("*.md"), *settings.ROOT.glob("docs/**/*.md")], key=lambda path: path.name
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BODY = re.compile(r"-d '(\{.*?\})'", re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A document that somebody is shown, with the variables beside it."""

    where: str
    document: str
    variables: dict[str, Any] = field(default_factory=dict)

    @property
    def operation(self) -> OperationType:
        """What kind of operation it is; examples have one each."""
        (operation,) = (
            definition
            for definition in parse(self.document).definitions
            if isinstance(definition, OperationDefinitionNode)
        )
        return operation.operation


def _written() -> Iterator[Example]:
    """The blocks of the pages; a block of JSON right after one of GraphQL holds its variables."""
    for page in PAGES:
        blocks = BLOCK.findall(page.read_text("utf-8"))
        for number, (language, text) in enumerate(blocks):
            where = f"{page.name} block {number + 1}"
            if language == "graphql":
                following, beside = blocks[number + 1] if number + 1 < len(blocks) else ("", "")
                variables = json.loads(beside) if following == "json" else {}
                yield Example(where, text, variables)
            for body in BODY.findall(text) if language == "sh" else ():
                sent = json.loads(body)
                yield Example(where, sent["query"], sent.get("variables", {}))


def _tabs() -> Iterator[Example]:
    """What GraphiQL opens with."""
    for number, tab in enumerate(graphiql.examples()):
        variables = json.loads(tab["variables"]) if tab["variables"] else {}
        yield Example(f"GraphiQL tab {number + 1}", tab["query"], variables)


EXAMPLES = [*_written(), *_tabs()]


@pytest.fixture
def job_for(make_job: MakeJob) -> Any:
    """The id of a job on which the change that an example shows can be made."""
    jobs = [make_job("waits"), make_job("works", RUNNING)]

    def job_for(change: dict[str, Any]) -> str:
        return next(
            of(job)
            for job in jobs
            if may_move(job.state, JobState(change["state"]))
            and change.get("expectedVersion") in {None, job.version}
        )

    return job_for


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.where)
def test_an_example(operator: Api, job_for: Any, example: Example) -> None:
    assert validate(build_schema(schema.as_str()), parse(example.document)) == []
    if example.operation is OperationType.SUBSCRIPTION:
        return  # its stream is tested with the subscription
    variables = json.loads(json.dumps(example.variables))
    if "jobId" in variables.get("input", {}):
        variables["input"]["jobId"] = job_for(variables["input"])
    answer = operator(example.document, **variables)
    for result in answer.data.values():
        if isinstance(result, dict) and example.operation is OperationType.MUTATION:
            assert result.get("__typename", "Success").endswith("Success")
            assert "message" not in result


def test_there_are_examples() -> None:
    """So that a change of the pages' form does not silence them."""
    assert len(list(_tabs())) == 5
    assert len([example for example in EXAMPLES if example.where.startswith("README")]) >= 6


def test_ids_in_the_documentation_look_like_ids() -> None:
    shown = [
        example.variables["input"]["jobId"]
        for example in _written()
        if "jobId" in example.variables.get("input", {})
    ]
    assert shown != []
    assert {decode_as(Kind.JOB, job_id).version for job_id in shown} == {7}
