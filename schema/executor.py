"""The engine: answers a GraphQL request by the schema."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationType, execute

from backend.jobs.keyset import InvalidCursor
from backend.jobs.orders import LOG
from backend.web.asked import Asked
from backend.web.exchange import current
from backend.web.protocol import EventStream, GraphQLAnswer, GraphQLRequest
from backend.web.rate import RateLimited
from schema.access import sign_in_first
from schema.caller import context_for
from schema.channels import Channels
from schema.charges import charges
from schema.context import Context
from schema.deadline import within
from schema.documents import DocumentRefused, Documents, SignInFirst
from schema.errors import public
from schema.fast_executor import FastExecutor
from schema.limits import TooComplex, points, require_light
from schema.operation_plan import GaveUp, Outcome
from schema.rate_limit import Charge, is_dry_run, without_the_rest
from schema.revalidation import is_of_the_log, known
from schema.schema import schema
from schema.streams import Admitted, RequestErrors, follow, located, source

LONGEST_EXECUTION: Final = 20  # seconds


class SchemaEngine:
    """Answers GraphQL requests. One for the whole process; safe to use from many tasks."""

    def __init__(self, graphql_schema: GraphQLSchema) -> None:
        self.schema = graphql_schema
        self.documents = Documents(graphql_schema, suggestions=not settings.PRODUCTION)
        self.channels = Channels()

    async def execute(self, request: GraphQLRequest, http: Asked) -> GraphQLAnswer:
        """Answer one request: data, errors, or both."""
        admitted = await self._admit(request, http)
        if isinstance(admitted, GraphQLAnswer):
            return admitted
        if admitted.operation.operation is OperationType.SUBSCRIPTION:
            message = "A subscription is streamed: ask for text/event-stream."
            return _refused("BAD_USER_INPUT", message, status=400)
        headers: dict[str, str] = {}
        if is_of_the_log(admitted.document, admitted.operation, request):
            unchanged, headers = await known(admitted.document, request, admitted.context, http)
            if unchanged is not None:
                return unchanged
        answer = await self._run(admitted, request)
        if headers and "errors" not in answer.body:
            answer = replace(answer, headers=headers)
        return answer

    async def stream(
        self, request: GraphQLRequest, http: Asked, *, resume_after: str | None
    ) -> GraphQLAnswer | EventStream:
        """Follow a subscription; any other operation has its one answer."""
        admitted = await self._admit(request, http)
        if isinstance(admitted, GraphQLAnswer):
            return admitted
        if admitted.operation.operation is not OperationType.SUBSCRIPTION:
            return await self._run(admitted, request)
        try:
            following = await source(self.schema, admitted, request)
            after = following.after if resume_after is None else LOG.key(resume_after)[0]
            channel = self.channels.channel(
                self.schema, admitted.document, request, following.where
            )
            events = follow(channel, after, admitted.context)
            async with asyncio.timeout(LONGEST_EXECUTION):
                await anext(events)  # from here on nothing is missed, and its end is seen to
        except RequestErrors as refusal:
            return _answer(refusal.errors, status=400)
        except (GraphQLError, InvalidCursor) as error:
            shown = error if isinstance(error, GraphQLError) else located(error)
            return _answer([shown], status=200)
        except TimeoutError:
            message = "The log can not be read at the moment: try again later."
            return _gave_up("UNAVAILABLE", message)
        return events

    async def signed_in_until(self, http: Asked) -> datetime | None:
        """When the access token that came with the request expires; None where it is no good."""
        principal = (await context_for(http)).principal
        return None if principal is None else principal.expires_at

    async def _admit(self, request: GraphQLRequest, http: Asked) -> Admitted | GraphQLAnswer:
        """What may be executed, or the answer that refuses it."""
        context = await context_for(http)
        stranger = context.principal is None
        exchange = current()
        if context.principal is not None:
            exchange.principal = context.principal.user_id
        try:
            document = self.documents.prepare(
                request.query,
                open_only=stranger and settings.SIGN_IN_FIRST,
                introspection=not stranger or settings.INTROSPECTION,
            )
            operation = document.operation(request.operation_name)
            exchange.document, exchange.kind = document.digest, operation.operation.value
            exchange.operation = name = operation.name.value if operation.name else None
            cost = document.cost(operation, request.variables or {})
            if operation.operation is OperationType.SUBSCRIPTION:
                require_light(cost.nodes)
        except SignInFirst:
            return _unauthenticated(sign_in_first(context))
        except DocumentRefused as error:
            return await _refused_document(error.errors, context)
        except TooComplex as error:
            return await _refused_document([error], context)
        if request.read_only and operation.operation is OperationType.MUTATION:
            return _refused("METHOD_NOT_ALLOWED", "Send a mutation by POST.", status=405)
        if document.introspects and stranger and not settings.INTROSPECTION:
            return _unauthenticated("Sign in to read the schema.")
        roots = document.roots[name]
        price = paid = points(len(roots), cost.nodes)
        if is_dry_run(operation, roots, request.variables or {}):
            node = without_the_rest(document.node, operation, roots)
            document = replace(document, node=node, plans=None)
            paid = 1
        refusal = await _charge(context, price, paid, cost.nodes)
        return refusal or Admitted(document, operation, context)

    async def _run(self, admitted: Admitted, request: GraphQLRequest) -> GraphQLAnswer:
        try:
            with within(LONGEST_EXECUTION):
                result = await self._executed(admitted, request)
        except TimeoutError:
            message = f"The operation took longer than {LONGEST_EXECUTION} s. Ask for less."
            return _gave_up("TOO_COMPLEX", message)
        errors = result.errors or []
        if result.data is None and errors and all(error.path is None for error in errors):
            return _answer(errors, status=400)  # variables that do not fit: nothing was executed
        body: dict[str, Any] = {"data": result.data}
        if errors:
            body["errors"] = [public(error) for error in errors]
        if request.extensions and request.extensions.get("cost") is True:
            body["extensions"] = {"cost": admitted.context.charge.told()}
        return GraphQLAnswer(body=body, cookies=admitted.context.new_cookies)

    async def _executed(self, admitted: Admitted, request: GraphQLRequest) -> ExecutionResult:
        """By the operation's plan, or by the reference from where that gave up."""
        document, context, operation = admitted.document, admitted.context, admitted.operation
        name = operation.name.value if operation.name else None
        plan = None if document.plans is None else document.plans.operations.get(name)
        outcomes: dict[str, Outcome] = {}
        if plan is not None:
            try:
                return ExecutionResult(await plan.run(context, request.variables), None)
            except GaveUp as gave_up:
                outcomes = gave_up.outcomes
        result = execute(
            self.schema,
            document.node,
            context_value=context,
            variable_values=request.variables,
            operation_name=request.operation_name,
            hide_suggestions=settings.PRODUCTION,
            executor_class=FastExecutor,
            plans=document.plans,
            outcomes=outcomes,
        )
        return result if isinstance(result, ExecutionResult) else await result


