"""Documents, parsed and validated once for as long as they are asked for."""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from schema.limits import (
    MOST_TOKENS,
    Cost,
    Shape,
    TooComplex,
    require_affordable,
    require_modest,
    variables_of_sizes,
)
from schema.plans import Plans
from schema.roots import fragments_of, is_open, root_fields
from schema.tokens import more_than

CACHED: Final = 1_000
REMEMBERED_COSTS: Final = 100  # of each
MOST_ERRORS: Final = 20


class DocumentRefused(Exception):
    """The document can not be executed. `errors` say why, each with its code."""

    def __init__(self, code: str, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.errors = errors
        for error in errors:
            error.extensions = {"code": code, **(error.extensions or {})}


class SignInFirst(Exception):
    """The document asks for more than what is open to everybody."""


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document, within the limits."""

    node: DocumentNode
    digest: str  # SHA-256 of the text
    operations: tuple[OperationDefinitionNode, ...]
    roots: dict[str | None, tuple[FieldNode, ...]]  # of each operation, by its name
    introspects: bool
    plans: Plans | None  # None: directives decide anew for each request

    sizes: frozenset[str] = frozenset()  # the variables on which its cost depends
    costs: dict[Any, Cost] = field(default_factory=dict)

    def cost(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Cost:
        """What the operation could return. Raises TooComplex where that is too much.

        Remembered for each of the sizes that were asked for, as long as they are few.
        """
        sizes = [(name, variables.get(name)) for name in self.sizes if name in variables]
        if not all(value is None or type(value) is int for _, value in sizes):
            return require_affordable(self.node, operation, variables)
        key = (id(operation), *sizes)
        cost = self.costs.get(key)
        if cost is None:
            cost = require_affordable(self.node, operation, variables)
            if len(self.costs) < REMEMBERED_COSTS:
                self.costs[key] = cost
        return cost

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation with that name, or the only one. Raises DocumentRefused."""
        if name is None and len(self.operations) == 1:
            return self.operations[0]
        for operation in self.operations:
            if operation.name is not None and operation.name.value == name:
                return operation
        message = (
            "The document has several operations: say by operationName which one to run."
            if name is None
            else "The document has no operation with this name."
        )
        raise DocumentRefused("BAD_USER_INPUT", [GraphQLError(message)])


class Documents:
    """The documents of a schema, the latest thousand of them remembered."""

    def __init__(self, schema: GraphQLSchema, *, suggestions: bool) -> None:
        self._schema = schema
        self._suggestions = suggestions
        self._known: LRUCache[str, Document] = LRUCache(CACHED)
        self._lock = threading.Lock()

    def prepare(
        self, text: str, *, open_only: bool = False, introspection: bool = True
    ) -> Document:
        """The document, ready to be executed. Raises DocumentRefused.

        `open_only` is for strangers, whose documents are not even validated where they ask for
        more than what is open to everybody, with `introspection` or without: raises SignInFirst.
        """
        with self._lock:
            document = self._known.get(text)
        if document is None:
            node, shape = _parsed(text)
            if open_only and not is_open(node, introspection=introspection):
                raise SignInFirst
            document = self._validated(text, node, shape)
            with self._lock:
                self._known[text] = document
        elif open_only and not is_open(document.node, introspection=introspection):
            raise SignInFirst
        return document

    def _validated(self, text: str, node: DocumentNode, shape: Shape) -> Document:
        errors = validate(
            self._schema,
            node,
            specified_rules,
            max_errors=MOST_ERRORS,
            hide_suggestions=not self._suggestions,
        )
        if errors:
            for error in errors:
                if isinstance(error.original_error, ValueError):
                    error.original_error = None  # a number of 5,000 digits is no fault of ours
            raise DocumentRefused("GRAPHQL_VALIDATION_FAILED", errors)
        operations = tuple(
            definition
            for definition in node.definitions
            if isinstance(definition, OperationDefinitionNode)
        )
        fragments = fragments_of(node)
        roots = {
            operation.name.value if operation.name else None: root_fields(operation, fragments)
            for operation in operations
        }
        return Document(
            node=node,
            digest=digest(text),
            operations=operations,
            roots=roots,
            introspects=shape.introspects,
            plans=None if shape.directives else Plans(),
            sizes=variables_of_sizes(node),
        )


def digest(text: str) -> str:
    """The SHA-256 of a document, by which it can be told from others without being shown."""
    return hashlib.sha256(text.encode()).hexdigest()


def _parsed(text: str) -> tuple[DocumentNode, Shape]:
    if more_than(MOST_TOKENS, text):
        error = TooComplex(f"The document has more than {MOST_TOKENS:,} tokens.")
        raise DocumentRefused("TOO_COMPLEX", [error])
    try:
        node = parse(text, max_tokens=MOST_TOKENS)
        return node, require_modest(node)
    except TooComplex as error:
        raise DocumentRefused("TOO_COMPLEX", [error]) from error
    except GraphQLError as error:
        # So the parser ends its message where a document is too long or too deep for it.
        too_complex = "Parsing aborted" in error.message
        code = "TOO_COMPLEX" if too_complex else "GRAPHQL_PARSE_FAILED"
        raise DocumentRefused(code, [error]) from error
    except RecursionError as error:
        deep = GraphQLError("The document is nested too deeply.")
        raise DocumentRefused("TOO_COMPLEX", [deep]) from error
