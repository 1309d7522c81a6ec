"""The engine: answers a GraphQL request by the schema."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationType, execute

from backend.accounts import principal
from backend.accounts.tokens import InvalidToken
from backend.web.protocol import GraphQLAnswer, GraphQLRequest
from schema.context import Context
from schema.documents import Document, DocumentRefused, Documents
from schema.errors import public
from schema.limits import TooComplex, require_affordable
from schema.schema import schema
from schema.threads import in_thread

logger = logging.getLogger("jobtrail.graphql")

LONGEST_EXECUTION: Final = 20  # seconds


class SchemaEngine:
    """Answers GraphQL requests. One for the whole process; safe to use from many tasks."""

    def __init__(self, graphql_schema: GraphQLSchema) -> None:
        self.schema = graphql_schema
        self.documents = Documents(graphql_schema, suggestions=not settings.PRODUCTION)

    async def execute(self, request: GraphQLRequest, http: HttpRequest) -> GraphQLAnswer:
        """Answer one request: data, errors, or both."""
        try:
            document = self.documents.prepare(request.query)
            operation = document.operation(request.operation_name)
            if request.read_only and operation.operation is not OperationType.QUERY:
                return _refused("METHOD_NOT_ALLOWED", "Send a mutation by POST.", status=405)
            require_affordable(document.node, operation, request.variables or {})
        except DocumentRefused as refusal:
            return _answer(refusal.errors, status=400)
        except TooComplex as error:
            return _answer([error], status=400)
        context = await _context(http)
        if document.introspects and context.principal is None and not settings.INTROSPECTION:
            return _refused("UNAUTHENTICATED", "Sign in to read the schema.", status=401)
        return await self._run(document, request, context)

    async def _run(
        self, document: Document, request: GraphQLRequest, context: Context
    ) -> GraphQLAnswer:
        result = execute(
            self.schema,
            document.node,
            context_value=context,
            variable_values=request.variables,
            operation_name=request.operation_name,
            hide_suggestions=settings.PRODUCTION,
        )
        if not isinstance(result, ExecutionResult):
            try:
                async with asyncio.timeout(LONGEST_EXECUTION):
                    result = await result
            except TimeoutError:
                message = f"The operation took longer than {LONGEST_EXECUTION} s. Ask for less."
                return _refused("TOO_COMPLEX", message, status=200, data=None)
        errors = result.errors or []
        if result.data is None and errors and all(error.path is None for error in errors):
            return _answer(errors, status=400)  # variables that do not fit: nothing was executed
        body: dict[str, Any] = {"data": result.data}
        if errors:
            body["errors"] = [public(error) for error in errors]
        return GraphQLAnswer(body=body, cookies=context.new_cookies)


async def _context(http: HttpRequest) -> Context:
    context = Context(address=client_address(http.META), cookies=dict(http.COOKIES))
    scheme, _, token = http.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        return context
    try:
        token = token.strip()
        context.principal = principal.remembered(token) or await in_thread(
            principal.principal_for, token
        )
    except InvalidToken:
        context.token_refused = True
    return context


def client_address(headers: Mapping[str, Any]) -> str:
    """The address of the client, believing as many proxies in front as are configured.

    Each proxy appends the address it saw to X-Forwarded-For; what stands further left, a client
    may have made up.
    """
    if settings.TRUSTED_PROXIES:
        chain = [each.strip() for each in headers.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(chain) >= settings.TRUSTED_PROXIES and all(chain):
            return str(chain[-settings.TRUSTED_PROXIES])
    return str(headers.get("REMOTE_ADDR", ""))


def _answer(errors: list[GraphQLError], *, status: int) -> GraphQLAnswer:
    return GraphQLAnswer(body={"errors": [public(error) for error in errors]}, status=status)


def _refused(code: str, message: str, *, status: int, **body: Any) -> GraphQLAnswer:
    error = {"message": message, "extensions": {"code": code}}
    return GraphQLAnswer(body={"errors": [error], **body}, status=status)


engine = SchemaEngine(schema._schema)  # noqa: SLF001 (Strawberry offers no other way to it)