def _answer(errors: list[GraphQLError], *, status: int) -> GraphQLAnswer:
    return GraphQLAnswer(body={"errors": [public(error) for error in errors]}, status=status)


def _gave_up(code: str, message: str) -> GraphQLAnswer:
    """What was begun and could not be ended has no data, which is not to have none at all."""
    answer = _refused(code, message, status=200)
    return replace(answer, body={**answer.body, "data": None})


async def _charge(context: Context, price: int, paid: int, nodes: int) -> GraphQLAnswer | None:
    """Let the caller pay; the answer that refuses it where it can not."""
    exchange = current()
    try:
        exchange.allowance = await charges.charge(context, paid)
    except RateLimited as error:
        exchange.allowance, wait = error.allowance, error.retry_after
        facts = {"cost": error.cost, "retryAfterSeconds": wait}
        answer = _refused("RATE_LIMITED", str(error), status=429, **facts)
        return replace(answer, headers={"Retry-After": str(wait)})
    exchange.cost = paid
    context.charge = Charge(price, nodes, exchange.allowance)
    return None


async def _refused_document(errors: list[GraphQLError], context: Context) -> GraphQLAnswer:
    """It costs a point: to refuse it took work."""
    return await _charge(context, 1, 1, 0) or _answer(errors, status=400)


def _unauthenticated(message: str) -> GraphQLAnswer:
    answer = _refused("UNAUTHENTICATED", message, status=401)
    return replace(answer, headers={"WWW-Authenticate": "Bearer"})


def _refused(code: str, message: str, *, status: int, **facts: Any) -> GraphQLAnswer:
    current().note_error(code)
    error = {"message": message, "extensions": {"code": code, **facts}}
    return GraphQLAnswer(body={"errors": [error]}, status=status)


engine = SchemaEngine(schema._schema)  # noqa: SLF001 (Strawberry offers no other way to it)
