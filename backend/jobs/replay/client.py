"""A client of the public API as anybody could write it: HTTP, a token, retries with back-off.

It knows nothing of the server but its address, so that what it does any third party can do.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

SLOWEST_ANSWER: Final = 30.0  # seconds
FIRST_WAIT: Final = 0.2  # seconds before a request is repeated; twice as long each time
LONGEST_WAIT: Final = 10.0
PATIENCE: Final = 300.0  # seconds of nothing but failures until it gives up
PASSING: Final = frozenset({"RATE_LIMITED", "INTERNAL_SERVER_ERROR", "UNAVAILABLE"})

LOG_IN: Final = """
mutation LogIn($input: LogInInput!) {
  logIn(input: $input) {
    __typename
    ... on LogInSuccess { session { accessToken } }
    ... on UserError { message }
    ... on TooManyAttempts { retryAfterSeconds }
  }
}
"""


class Refused(Exception):
    """The API will not do it, however often it is asked; str(error) is its own sentence."""


class Unreachable(Exception):
    """The API did not answer for minutes."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A token, or the name and password to get one with, again whenever it expires."""

    token: str | None = None
    username: str | None = None
    password: str | None = None


class Client:
    """Sends operations one after the other, each until it is answered.

    What is repeated may have been carried out the first time: operations that change something
    need idempotency keys.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises ValueError for a URL that is not one of HTTP."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{url!r} is no address like http://127.0.0.1:8000/graphql")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=SLOWEST_ANSWER)
        self._path = parts.path or "/graphql"
        self._credentials = credentials
        self._token = credentials.token
        self._sleep = sleep
        self.repeated = 0  # requests that had to be sent again

    def execute(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The data of the answer.

        Raises Refused for an error that a repetition would meet again, Unreachable where nothing
        but failures came for minutes.
        """
        if self._token is None:
            self._log_in()
        answer = self._answered(query, variables)
        if _code(answer) == "UNAUTHENTICATED" and self._credentials.password is not None:
            self._log_in()
            answer = self._answered(query, variables)
        if answer.get("errors"):
            raise Refused(answer["errors"][0]["message"])
        data: dict[str, Any] = answer["data"]
        return data

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _log_in(self) -> None:
        names = {"username": self._credentials.username, "password": self._credentials.password}
        self._token = None
        while True:
            answer = self._answered(LOG_IN, {"input": names})
            if answer.get("errors"):
                raise Refused(answer["errors"][0]["message"])
            result = answer["data"]["logIn"]
            if result["__typename"] == "LogInSuccess":
                self._token = result["session"]["accessToken"]
                return
            if result["__typename"] != "TooManyAttempts":
                raise Refused(result["message"])
            self._sleep(result["retryAfterSeconds"])

    def _answered(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The answer, once there is one that is more than a passing failure."""
        failures, began = 0, time.monotonic()
        while True:
            try:
                answer = self._send(query, variables)
                if _code(answer) not in PASSING:
                    return answer
                problem: object = _code(answer)
            except (OSError, HTTPException, ValueError) as error:
                self._connection.close()  # it opens another by itself
                problem = error
            if time.monotonic() - began > PATIENCE:
                raise Unreachable(f"no answer for {PATIENCE:.0f} s: {problem}")
            wait = min(FIRST_WAIT * 2**failures, LONGEST_WAIT)
            self._sleep(wait * random.uniform(0.5, 1))  # noqa: S311 (so that not all come at once)
            failures += 1
            self.repeated += 1

    def _send(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/graphql-response+json",
        }
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        body = json.dumps({"query": query, "variables": variables})
        self._connection.request("POST", self._path, body, headers)
        answer = json.loads(self._connection.getresponse().read())
        if not isinstance(answer, dict):
            raise ValueError("the answer is no GraphQL response")  # noqa: TRY004 (as bad JSON is)
        return answer


def _code(answer: dict[str, Any]) -> str | None:
    errors = answer.get("errors") or [{}]
    code: str | None = errors[0].get("extensions", {}).get("code")
    return code
