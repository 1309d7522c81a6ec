"""A bare ASGI application: one SQL statement a read, its JSON handed on as it comes."""

import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

import orjson
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from backend.jobs import ids
from backend.jobs.lifecycle import JobState, is_finished, may_move

JOB: Final = """'id', j.id, 'name', j.name, 'state', j.state, 'createdAt', j.created_at,
    'stateChangedAt', j.state_changed_at"""
HISTORY: Final = """, 'statuses', (SELECT coalesce(json_agg(s), '[]') FROM (
    SELECT id, state, previous_state AS "previousState", message, created_at AS "createdAt"
      FROM jobs_jobstatus WHERE job_id = j.id ORDER BY id DESC LIMIT {limit}) s)"""


def _page(condition: str = "true", more: str = "") -> str:
    """A connection of the first 50 jobs; one row more tells whether others follow."""
    return f"""
        SELECT json_build_object(
            'edges', coalesce(json_agg(json_build_object('cursor', j.id, 'node',
                json_build_object({JOB} {more}))) FILTER (WHERE j.n <= 50), '[]'),
            'pageInfo', json_build_object('hasNextPage', count(*) > 50))::text
          FROM (SELECT *, row_number() OVER () AS n FROM (SELECT * FROM jobs_job j
                 WHERE {condition} ORDER BY j.id DESC LIMIT 51) found) j"""  # noqa: S608


STATEMENTS: Final = {
    "W1": _page(),
    "W2": _page(more=HISTORY.format(limit=10)),
    "W3": _page("j.id < %(id)s::uuid"),
    "W4": _page("j.state = %(state)s"),
    "W5": f"""SELECT json_build_object({JOB}, 'version', j.version, 'startedAt', j.started_at,
        'finishedAt', j.finished_at {HISTORY.format(limit=100)})::text
        FROM jobs_job j WHERE j.id = %(id)s::uuid""",  # noqa: S608
    "W8": """SELECT json_build_object('total', sum(n), 'counts', json_object_agg(state, n))::text
        FROM (SELECT state, count(*) AS n FROM jobs_job GROUP BY state) c""",
    "W9": _page("""j.state = ANY (%(state)s) AND j.id >= %(start)s::uuid AND j.id < %(end)s::uuid
        AND j.name_folded LIKE %(prefix)s || '%%'"""),
}
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


def _values(item: str, query: bytes) -> dict[str, Any]:
    values: dict[str, Any] = {name: value[0] for name, value in parse_qs(query.decode()).items()}
    if item == "W9":
        values["state"] = parse_qs(query.decode())["state"]
        for side in ("start", "end"):
            values[side] = ids.floor(datetime.fromisoformat(values[side]))
    return values


async def _set_job_status(connection: AsyncConnection[Any], wanted: dict[str, str]) -> bytes:
    job_id, state = UUID(wanted["id"]), JobState(wanted["state"])
    async with connection.transaction():
        cursor = await connection.execute(
            "SELECT state, version, state_changed_at, started_at FROM jobs_job"
            " WHERE id = %s FOR UPDATE",
            [job_id],
        )
        row = await cursor.fetchone()
        assert row is not None
        before, version, changed_at, started_at = row
        assert may_move(JobState(before), state)
        at = max(datetime.now(UTC), changed_at)
        cursor = await connection.execute(
            "INSERT INTO jobs_jobstatus (job_id, state, previous_state, message, created_at,"
            " set_by_id) VALUES (%s, %s, %s, %s, %s, 1) RETURNING id",
            [job_id, state.value, before, wanted["message"], at],
        )
        entry = await cursor.fetchone()
        assert entry is not None
        if state in {JobState.RUNNING, JobState.PENDING}:
            started_at = at if state is JobState.RUNNING else None
        await connection.execute(
            "UPDATE jobs_job SET state = %s, state_changed_at = %s, version = %s,"
            " started_at = %s, finished_at = %s WHERE id = %s",
            [state.value, at, version + 1, started_at, at if is_finished(state) else None, job_id],
        )
    job = {"id": job_id, "state": state, "version": version + 1, "stateChangedAt": at}
    return orjson.dumps({"job": job, "status": {"id": entry[0], "state": state, "createdAt": at}})


async def _create_job(connection: AsyncConnection[Any], wanted: dict[str, str]) -> bytes:
    now, name = datetime.now(UTC), wanted["name"]
    job_id = ids.mint(now)
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO jobs_job (id, name, name_folded, state, state_changed_at, version,"
            " created_at, created_by_id) VALUES (%s, %s, %s, 'PENDING', %s, 1, %s, 1)",
            [job_id, name, name.casefold(), now, now],
        )
        await connection.execute(
            "INSERT INTO jobs_jobstatus (job_id, state, created_at, set_by_id)"
            " VALUES (%s, 'PENDING', %s, 1)",
            [job_id, now],
        )
    job = {"id": job_id, "name": name, "state": "PENDING", "createdAt": now}
    return orjson.dumps({"job": {**job, "stateChangedAt": now}})


class Application:
    """The application; its pool opens with the server."""

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        item = scope["path"][1:]
        async with self.pool.connection() as connection:
            if scope["method"] == "POST":
                write = _set_job_status if item == "W6" else _create_job
                body = await write(connection, orjson.loads((await receive())["body"]))
            else:
                values = _values(item, scope["query_string"])
                cursor = await connection.execute(STATEMENTS[item], values, binary=True)
                row = await cursor.fetchone()
                assert row is not None
                body = row[0].encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.pool = AsyncConnectionPool(
            " ".join(
                f"{name}={os.environ[variable]}"
                for name, variable in (
                    ("host", "POSTGRES_HOST"),
                    ("port", "POSTGRES_PORT"),
                    ("dbname", "POSTGRES_DB"),
                    ("user", "POSTGRES_USER"),
                )
            ),
            min_size=8,
            max_size=16,
            kwargs={"autocommit": True, "prepare_threshold": 0},
            open=False,
        )
        await self.pool.open(wait=True)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.pool.close()
        await send({"type": "lifespan.shutdown.complete"})


application = Application()
