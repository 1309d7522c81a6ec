"""Answers that a client has already: told by an entity tag that names a position of the log.

What is read of jobs changes only when the log grows, so the log's position is as good as a digest
of the answer, and asking for it costs one index probe. A tag is given only where no writer may
yet commit below the position (see `backend.jobs.horizon`).
"""

import hashlib
from functools import lru_cache
from typing import Final

import orjson
from django.utils.http import parse_etags
from graphql import OperationDefinitionNode, OperationType

from backend.jobs import horizon
from backend.web.asked import Asked
from backend.web.protocol import GraphQLAnswer, GraphQLRequest
from schema.access import VIEW
from schema.context import Context
from schema.database import Shared
from schema.documents import Document

# Fields whose answer depends on the log alone. Usernames and names of tokens, which they can lead
# to, never change.
OF_THE_LOG: Final = frozenset({"jobs", "job", "jobStatuses", "jobCounts"})
SHORT: Final = 200  # characters of a header that names a tag or two
KEEP: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}

newest: Final = Shared(horizon.newest_position)
settled: Final = Shared(horizon.settled_position)


def is_of_the_log(
    document: Document, operation: OperationDefinitionNode, request: GraphQLRequest
) -> bool:
    """Whether the answer is one that a tag can stand for: a query by GET, of the log alone."""
    if not request.read_only or operation.operation is not OperationType.QUERY:
        return False
    if request.extensions:  # such as what it cost, which no two answers agree on
        return False
    roots = document.roots[operation.name.value if operation.name else None]
    return all(field.name.value in OF_THE_LOG for field in roots)


async def known(
    document: Document, request: GraphQLRequest, context: Context, http: Asked
) -> tuple[GraphQLAnswer | None, dict[str, str]]:
    """A 304 where the client has the answer, else nothing and the headers for the new one.

    Whoever may not read is told nothing of the log either: its fields refuse.
    """
    if context.principal is None or not context.principal.may(VIEW):
        return None, {}
    asked = _asked(document, request, context)
    header = http.header(b"if-none-match")
    tags = _tags(header) if len(header) <= SHORT else parse_etags(header)
    mine = {tag.removeprefix("W/") for tag in tags if tag.endswith(f'-{asked}"')}
    if mine:
        tag = f'"{await newest.ask()}-{asked}"'
        if tag in mine:
            return GraphQLAnswer(body={}, status=304, headers={"ETag": tag, **KEEP}), {}
    position = await settled.ask()
    return None, {} if position is None else {"ETag": f'"{position}-{asked}"', **KEEP}


@lru_cache(maxsize=1_000)
def _tags(header: str) -> list[str]:
    """The tags of a header, which comes again and again while nothing changes."""
    tags: list[str] = parse_etags(header)
    return tags


def _asked(document: Document, request: GraphQLRequest, context: Context) -> str:
    """What is asked, and by whom: whoever may see something else is somebody else."""
    principal = context.principal
    question = [
        document.digest,
        request.operation_name,
        request.variables or {},
        None if principal is None else [principal.user_id, sorted(principal.permissions)],
    ]
    text = orjson.dumps(question, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(text, digest_size=12).hexdigest()
