"""A call of a root field's resolver, as Strawberry makes it, with what is known beforehand done."""

from typing import Any

import strawberry
from graphql import GraphQLField, GraphQLResolveInfo, GraphQLUnionType, get_named_type
from strawberry.types.field import StrawberryField

from schema.access import SignedIn
from schema.arguments import converter
from schema.errors import HANDLERS
from schema.plan import Unplannable


class RootCall:
    """Checks the caller's access and calls the resolver; its errors become data where they can."""

    def __init__(self, field: GraphQLField) -> None:
        """Raises Unplannable for a field that has more to it."""
        definition = field.extensions.get("strawberry-definition")
        if not isinstance(definition, StrawberryField) or definition.base_resolver is None:
            raise Unplannable
        if not all(type(extension) is SignedIn for extension in definition.extensions):
            raise Unplannable
        resolver = definition.base_resolver
        if resolver.parent_parameter or resolver.root_parameter:
            raise Unplannable
        self._definition = definition
        self._checks: list[SignedIn] = list(definition.extensions)  # type: ignore[arg-type]
        self._function: Any = resolver.wrapped_func
        self._source = (None,) if resolver.self_parameter else ()
        info = resolver.info_parameter
        self._info_name = info.name if info else None
        self._convert = converter(
            definition, {name: argument.type for name, argument in field.args.items()}
        )
        self._handlers = _handlers(field)

    async def __call__(self, raw: GraphQLResolveInfo[Any], given: dict[str, Any]) -> Any:
        """What the resolver gives. Raises what it raises, where that is no member of its union."""
        info: Any = strawberry.Info(_raw_info=raw, _field=self._definition)
        try:
            arguments = self._convert(given)
            for check in self._checks:
                check.require(info)
            if self._info_name is not None:
                arguments[self._info_name] = info
            found = self._function(*self._source, **arguments)
            return await found if hasattr(found, "__await__") else found
        except Exception as error:
            for handler in self._handlers:
                if isinstance(error, handler.exception_type):
                    return handler.handle(error, field=self._definition, info=info)
            raise


def _handlers(field: GraphQLField) -> list[Any]:
    """The handlers that show an error as a member of what the field returns."""
    returned = get_named_type(field.type)
    if not isinstance(returned, GraphQLUnionType):
        return []
    members = {kind.name for kind in returned.types}
    shown: Any = HANDLERS
    return [each for each in shown if each.error_type.__strawberry_definition__.name in members]
