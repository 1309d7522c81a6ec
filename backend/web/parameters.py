"""The parameters of a GraphQL-over-HTTP request, read from a body or from a URL.

The body may be anything that a stranger can type, so each way in which it can be wrong ends in a
Refusal. orjson refuses by itself what the standard parser lets through or dies of: NaN and
Infinity, lone surrogates, bytes that are not UTF-8, numbers of thousands of digits, and nesting
beyond 1,024 levels.
"""

from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.conf import settings

from backend.web import trusted_documents
from backend.web.asked import Asked
from backend.web.media_types import is_json
from backend.web.protocol import GraphQLRequest
from backend.web.refusals import Refusal

MOST_URL_PARAMETERS = 32
LONGEST_REMEMBERED = 4_000  # characters of a URL's query


def from_body(http: Asked) -> GraphQLRequest:
    """The request in a JSON body. Raises Refusal: 400, 413 or 415."""
    # No form can send this type, and scripts on other sites need a CORS preflight to do so: a
    # page elsewhere can not make a browser spend the session cookie here. The cookie is
    # SameSite=Strict besides.
    if not is_json(http.header(b"content-type")):
        raise Refusal(
            415, "UNSUPPORTED_MEDIA_TYPE", "Send the request as application/json in UTF-8."
        )
    if http.header(b"content-encoding").lower() not in {"", "identity"}:
        raise Refusal(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Send the body without compression.",
            {"Accept-Encoding": "identity"},
        )
    document = parse_json(read(http), "The body")
    if isinstance(document, list):
        msg = "Batches are not supported: send one request at a time."
        raise Refusal.bad_request(msg)
    if not isinstance(document, dict):
        msg = "The body must be a JSON object."
        raise Refusal.bad_request(msg)
    return as_request(document, read_only=False)


def from_url(http: Asked) -> GraphQLRequest:
    """The request in the query component of the URL. Raises Refusal: 400 or 414.

    By GET nothing can be changed, so that nothing is lost where another site makes a browser ask.
    """
    query_string = http.query_string
    if len(query_string) > _limit():
        raise Refusal(414, "URI_TOO_LONG", f"The URL may have at most {_limit()} bytes.")
    try:
        parse = _pairs if len(query_string) <= LONGEST_REMEMBERED else _pairs.__wrapped__
        given: dict[str, Any] = dict(parse(query_string))
    except UnicodeDecodeError:
        msg = "The URL is not valid UTF-8."
        raise Refusal.bad_request(msg) from None
    except ValueError:
        msg = f"The URL may have at most {MOST_URL_PARAMETERS} parameters."
        raise Refusal.bad_request(msg) from None
    for name in ("variables", "extensions"):
        if text := given.pop(name, ""):
            given[name] = parse_json(text.encode(), f'"{name}"')
    # In a URL the empty string is the only way to write null.
    given["operationName"] = given.get("operationName") or None
    return as_request(given, read_only=True)


@lru_cache(maxsize=1_000)
def _pairs(query_string: str) -> list[tuple[str, str]]:
    """Its parameters; remembered, as whoever polls asks by the same URL again and again."""
    return parse_qsl(
        query_string, keep_blank_values=True, errors="strict", max_num_fields=MOST_URL_PARAMETERS
    )


def has_query(http: Asked) -> bool:
    """Whether the URL carries a GraphQL document; without one, a browser wants the page."""
    parameters = http.query_string.split("&")
    return any(parameter.startswith(("query=", "documentId=")) for parameter in parameters)


def read(http: Asked) -> bytes:
    """The whole body. Raises Refusal, 413, where it is larger than the settings allow."""
    if http.body is None:
        msg = f"The body may have at most {_limit()} bytes."
        raise Refusal(413, "PAYLOAD_TOO_LARGE", msg)
    return http.body


def parse_json(text: bytes, what: str) -> Any:
    """The value that a JSON text stands for. Raises Refusal, 400; `what` names the text in it."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        # The reason tells what is wrong and where, and quotes nothing of what was sent.
        msg = f"{what} is not valid JSON: {error}."
        raise Refusal.bad_request(msg) from None


def as_request(given: dict[str, Any], *, read_only: bool) -> GraphQLRequest:
    """The request with these parameters, as they came in JSON. Raises Refusal, 400."""
    query, operation_name = _document(given), given.get("operationName")
    variables, extensions = given.get("variables"), given.get("extensions")
    if operation_name is not None and not isinstance(operation_name, str):
        msg = '"operationName" must be a string or null.'
        raise Refusal.bad_request(msg)
    for name, value in (("variables", variables), ("extensions", extensions)):
        if value is not None and not isinstance(value, dict):
            msg = f'"{name}" must be a JSON object or null.'
            raise Refusal.bad_request(msg)
    return GraphQLRequest(query, operation_name, variables, extensions, read_only)


def _document(given: dict[str, Any]) -> str:
    """The document itself, whether it was sent or named by its id."""
    query, document_id = given.get("query"), given.get("documentId")
    if document_id is not None:
        if "query" in given:
            msg = 'Send either "query" or "documentId", not both.'
            raise Refusal.bad_request(msg)
        if not isinstance(document_id, str):
            msg = '"documentId" must be a string.'
            raise Refusal.bad_request(msg)
        return trusted_documents.text_of(document_id)
    if "query" not in given:
        msg = 'The parameter "query" is missing: the GraphQL document to execute.'
        raise Refusal.bad_request(msg)
    if not isinstance(query, str):
        msg = '"query" must be a string.'
        raise Refusal.bad_request(msg)
    trusted_documents.require_trusted(query)
    return query


def _limit() -> int:
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return limit
