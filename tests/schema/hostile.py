"""Requests that cost little to send and are meant to cost much, and how each is refused."""

import json


def document(text: str) -> bytes:
    return json.dumps({"query": text}).encode()


def doubling(levels: int) -> str:
    chain = "".join(
        f"fragment F{level} on Query {{ ...F{level + 1} ...F{level + 1} }} "
        for level in range(levels)
    )
    return f"{{ ...F0 }} {chain} fragment F{levels} on Query {{ lifecycle {{ state }} }}"


HOSTILE: dict[str, tuple[bytes, int, str]] = {
    "30 doubling fragments": (document(doubling(30)), 400, "TOO_COMPLEX"),
    "1,000 levels": (
        document("{ jobs { nodes { " + "status { job { " * 500 + "id" + " } }" * 500 + " } } }"),
        400,
        "TOO_COMPLEX",
    ),
    "10,000 aliases": (
        document("{ " + " ".join(f"a{i:x}:a" for i in range(10_000)) + " }"),
        400,
        "TOO_COMPLEX",
    ),
    "2,000 conflicting fields": (
        document("{ " + " ".join(f"a: job(id: {i}) {{ id }}" for i in range(2_000)) + " }"),
        400,
        "TOO_COMPLEX",
    ),
    "180 conflicting fields": (
        document("{ " + " ".join(f"a: users(first: {i}) {{ id }}" for i in range(180)) + " }"),
        400,
        "TOO_COMPLEX",
    ),
    "100,000 tokens": (document("{" + "a " * 49_900 + "}"), 400, "TOO_COMPLEX"),
    "100,000 brackets": (document("{" + "(" * 99_900), 400, "TOO_COMPLEX"),
    "10 MB": (document("{ viewer { id } }" + " " * 10_000_000), 413, "PAYLOAD_TOO_LARGE"),
    "a batch of 1,000": (
        b"[" + b",".join([document("{ viewer { id } }")] * 1_000) + b"]",
        400,
        "BAD_REQUEST",
    ),
    "jobs, histories, jobs, histories": (
        document(
            """{ jobs(first: 100) { nodes { statuses(first: 100) { nodes { job {
                 statuses(first: 100) { nodes { id } } } } } } } }"""
        ),
        400,
        "TOO_COMPLEX",
    ),
    "circular fragments": (
        document("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"),
        400,
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "1,000 directives": (
        document("{ viewer { id " + "@include(if: true) " * 1_000 + "} }"),
        400,
        "TOO_COMPLEX",
    ),
    "1,000 directives in few tokens": (
        document("{ viewer { id " + "@a " * 999 + "} }"),
        400,
        "TOO_COMPLEX",
    ),
    "JSON 50,000 deep": (b"[" * 50_000 + b"]" * 50_000, 400, "BAD_REQUEST"),
    "variables 16,000 deep": (
        b'{"query":"{viewer{id}}","variables":' + b'{"a":' * 16_000 + b"1" + b"}" * 16_001,
        400,
        "BAD_REQUEST",
    ),
    "variables 900 deep": (
        b'{"query":"query($f: JobFilter) { jobs(filter: $f) { nodes { id } } }","variables":{"f":'
        + b'{"createdAt":' * 900
        + b"1"
        + b"}" * 902,
        400,
        "BAD_USER_INPUT",
    ),
    "an integer of 5,000 digits in JSON": (
        b'{"query":"query($n: Int) { jobs(first: $n) { nodes { id } } }","variables":{"n":'
        + b"9" * 5_000
        + b"}}",
        400,
        "BAD_REQUEST",
    ),
    "an integer of 5,000 digits in the document": (
        document("{ jobs(first: " + "9" * 5_000 + ") { nodes { id } } }"),
        400,
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "an integer of 50,000 digits as an id": (
        document("{ job(id: " + "9" * 50_000 + ") { id } }"),
        200,
        "BAD_USER_INPUT",
    ),
    "a string of 99,000 quotes": (
        document('{ job(id: "' + '\\"' * 24_000 + '") { id } }'),
        200,
        "BAD_USER_INPUT",
    ),
    "values nested 900 deep": (
        document("{ nodes(ids: " + "[" * 900 + "]" * 900 + ") { id } }"),
        400,
        "TOO_COMPLEX",
    ),
}
