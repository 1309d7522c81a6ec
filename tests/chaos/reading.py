"""Reads everything there is through the public API."""

from collections.abc import Iterator
from typing import Any, Final

from backend.jobs.replay.client import Client
from tests.chaos.record import Entry, Found, Job

LOG: Final = """query($after: String) {
  jobStatuses(first: 100, after: $after) {
    edges { cursor node {
      id state previousState message createdAt setBy { username } job { id name }
    } }
    pageInfo { hasNextPage endCursor }
  }
}"""
JOBS: Final = """query($after: String) {
  jobs(first: 100, after: $after, orderBy: CREATED_ASC) {
    nodes {
      id name state version createdAt stateChangedAt startedAt finishedAt createdBy { username }
      status { id }
      statuses(first: 25) { nodes { id } pageInfo { hasNextPage endCursor } }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
REST: Final = """query($id: ID!, $after: String) {
  job(id: $id) {
    statuses(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
  }
}"""
COUNTS: Final = """{
  jobCounts { state count }
  jobs(first: 1) { totalCount { value precision } }
  jobStatuses(first: 1) { totalCount { value precision } }
}"""


def everything(client: Client) -> Found:
    """All of it, when nobody writes any more."""
    counts = client.execute(COUNTS, {})
    totals = [counts[name]["totalCount"] for name in ("jobs", "jobStatuses")]
    assert [total["precision"] for total in totals] == ["EXACT", "EXACT"]
    return Found(
        log=[_entry(edge) for page in _pages(client, LOG, "jobStatuses") for edge in page["edges"]],
        jobs=[
            _job(client, node) for page in _pages(client, JOBS, "jobs") for node in page["nodes"]
        ],
        counts={each["state"]: each["count"] for each in counts["jobCounts"]},
        total_jobs=totals[0]["value"],
        total_entries=totals[1]["value"],
    )


def _pages(client: Client, query: str, name: str) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        page = client.execute(query, {"after": after})[name]
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _entry(edge: dict[str, Any]) -> Entry:
    node = edge["node"]
    return Entry(
        cursor=edge["cursor"],
        id=node["id"],
        job=node["job"]["id"],
        name=node["job"]["name"],
        state=node["state"],
        previous=node["previousState"],
        message=node["message"],
        created_at=node["createdAt"],
        by=node["setBy"]["username"],
    )


def _job(client: Client, node: dict[str, Any]) -> Job:
    newest_first = _history(client, node["id"], node["statuses"])
    assert node["status"]["id"] == newest_first[0]
    return Job(
        id=node["id"],
        name=node["name"],
        state=node["state"],
        version=node["version"],
        created_at=node["createdAt"],
        state_changed_at=node["stateChangedAt"],
        started_at=node["startedAt"],
        finished_at=node["finishedAt"],
        by=node["createdBy"]["username"],
        entries=tuple(reversed(newest_first)),
    )


def _history(client: Client, job: str, page: dict[str, Any]) -> list[str]:
    ids = [entry["id"] for entry in page["nodes"]]
    while page["pageInfo"]["hasNextPage"]:
        variables = {"id": job, "after": page["pageInfo"]["endCursor"]}
        page = client.execute(REST, variables)["job"]["statuses"]
        ids += [entry["id"] for entry in page["nodes"]]
    return ids
