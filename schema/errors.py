"""Errors: those a caller can mend come as data, in unions; all others by a code at the top level."""

import logging
import re
import secrets
from collections.abc import Callable
from typing import Any, Final

import strawberry
from graphql import GraphQLError
from strawberry.schema.exception_handlers import ExceptionHandler

from backend.accounts import errors as account_errors
from backend.jobs import errors as job_errors
from backend.jobs import lifecycle
from backend.jobs.filters import InvalidFilter
from backend.jobs.keyset import InvalidCursor, InvalidPage
from backend.web.exchange import current
from schema.global_id import InvalidId
from schema.job import Job
from schema.job_state import JobState

logger = logging.getLogger("jobtrail.graphql")


class Unauthenticated(Exception):
    """The field needs a valid access token."""


class Forbidden(Exception):
    """The account may not do this."""


CODES: Final[dict[type[Exception], str]] = {
    Unauthenticated: "UNAUTHENTICATED",
    Forbidden: "FORBIDDEN",
    InvalidCursor: "INVALID_CURSOR",
    InvalidPage: "BAD_USER_INPUT",
    InvalidFilter: "BAD_USER_INPUT",
    InvalidId: "BAD_USER_INPUT",
}
MASKED: Final = "Something went wrong on our side. The error id tells us what."


@strawberry.interface(description="What a caller can cause, and mend.")
class UserError:
    """What a caller can cause and mend."""

    message: str = strawberry.field(description="A sentence for a person.")


@strawberry.type(description="A value that can not be accepted.")
class InvalidInput(UserError):
    """A value that can not be accepted."""

    field: str = strawberry.field(description="The input field that holds it.")


@strawberry.type(description="No job has that id.")
class JobNotFound(UserError):
    """No such job."""


@strawberry.type(description="The lifecycle has no such move.")
class IllegalTransition(UserError):
    """No such move."""

    job: Job = strawberry.field(description="The job as it stands.")
    allowed_transitions: list[JobState] = strawberry.field(
        description="The states that the job may move to."
    )


@strawberry.type(
    description=(
        "`expectedVersion` was not the job's version: somebody else changed it first. `job` says "
        "what it is now."
    )
)
class VersionConflict(UserError):
    """Somebody else was first."""

    job: Job = strawberry.field(description="The job as it stands.")


@strawberry.type(description="The key was used before, for something else.")
class IdempotencyConflict(UserError):
    """The key was used for something else."""


@strawberry.type(description="No account has this username and password.")
class InvalidCredentials(UserError):
    """Wrong username or password."""


@strawberry.type(description="Too many failed attempts to sign in.")
class TooManyAttempts(UserError):
    """Too many failed attempts."""

    retry_after_seconds: int = strawberry.field(description="When to try again, in seconds.")


@strawberry.type(description="The refresh token is unknown, used up, expired or revoked.")
class InvalidRefreshToken(UserError):
    """The session can not be renewed with this token."""


@strawberry.type(description="The account has as many API tokens that serve as it may.")
class TooManyApiTokens(UserError):
    """Revoke one first."""


@strawberry.type(description="You have no API token with that id.")
class ApiTokenNotFound(UserError):
    """No such API token of the account."""


def _handler(
    raised: type[Exception], shown: type[Any], facts: Callable[[Any], dict[str, Any]]
) -> ExceptionHandler[Any, Any]:
    """Show an exception of the services as a member of the field's union."""

    class Handler:
        exception_type = raised
        error_type = shown

        def handle(self, exception: Any, *, field: Any, info: Any) -> Any:  # noqa: ARG002
            return shown(message=str(exception), **facts(exception))

    return Handler()


def _no_facts(_error: Any) -> dict[str, Any]:
    return {}


HANDLERS: Final = (
    _handler(job_errors.InvalidInput, InvalidInput, lambda error: {"field": error.field}),
    _handler(job_errors.JobNotFound, JobNotFound, _no_facts),
    _handler(
        job_errors.IllegalTransition,
        IllegalTransition,
        lambda error: {
            "job": error.job,
            "allowed_transitions": list(lifecycle.allowed_transitions(error.job.state)),
        },
    ),
    _handler(job_errors.VersionConflict, VersionConflict, lambda error: {"job": error.job}),
    _handler(job_errors.IdempotencyConflict, IdempotencyConflict, _no_facts),
    _handler(account_errors.InvalidCredentials, InvalidCredentials, _no_facts),
    _handler(
        account_errors.TooManyAttempts,
        TooManyAttempts,
        lambda error: {"retry_after_seconds": error.retry_after_seconds},
    ),
    _handler(account_errors.InvalidRefreshToken, InvalidRefreshToken, _no_facts),
    _handler(account_errors.InvalidApiToken, InvalidInput, lambda error: {"field": error.field}),
    _handler(account_errors.TooManyApiTokens, TooManyApiTokens, _no_facts),
    _handler(account_errors.ApiTokenNotFound, ApiTokenNotFound, _no_facts),
)


def public(error: GraphQLError) -> dict[str, Any]:
    """The error as a client may see it: with a code, and nothing of our insides.

    What no client can cause is logged under an id, and that id is all the client learns.
    """
    shown: dict[str, Any] = {"message": error.message}
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path is not None:
        shown["path"] = error.path
    cause = error.original_error
    code = next((code for kind, code in CODES.items() if isinstance(cause, kind)), None)
    if code is not None:
        shown["message"] = str(cause)
        shown["extensions"] = {"code": code}
    elif cause is None or isinstance(cause, GraphQLError):
        shown["message"] = without_values(error.message)
        shown["extensions"] = {"code": (error.extensions or {}).get("code", "BAD_USER_INPUT")}
    else:
        error_id = secrets.token_hex(8)
        logger.error("unexpected error %s at %s", error_id, error.path, exc_info=cause)
        shown["message"] = MASKED
        shown["extensions"] = {"code": "INTERNAL_SERVER_ERROR", "errorId": error_id}
    current().note_error(shown["extensions"]["code"])
    return shown


_VALUES: Final = (
    (re.compile(r"(cannot represent (?:[\w -]+ )?value): .*", re.DOTALL), r"\1."),
    (re.compile(r",? found:? .*", re.DOTALL), "."),
    (re.compile(r"\? Found: .*", re.DOTALL), "?"),
    (re.compile(r"(Unexpected (?:Block)?String) .*", re.DOTALL), r"\1."),
    (re.compile(r"Value .* does not exist in", re.DOTALL), "There is no such value in"),
)


def without_values(message: str) -> str:
    """The message without the value it complains of, which may be a mistyped password."""
    for pattern, replacement in _VALUES:
        message = pattern.sub(replacement, message)
    return message
