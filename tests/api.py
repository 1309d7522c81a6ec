"""A GraphQL client for the tests: one call, one answer, nothing hidden."""

from dataclasses import dataclass
from typing import Any

from django.test import Client

from backend.accounts.models import User


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """The data of an answer without errors."""
        assert "errors" not in self.body, self.body["errors"]
        data: dict[str, Any] = self.body["data"]
        return data

    @property
    def codes(self) -> list[str]:
        """The codes of the errors, in their order."""
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]


@dataclass(frozen=True)
class Api:
    """The API over HTTP, signed in or not."""

    client: Client
    token: str | None = None
    user: User | None = None

    def __call__(self, document: str, **variables: Any) -> Answer:
        """Send a document with variables; the answer, whatever it is."""
        response = self.post({"query": document, "variables": variables})
        return Answer(response.status_code, response.json())

    def post(self, body: Any, **headers: str) -> Any:
        """Send any JSON body."""
        if self.token is not None:
            headers.setdefault("authorization", f"Bearer {self.token}")
        return self.client.post("/graphql", body, content_type="application/json", headers=headers)
