"""The schema: every type, put together once, at import."""

from datetime import datetime

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.descriptions import describe_by_docstrings
from schema.errors import HANDLERS, UserError
from schema.mutations import Mutation
from schema.queries import Query
from schema.scalars import DateTime
from schema.subscriptions import Subscription

schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[UserError],
    exception_handlers=HANDLERS,
    config=StrawberryConfig(scalar_map={datetime: DateTime}),
)
describe_by_docstrings(schema)
