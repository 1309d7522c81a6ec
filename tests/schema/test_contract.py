"""The schema against its printed copy and against what consumers were promised."""

from pathlib import Path

import pytest
from django.conf import settings
from graphql import (
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    print_schema,
)

from schema.schema import schema

PUBLISHED = (Path(__file__).parent / "published.graphql").read_text("utf-8")


def _dangers(promised: GraphQLSchema, offered: GraphQLSchema) -> list[str]:
    """What would surprise a client that was written for the promised schema."""
    breaking = [change.description for change in find_breaking_changes(promised, offered)]
    dangerous = [change.description for change in find_dangerous_changes(promised, offered)]
    return sorted(breaking + dangerous)


def test_the_printed_schema_is_the_schema() -> None:
    printed = (settings.ROOT / "schema.graphql").read_text("utf-8")
    assert printed.strip() == schema.as_str().strip(), "print it anew: make schema"


def test_nothing_breaks_a_client_of_the_published_schema() -> None:
    assert _dangers(build_schema(PUBLISHED), build_schema(schema.as_str())) == []


@pytest.mark.parametrize(
    ("promised", "offered", "danger"),
    [
        ("  viewer: User\n", "", "Field Query.viewer was removed."),
        (
            "node(id: ID!): Node",
            "node(id: ID!): Job",
            "Field Query.node changed type from Node to Job.",
        ),
        (
            "createdBy: User",
            "createdBy: ID",
            "Field Job.createdBy changed type from User to ID.",
        ),
        (
            "  message: String\n  createdAt: DateTime!\n  setBy: User\n",
            "  message: Int\n  createdAt: DateTime!\n  setBy: User\n",
            "Field JobStatus.message changed type from String to Int.",
        ),
        (
            "version: Int!",
            "version: Int",
            "Field Job.version changed type from Int! to Int.",
        ),
        (
            "  CANCELLED\n}",
            "}",
            "Enum value JobState.CANCELLED was removed.",
        ),
        (
            "  CANCELLED\n}",
            "  CANCELLED\n  LOST\n}",
            "Enum value JobState.LOST was added.",
        ),
        (
            "viewer: User\n  job",
            "viewer(of: ID!): User\n  job",
            "A required argument Query.viewer(of:) was added.",
        ),
        (
            "  name: String!\n  idempotencyKey: String\n",
            "  name: String!\n  queue: String!\n  idempotencyKey: String\n",
            "A required field CreateJobInput.queue was added.",
        ),
        (
            "CreateJobResult = CreateJobSuccess | InvalidInput | IdempotencyConflict",
            "CreateJobResult = CreateJobSuccess | InvalidInput",
            "IdempotencyConflict was removed from union type CreateJobResult.",
        ),
        (
            "orderBy: JobOrder = CREATED_DESC",
            "orderBy: JobOrder = CREATED_ASC",
            "Query.jobs(orderBy:) has changed defaultValue from CREATED_DESC to CREATED_ASC.",
        ),
        (
            "type User implements Node {",
            "type User {",
            "User no longer implements interface Node.",
        ),
    ],
)
def test_the_check_bites(promised: str, offered: str, danger: str) -> None:
    mutated = PUBLISHED.replace(promised, offered, 1)
    assert mutated != PUBLISHED
    assert danger in _dangers(build_schema(PUBLISHED), build_schema(mutated))


def test_every_type_and_every_root_field_says_what_it_is_for() -> None:
    speechless = []
    for name, kind in build_schema(schema.as_str()).type_map.items():
        if name.startswith("__") or not (
            is_object_type(kind) or is_interface_type(kind) or is_input_object_type(kind)
        ):
            continue
        if not kind.description:
            speechless.append(name)
        speechless += [
            f"{name}.{field}"
            for field, definition in kind.fields.items()
            if not definition.description and name in {"Query", "Mutation"}
        ]
    assert speechless == []


def test_the_schema_prints_the_same_way_by_the_reference_implementation() -> None:
    text = schema.as_str()
    assert print_schema(build_schema(text)).strip() == text.strip()
