"""What no answer may show: our insides, or a code that nobody was promised."""

import re
from typing import Any, Final

CODES: Final = {
    *("BAD_REQUEST", "BAD_USER_INPUT", "FORBIDDEN", "GRAPHQL_PARSE_FAILED"),
    *("GRAPHQL_VALIDATION_FAILED", "INVALID_CURSOR", "TOO_COMPLEX", "UNAUTHENTICATED"),
}
# "Did you mean 'jobs { ... }'?" repeats what was sent; any other suggestion tells of the schema.
LEAKS: Final = re.compile(
    r"Traceback|File \\?\"|line \d+, in |\.py\b|Error\(|Exception"
    r"|Did you mean (?!'\w+ \{ \.\.\. \}')"
    r"|\b(SELECT|INSERT|UPDATE|DELETE)\b.*\b(FROM|INTO|SET|WHERE)\b"
    r"|\b(psycopg|sqlite3?|django|strawberry|graphql[._]core|asyncio|orjson)\b"
    r"|\b(jobs|accounts|web)_[a-z]+\b|\b(backend|schema)\.[a-z_]+|/(work|home|root|usr|venv|app)/"
)


def complaint(status: int, text: str, body: Any) -> str | None:
    """What is wrong with an answer; None where it is an answer, or a refusal by a code."""
    if status not in {200, 400, 401}:
        return f"answered by {status}"
    if found := LEAKS.search(text):
        return f"shows {found[0]!r}"
    if not isinstance(body, dict) or not body.keys() <= {"data", "errors", "extensions"}:
        return "is no GraphQL response"
    codes = {error["extensions"]["code"] for error in body.get("errors", [])}
    return f"has codes {codes - CODES}" if codes - CODES else None
