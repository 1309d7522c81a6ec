"""Jobtrail itself, with the settings of production; every request bears an access token."""

import time
from typing import ClassVar, Final
from urllib.parse import urlencode

import orjson

from backend.jobs.orders import CREATED_DESC
from schema import global_id
from tests.bench.data import PASSWORD, USERNAME
from tests.bench.http import Ask, Request, graphql
from tests.bench.peers.peer import Peer, uvicorn
from tests.bench.sampling import Sample

TOKEN_AGE: Final = 300.0  # seconds; it would last for 900
PAGE_INFO: Final = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
JOB: Final = "id name state createdAt stateChangedAt"
LIST: Final = f"edges {{ cursor node {{ {JOB} }} }} {PAGE_INFO}"
LOG_IN: Final = """mutation ($input: LogInInput!) {
  logIn(input: $input) { ... on LogInSuccess { session { accessToken } } } }"""
DOCUMENTS: Final = {
    "W1": f"query {{ jobs(first: 50) {{ {LIST} }} }}",
    "W2": f"""query {{ jobs(first: 50) {{ edges {{ cursor node {{ {JOB}
        statuses(first: 10) {{ nodes {{ id state message createdAt }} }} }} }} {PAGE_INFO} }} }}""",
    "W3": f"query ($after: String) {{ jobs(first: 50, after: $after) {{ {LIST} }} }}",
    "W4": f"query ($filter: JobFilter) {{ jobs(first: 50, filter: $filter) {{ {LIST} }} }}",
    "W5": f"""query ($id: ID!) {{ job(id: $id) {{ {JOB} version startedAt finishedAt
        statuses(first: 100) {{ nodes {{ id state previousState message createdAt }} }} }} }}""",
    "W6": """mutation ($input: SetJobStatusInput!) { setJobStatus(input: $input) {
        ... on SetJobStatusSuccess { job { id state version stateChangedAt }
        status { id state createdAt } changed } ... on UserError { message } } }""",
    "W7": f"""mutation ($input: CreateJobInput!) {{ createJob(input: $input) {{
        ... on CreateJobSuccess {{ job {{ {JOB} }} }} ... on UserError {{ message }} }} }}""",
    "W8": "query { jobs(first: 1) { totalCount { value } } jobCounts { state count } }",
    "N2": "query { jobActivity(buckets: 1) { from to entered { state count } } }",
    "W9": f"query ($filter: JobFilter) {{ jobs(first: 50, filter: $filter) {{ {LIST} }} }}",
}


class Ours(Peer):
    """The application of this repository."""

    name: ClassVar = "ours"
    title: ClassVar = "Jobtrail"
    environment: ClassVar = {
        "JOBTRAIL_ENV": "production",
        "JOBTRAIL_SECRET_KEY": "the benchmark's own secret key, which protects nothing",
        "JOBTRAIL_JWT_KEY": "the benchmark's other secret key, which protects nothing",
        "JOBTRAIL_ALLOWED_HOSTS": "127.0.0.1",
        "JOBTRAIL_RATE_POINTS_PER_MINUTE": "0",  # the peers have none of these
        "JOBTRAIL_REQUEST_LOG": "false",
    }

    def __init__(self) -> None:
        self.authorization = ""
        self.signed_in_at = float("-inf")
        self.etag: str | None = None

    def command(self, port: int) -> list[str]:
        """The application as the container image runs it."""
        return uvicorn("backend.config.asgi:application", port)

    def begin(self, ask: Ask) -> None:
        """Sign in again before the token ends; learn the current ETag."""
        if time.monotonic() - self.signed_in_at > TOKEN_AGE:
            variables = {"input": {"username": USERNAME, "password": PASSWORD}}
            answer = orjson.loads(ask(graphql(LOG_IN, variables)).body)
            token = answer["data"]["logIn"]["session"]["accessToken"]
            self.authorization = f"Authorization: Bearer {token}"
            self.signed_in_at = time.monotonic()
        etag = ask(self._by_get()).headers.get(b"etag")
        self.etag = None if etag is None else etag.decode()

    def request(self, item: str, sample: Sample) -> Request | None:
        """A GraphQL request; the 304 where the server tells an ETag."""
        if item == "N1":
            return self._by_get(f"If-None-Match: {self.etag}") if self.etag else None
        return graphql(DOCUMENTS[item], _variables(item, sample), self.authorization)

    def _by_get(self, *headers: str) -> Request:
        query = urlencode({"query": DOCUMENTS["W1"]})
        return Request(f"/graphql?{query}", headers=(self.authorization, *headers))


def _variables(item: str, sample: Sample) -> dict[str, object]:
    variables: dict[str, object] = {}
    match item:
        case "W3":
            variables["after"] = CREATED_DESC.cursor((sample.job_id,))
        case "W4":
            variables["filter"] = {"states": [sample.state]}
        case "W5":
            variables["id"] = _global_id(sample)
        case "W6":
            move = {"state": sample.state, "message": sample.message}
            variables["input"] = {"jobId": _global_id(sample), **move}
        case "W7":
            variables["input"] = {"name": sample.name}
        case "W9":
            span = {"from": sample.start, "to": sample.end}
            narrow = {"states": sample.states, "nameStartsWith": sample.name}
            variables["filter"] = {**narrow, "createdAt": span}
    return variables


def _global_id(sample: Sample) -> str:
    assert sample.job_id is not None
    return global_id.encode(global_id.Kind.JOB, sample.job_id)
