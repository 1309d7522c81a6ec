"""The executor: the reference implementation, with plans for what can be planned."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from graphql import GraphQLOutputType, GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.pyutils import Path

from schema.plan import Run, Unplannable, Values
from schema.planner import Planner


class FastExecutor(ExecutorThrowingOnIncremental):
    """Completes what root fields return by plan where there is one, else as the reference does.

    `plans` is the document's store of them: None says that there can be no plan.
    """

    def __init__(self, *args: Any, plans: dict[Any, Values | None] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans = plans

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
        if path.prev is None and not isinstance(result, Exception):
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
        plans = self._plans
        if plans is None:
            return None
        operation = self.operation.name.value if self.operation.name else None
        key = (operation, path.key)
        if key not in plans:
            try:
                plans[key] = Planner(self).values(return_type, selected)
            except Unplannable:
                plans[key] = None
        return plans[key]
