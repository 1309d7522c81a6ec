"""Whole operations by plan: root fields are resolved, and completed by their plans.

The reference executor sets itself up for each request anew: it collects the fields, and makes
paths, infos and coroutines on the way to each of them. Of a document that is asked again all this
is known. Where a plan gives up, or a resolver raises, the reference executor goes on from what the
root fields gave: none is resolved twice.
"""

import asyncio
from copy import copy
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLResolveInfoHelpers,
    OperationType,
)
from graphql.execution.collect_fields import GroupedFieldSet
from graphql.execution.executor import Executor
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from schema.arguments import Given, given
from schema.plan import Run, Unplannable, Values
from schema.planner import Planner
from schema.root_call import RootCall
from schema.variables import Unfit, Variables


class Outcome(NamedTuple):
    """What a root field's resolver gave: a value, or what it raised."""

    value: Any = None
    error: Exception | None = None
    is_completed: bool = False  # of a mutation: before the next one was run
    completed: Any = None


class GaveUp(Exception):
    """The plan can not finish; `outcomes`, by response key, are of the resolvers that ran."""

    def __init__(self, outcomes: dict[str, Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


class Root(NamedTuple):
    """A root field of the operation."""

    key: str
    field: GraphQLField
    nodes: list[FieldNode]
    path: Path
    call: RootCall
    arguments: Given
    values: Values


class OperationPlan:
    """How to run one operation of a document, again and again."""

    def __init__(
        self, executor: Executor[Any], parent: GraphQLObjectType, selected: GroupedFieldSet
    ) -> None:
        """Plan it. Raises Unplannable."""
        self._executor = _of_nobody(executor)
        self._parent = parent
        self._serially = executor.operation.operation is OperationType.MUTATION
        definitions = executor.operation.variable_definitions or ()
        self._variables = Variables(executor.schema, definitions)
        planner = Planner(executor)
        self._roots = []
        for key, details in selected.items():
            nodes = [each.node for each in details]
            field = parent.fields.get(nodes[0].name.value)
            if field is None:  # __schema, __type, __typename
                raise Unplannable
            path = Path(None, key, parent.name)
            values = planner.values(field.type, details)
            arguments = given(field, nodes[0])
            self._roots.append(Root(key, field, nodes, path, RootCall(field), arguments, values))

    async def run(self, context: Any, variables: dict[str, Any] | None) -> dict[str, Any]:
        """The operation's data. Raises GaveUp."""
        try:
            coerced = self._variables.values(variables or {})
        except Unfit:
            raise GaveUp({}) from None  # the reference says why
        if len(self._roots) == 1 or self._serially:
            return await self._one_by_one(context, coerced)
        outcomes = await asyncio.gather(
            *[self._resolved(root, context, coerced) for root in self._roots]
        )
        known = dict(zip((root.key for root in self._roots), outcomes, strict=True))
        if any(outcome.error for outcome in outcomes):
            raise GaveUp(known)
        run = Run(context, coerced)
        completed = await asyncio.gather(
            *[
                self._completed(root, outcome, run)
                for root, outcome in zip(self._roots, outcomes, strict=True)
            ],
            return_exceptions=True,
        )
        for each in completed:
            if isinstance(each, Exception):
                raise GaveUp(known)
            if isinstance(each, BaseException):
                raise each
        return dict(zip(known, completed, strict=True))

    async def _one_by_one(self, context: Any, variables: VariableValues) -> dict[str, Any]:
        data: dict[str, Any] = {}
        outcomes: dict[str, Outcome] = {}
        for root in self._roots:
            outcome = outcomes[root.key] = await self._resolved(root, context, variables)
            if outcome.error is not None:
                raise GaveUp(outcomes)
            try:
                completed = await self._completed(root, outcome, Run(context, variables))
            except Exception:  # noqa: BLE001 (whatever it is, the reference says what it means)
                raise GaveUp(outcomes) from None
            data[root.key] = completed
            # What comes next may write: this is not to be read again after that.
            outcomes[root.key] = outcome._replace(is_completed=True, completed=completed)
        return data

    async def _resolved(self, root: Root, context: Any, variables: VariableValues) -> Outcome:
        try:
            info = self._info(root, context, variables)
            return Outcome(await root.call(info, root.arguments(variables)))
        except Exception as error:  # noqa: BLE001 (a field's error is an outcome)
            return Outcome(error=error)

    async def _completed(self, root: Root, outcome: Outcome, run: Run) -> Any:
        if isinstance(outcome.value, Exception):
            raise outcome.value
        if root.values.waits:
            return (await root.values.later([outcome.value], run))[0]
        return root.values.now([outcome.value])[0]

    def _info(self, root: Root, context: Any, variables: VariableValues) -> GraphQLResolveInfo[Any]:
        """As the reference makes it."""
        executor = self._executor
        return GraphQLResolveInfo(
            root.nodes[0].name.value,
            root.nodes,
            root.field.type,
            self._parent,
            root.path,
            executor.schema,
            executor.fragment_definitions,
            None,
            executor.operation,
            variables,
            context,
            executor.is_awaitable,
            None,
            executor.async_helpers,
        )


def _of_nobody(executor: Executor[Any]) -> Executor[Any]:
    """The same executor, without the request that it was made for: a plan outlives that."""
    mine = copy(executor)
    mine.context_value = mine.variable_values = None  # type: ignore[assignment]
    mine.async_helpers = GraphQLResolveInfoHelpers(mine.gather_async_work, mine.track_async_work)
    return mine
