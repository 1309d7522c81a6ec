"""Strawberry-Django as documented, by its list connection and by its cursor connection."""

import base64
from typing import ClassVar, Final

import orjson

from tests.bench.http import Request, graphql
from tests.bench.peers.peer import Peer, uvicorn
from tests.bench.sampling import Sample

PAGE_INFO: Final = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
JOB: Final = "id name state createdAt stateChangedAt"
LIST: Final = f"edges {{ cursor node {{ {JOB} }} }} {PAGE_INFO}"
NEWEST: Final = "first: 50, ordering: [{ id: DESC }]"
STATUSES: Final = "ordering: [{ id: DESC }]"
DOCUMENTS: Final = {
    "W1": f"query {{ jobs({NEWEST}) {{ {LIST} }} }}",
    "W2": f"""query {{ jobs({NEWEST}) {{ edges {{ cursor node {{ {JOB}
        statuses(first: 10, {STATUSES}) {{ edges {{ node {{ id state message createdAt }} }} }}
        }} }} {PAGE_INFO} }} }}""",
    "W3": f"query ($after: String) {{ jobs({NEWEST}, after: $after) {{ {LIST} }} }}",
    "W4": f"query ($filters: JobFilter) {{ jobs({NEWEST}, filters: $filters) {{ {LIST} }} }}",
    "W5": f"""query ($id: ID!) {{ job(id: $id) {{ {JOB} version startedAt finishedAt
        statuses(first: 100, {STATUSES}) {{ edges {{ node {{
        id state previousState message createdAt }} }} }} }} }}""",
    "W6": """mutation ($jobId: ID!, $state: String!, $message: String) {
        setJobStatus(jobId: $jobId, state: $state, message: $message) {
        id state createdAt job { id state version stateChangedAt } } }""",
    "W7": f"mutation ($name: String!) {{ createJob(name: $name) {{ {JOB} }} }}",
    "W8": "query { jobs(first: 1) { totalCount } jobCounts { state count } }",
    "W9": f"query ($filters: JobFilter) {{ jobs({NEWEST}, filters: $filters) {{ {LIST} }} }}",
}


class ListConnection(Peer):
    """By the list connection, which its documentation shows first."""

    name: ClassVar = "strawberry"
    title: ClassVar = "Strawberry-Django, list connection"
    environment: ClassVar = {
        "DJANGO_SETTINGS_MODULE": "tests.bench.peers.django_settings",
        "BENCH_URLS": "tests.bench.peers.strawberry_app",
    }
    field: ClassVar = "jobs"
    items: ClassVar = tuple(DOCUMENTS)

    def command(self, port: int) -> list[str]:
        """Django's own ASGI application."""
        return uvicorn("tests.bench.peers.django_asgi:application", port)

    def request(self, item: str, sample: Sample) -> Request | None:
        """A GraphQL request."""
        if item not in self.items:
            return None
        document = DOCUMENTS[item].replace("jobs(", f"{self.field}(")
        return graphql(document, self.variables(item, sample))

    def variables(self, item: str, sample: Sample) -> dict[str, object]:
        """What the document is filled with."""
        variables: dict[str, object] = {}
        job_id = _encoded(f"JobType:{sample.job_id}")
        match item:
            case "W3":
                variables = {"after": self.cursor(sample)}
            case "W4":
                variables = {"filters": {"state": {"exact": sample.state}}}
            case "W5":
                variables = {"id": job_id}
            case "W6":
                variables = {"jobId": job_id, "state": sample.state, "message": sample.message}
            case "W7":
                variables = {"name": sample.name}
            case "W9":
                filters = {
                    "state": {"inList": sample.states},
                    "createdAt": {"gte": sample.start, "lt": sample.end},
                    "name": {"iStartsWith": sample.name},
                }
                variables = {"filters": filters}
        return variables

    def cursor(self, sample: Sample) -> str:
        """The cursor at the depth: a position."""
        return _encoded(f"arrayconnection:{sample.depth - 1}")


class CursorConnection(ListConnection):
    """By the cursor connection, for the pages where it differs."""

    name: ClassVar = "strawberry-cursor"
    title: ClassVar = "Strawberry-Django, cursor connection"
    field: ClassVar = "jobsByCursor"
    items: ClassVar = ("W1", "W2", "W3", "W4", "W9")

    def cursor(self, sample: Sample) -> str:
        """The cursor at the depth: the values of the row."""
        return _encoded(f"orderedcursor:{orjson.dumps([str(sample.job_id)]).decode()}")


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
