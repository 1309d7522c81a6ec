"""A client that makes each call once, and notes what it heard of it: for once, no retries hidden."""

import json
import time
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

from backend.jobs.replay.client import LOG_IN
from tests.chaos.record import Call, Heard, Outcome, Seen
from tests.chaos.servers import HOST

SLOWEST_ANSWER: Final = 30.0  # seconds
BETWEEN: Final = 0.1  # seconds between attempts to sign in
# Errors that leave open whether the call was carried out; any other is no answer to a good call.
OPEN: Final = frozenset({"INTERNAL_SERVER_ERROR", "UNAVAILABLE", "TOO_COMPLEX"})
CREATE: Final = """mutation($input: CreateJobInput!) {
  result: createJob(input: $input) {
    __typename
    ... on CreateJobSuccess { job { id version state } }
  }
}"""
SET: Final = """mutation($input: SetJobStatusInput!) {
  result: setJobStatus(input: $input) {
    __typename
    ... on SetJobStatusSuccess { changed job { id version state } status { id } }
    ... on VersionConflict { job { id version state } }
    ... on IllegalTransition { job { id version state } }
  }
}"""
OUTCOMES: Final = {
    "CreateJobSuccess": Outcome.CREATED,
    "VersionConflict": Outcome.VERSION_CONFLICT,
    "IllegalTransition": Outcome.ILLEGAL,
    "IdempotencyConflict": Outcome.KEY_CONFLICT,
}


class Strange(Exception):
    """An answer that no fault excuses."""


class NotSent(Exception):
    """Nobody listened."""


class Caller:
    """One account, whose password is its name, and one connection to one of several servers.

    It turns to the next server where one fails.
    """

    def __init__(self, ports: list[int], username: str) -> None:
        self.username = username
        self.slowest = 0.0  # seconds until something was heard, whatever it was
        self._ports = ports
        self._connection: HTTPConnection | None = None
        self._token: str | None = None

    def make(self, call: Call) -> Heard:
        """Make the call once. Raises Strange."""
        while True:
            start = time.monotonic()
            try:
                answer = self._send(*_request(call))
            except NotSent:
                return Heard(Outcome.NOT_SENT, start, time.monotonic())
            except (OSError, HTTPException, ValueError) as error:
                return Heard(Outcome.UNKNOWN, start, time.monotonic(), code=type(error).__name__)
            end = time.monotonic()
            self.slowest = max(self.slowest, end - start)
            if _code(answer) != "UNAUTHENTICATED":
                return _heard(answer, start, end)
            self.sign_in()

    def sign_in(self) -> None:
        """Get a token, however often it has to ask."""
        names = {"username": self.username, "password": self.username}
        self._token = None
        while self._token is None:
            try:
                answer = self._send(LOG_IN, names)
                self._token = answer["data"]["logIn"]["session"]["accessToken"]
            except (NotSent, OSError, HTTPException, ValueError, TypeError, KeyError):
                time.sleep(BETWEEN)

    def token(self) -> str:
        """An access token, fresh."""
        self.sign_in()
        self.close()
        assert self._token is not None
        return self._token

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._sent(query, given)
        except (NotSent, OSError, HTTPException, ValueError):
            self.close()
            self._ports = [*self._ports[1:], self._ports[0]]
            raise

    def _sent(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        if self._connection is None:
            self._connection = HTTPConnection(HOST, self._ports[0], timeout=SLOWEST_ANSWER)
            try:
                self._connection.connect()
            except OSError as error:
                raise NotSent from error
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/graphql-response+json",
        }
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        body = json.dumps({"query": query, "variables": {"input": given}})
        self._connection.request("POST", "/graphql", body, headers)
        answer: dict[str, Any] = json.loads(self._connection.getresponse().read())
        return answer


def _request(call: Call) -> tuple[str, dict[str, Any]]:
    if call.job is None:
        return CREATE, {"name": call.mark, "idempotencyKey": call.key}
    return SET, {
        "jobId": call.job,
        "state": call.state,
        "message": call.mark,
        "expectedVersion": call.expected,
        "idempotencyKey": call.key,
    }


def _heard(answer: dict[str, Any], start: float, end: float) -> Heard:
    code = _code(answer)
    if code in OPEN:
        _require_discreet(answer)
        return Heard(Outcome.UNKNOWN, start, end, code=code)
    if code == "RATE_LIMITED":
        return Heard(Outcome.NOT_SENT, start, end, code=code)
    result = (answer.get("data") or {}).get("result")
    if code is not None or not result:
        raise Strange(answer)
    kind = result["__typename"]
    if kind == "SetJobStatusSuccess":
        outcome = Outcome.CHANGED if result["changed"] else Outcome.UNCHANGED
    elif kind in OUTCOMES:
        outcome = OUTCOMES[kind]
    else:
        raise Strange(answer)
    job = Seen(**result["job"]) if "job" in result else None
    status = result["status"]["id"] if "status" in result else None
    return Heard(outcome, start, end, job, status)


def _require_discreet(answer: dict[str, Any]) -> None:
    """Raise Strange where an error tells of our insides, or a masked one does not say its id."""
    for error in answer["errors"]:
        told = set(error["extensions"])
        masked = error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
        if told != ({"code", "errorId"} if masked else {"code"}):
            raise Strange(answer)
        if any(word in error["message"].lower() for word in ("sql", "postgres", "psycopg", "disk")):
            raise Strange(answer)


def _code(answer: dict[str, Any]) -> str | None:
    errors = answer.get("errors") or [{}]
    code: str | None = errors[0].get("extensions", {}).get("code")
    return code
