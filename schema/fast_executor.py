"""The executor: the reference implementation, with plans for what can be planned."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from graphql import GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.execution.executor import to_nodes
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.pyutils import Path

from schema.operation_plan import OperationPlan, Outcome
from schema.plan import Run, Unplannable, Values
from schema.planner import Planner
from schema.plans import Plans


class FastExecutor(ExecutorThrowingOnIncremental):
    """Completes what root fields return by plan where there is one, else as the reference does.

    `plans` is the document's store of them: None says that there can be no plan. `outcomes` are
    those of root fields that were resolved already.
    """

    def __init__(
        self,
        *args: Any,
        plans: Plans | None,
        outcomes: dict[str, Outcome],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._plans = plans
        self._outcomes = outcomes

    def execute_root_grouped_field_set(
        self,
        root_type: GraphQLObjectType,
        root_value: Any,
        grouped_field_set: GroupedFieldSet,
        serially: bool,  # noqa: FBT001
        position_context: None,
    ) -> Any:
        """Execute the root fields; plan the operation, for when it comes again."""
        plans = self._plans
        if plans is not None and self._operation_name not in plans.operations:
            try:
                plan = OperationPlan(self, root_type, grouped_field_set)
            except Unplannable:
                plan = None
            plans.operations[self._operation_name] = plan
        return super().execute_root_grouped_field_set(
            root_type, root_value, grouped_field_set, serially, position_context
        )

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: None,
    ) -> Any:
        """Execute a field, or go on from what it gave before."""
        outcome = self._outcomes.get(str(path.key)) if path.prev is None else None
        if outcome is None:
            return super().execute_field(
                parent_type, source, field_details_list, path, position_context
            )
        if outcome.is_completed:
            return outcome.completed
        nodes = to_nodes(field_details_list)
        field = parent_type.fields[nodes[0].name.value]
        info = self.build_resolve_info(field, nodes, parent_type, path)
        return self.complete_awaitable_value(
            field.type, field_details_list, info, path, _again(outcome), position_context
        )

    def complete_value(  # noqa: PLR0917 (as the reference has it)
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: None,
    ) -> Any:
        """Complete a value."""
        if path.prev is None and not self._outcomes and not isinstance(result, Exception):
            plan = self._plan(return_type, field_details_list, path)
            if plan is not None:
                reference = super().complete_value
                arguments = return_type, field_details_list, info, path, result, position_context
                if plan.waits:
                    return self._later(plan, reference, arguments)
                try:
                    return plan.now([result])[0]
                except Exception:  # noqa: BLE001 (whatever it is, the reference says what it means)
                    return reference(*arguments)
        return super().complete_value(
            return_type, field_details_list, info, path, result, position_context
        )

    async def _later(self, plan: Values, reference: Any, arguments: tuple[Any, ...]) -> Any:
        run = Run(self.context_value, self.variable_values)
        try:
            return (await plan.later([arguments[4]], run))[0]
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 (as above)
            completed = reference(*arguments)
            return await completed if isinstance(completed, Awaitable) else completed

    def _plan(
        self, return_type: GraphQLOutputType, selected: FieldDetailsList, path: Path
    ) -> Values | None:
        if self._plans is None:
            return None
        plans = self._plans.roots
        key = (self._operation_name, str(path.key))
        if key not in plans:
            try:
                plans[key] = Planner(self).values(return_type, selected)
            except Unplannable:
                plans[key] = None
        return plans[key]

    @property
    def _operation_name(self) -> str | None:
        return self.operation.name.value if self.operation.name else None


async def _again(outcome: Outcome) -> Any:
    if outcome.error is not None:
        raise outcome.error
    return outcome.value
