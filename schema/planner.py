"""The planner: compiles what a field returns into a plan, once for a document.

Only for what a plan can do exactly: attributes, functions of the row, and edges that can be loaded
for many rows at once.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor import Executor
from graphql.language import FieldNode

from schema.arguments import given
from schema.leaves import leaves
from schema.plan import Lists, Nullable, Run, Unplannable, Values
from schema.plan_objects import Objects, Step, Unions


class Planner:
    """Makes plans for one executor's document and operation."""

    def __init__(self, executor: Executor[Any]) -> None:
        self._executor = executor

    def values(self, output: GraphQLOutputType, selected: FieldDetailsList) -> Values:
        """The plan for values of a type with that selection. Raises Unplannable."""
        if isinstance(output, GraphQLNonNull):
            return self._present(output.of_type, selected)
        return Nullable(self._present(output, selected))

    def _present(self, output: GraphQLOutputType, selected: FieldDetailsList) -> Values:
        if isinstance(output, GraphQLList):
            return Lists(self.values(output.of_type, selected))
        if is_leaf_type(output):
            return leaves(output)
        if isinstance(output, GraphQLObjectType):
            return self._objects(output, selected)
        if isinstance(output, GraphQLUnionType):
            return self._unions(output, selected)
        raise Unplannable

    def _unions(self, union: GraphQLUnionType, selected: FieldDetailsList) -> Unions:
        plans = {}
        for kind in union.types:
            definition = kind.extensions.get("strawberry-definition")
            if definition is None:
                raise Unplannable
            plans[definition.origin] = self._objects(kind, selected)
        return Unions(plans)

    def _objects(self, kind: GraphQLObjectType, selected: FieldDetailsList) -> Objects:
        constants: dict[str, Any] = {}
        steps = []
        for key, details in self._executor.collect_subfields(
            kind, selected
        ).grouped_field_set.items():
            node = details[0].node
            constants[key] = None
            if node.name.value == "__typename":
                constants[key] = kind.name
            else:
                steps.append(self._step(key, kind.fields[node.name.value], node, details))
        is_type_of: Any = kind.is_type_of
        return Objects(constants, steps, is_type_of)

    def _step(
        self, key: str, field: GraphQLField, node: FieldNode, details: FieldDetailsList
    ) -> Step:
        definition = field.extensions.get("strawberry-definition")
        if definition is None:
            raise Unplannable
        values = self.values(field.type, details)
        resolver = definition.base_resolver
        if resolver is None:
            name = definition.python_name
            return Step(key, values, name=name, read=attrgetter(name))
        function = resolver.wrapped_func
        batch = getattr(function, "batch", None)
        if batch is not None:
            return Step(key, values, batch=batch, arguments=_arguments(field, definition, node))
        parameters = [parameter.name for parameter in resolver.signature.parameters.values()]
        if parameters == ["root"] and not resolver.is_async and not definition.extensions:
            return Step(key, values, read=function, together=getattr(function, "together", None))
        raise Unplannable


def _arguments(
    field: GraphQLField, definition: Any, node: FieldNode
) -> Callable[[Run], dict[str, Any]] | None:
    if not field.args:
        return None
    names = {argument.graphql_name or argument.python_name for argument in definition.arguments}
    if names != set(field.args) or any(not is_leaf_type(arg.type) for arg in field.args.values()):
        raise Unplannable  # input objects are Strawberry's to convert
    read = given(field, node)
    return lambda run: read(run.variables)
