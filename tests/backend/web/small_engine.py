"""The smallest engine that shows how the HTTP face behaves: a plain schema, no database."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from graphql import (
    ExecutionResult,
    GraphQLError,
    build_schema,
    execute,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from backend.web.asked import Asked
from backend.web.protocol import Cookie, EventStream, GraphQLAnswer, GraphQLRequest

SCHEMA = build_schema(
    """
    type Query { hello: String  echo(text: String, number: Int, list: [Int]): String  fail: Int }
    type Mutation { change: Boolean  signIn: Boolean }
    """
)
COOKIE = Cookie("refresh", "secret", max_age=60, path="/graphql")


class Broken(Exception):
    """A fault that no engine should have."""


class SmallEngine:
    """Answers as the protocol asks, and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[GraphQLRequest] = []

    async def stream(
        self,
        request: GraphQLRequest,
        http: Asked,
        *,
        resume_after: str | None,  # noqa: ARG002 (there is nothing to resume)
    ) -> GraphQLAnswer | EventStream:
        """Answer at once: nothing here is a subscription."""
        return await self.execute(request, http)

    async def signed_in_until(self, http: Asked) -> datetime | None:
        """Whoever brings a token that is not forged stays signed in for an hour."""
        if http.header(b"authorization") in {"", "Bearer forged"}:
            return None
        return timezone.now() + timedelta(hours=1)

    async def execute(  # noqa: PLR0911 (one return for each way to be refused)
        self, request: GraphQLRequest, http: Asked
    ) -> GraphQLAnswer:
        """Answer one request."""
        self.requests.append(request)
        if request.query == "{ break }":
            msg = "secret detail"
            raise Broken(msg)
        if http.header(b"authorization") == "Bearer forged":
            return refused("UNAUTHENTICATED", 401)
        try:
            document = parse(request.query)
        except GraphQLError:
            return refused("GRAPHQL_PARSE_FAILED")
        if validate(SCHEMA, document):
            return refused("GRAPHQL_VALIDATION_FAILED")
        operation = get_operation_ast(document, request.operation_name)
        if operation is None:
            return refused("BAD_USER_INPUT")
        if request.read_only and operation.operation.value == "mutation":
            return refused("METHOD_NOT_ALLOWED", 405)
        variables = request.variables or {}
        if isinstance(
            get_variable_values(SCHEMA, operation.variable_definitions or (), variables), list
        ):
            return refused("BAD_USER_INPUT")
        result = execute(
            SCHEMA,
            document,
            Root(),
            variable_values=variables,
            operation_name=request.operation_name,
        )
        assert isinstance(result, ExecutionResult)
        cookies = [COOKIE] if "signIn" in (result.data or {}) else []
        body: dict[str, Any] = dict(result.formatted)
        return GraphQLAnswer(body, headers={"X-Cost": "1"}, cookies=cookies)


class Root:
    """The values of the fields."""

    hello = "world"
    change = True
    sign_in = signIn = True  # noqa: N815 (a field's name)

    def echo(self, _info: Any, **arguments: Any) -> str:
        """Give back what came."""
        return str(arguments.get("text"))

    def fail(self, _info: Any) -> int:
        """Fail as a field can."""
        msg = "the field failed"
        raise GraphQLError(msg)


def refused(code: str, status: int = 400) -> GraphQLAnswer:
    """An answer that refuses the request as a whole."""
    return GraphQLAnswer({"errors": [{"message": "no", "extensions": {"code": code}}]}, status)


engine = SmallEngine()
