"""Refusals of the HTTP face, in the shape of a GraphQL response.

Every client of the API already reads `errors[].message` and `errors[].extensions.code`, so nothing
else is ever sent to say no.
"""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any, Self

import orjson

from backend.web.answer import Answer
from backend.web.exchange import current

JSON = "application/json; charset=utf-8"


class Refusal(Exception):
    """A request that is refused before the engine sees it.

    str(refusal) is a sentence for a person, `code` the same for a program.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}

    @classmethod
    def bad_request(cls, message: str) -> Self:
        """What came is not a well-formed GraphQL request."""
        return cls(400, "BAD_REQUEST", message)

    def answer(self, content_type: str = JSON) -> Answer:
        """The answer that says so."""
        return error_answer(self.status, self.code, str(self), content_type, self.headers)


def error_answer(
    status: int,
    code: str,
    message: str,
    content_type: str = JSON,
    headers: Mapping[str, str] | None = None,
    **extensions: Any,
) -> Answer:
    """An answer with one error and no data, which no cache may keep."""
    current().note_error(code)
    error = {"message": message, "extensions": {"code": code, **extensions}}
    return Answer.whole(orjson.dumps({"errors": [error]}), content_type, status, headers)


def internal_error(content_type: str = JSON) -> tuple[str, Answer]:
    """A fresh id to log the failure under, and the answer that quotes it and tells nothing else."""
    error_id = token_hex(8)
    message = "Something went wrong on our side. The error id tells us what."
    return error_id, error_answer(
        500, "INTERNAL_SERVER_ERROR", message, content_type, errorId=error_id
    )


def url_not_text() -> Answer:
    """The URL can not be read."""
    return error_answer(400, "BAD_REQUEST", "The URL is not valid UTF-8.")


def host_not_allowed() -> Answer:
    """The Host header names somebody else."""
    return error_answer(400, "HOST_NOT_ALLOWED", "This host is not served here.")
