"""The check that `make fuzz` adds to schemathesis, which runs in an environment of its own.

Its own check takes every error for a fault of the server; ours has refusals by code.
"""

from typing import Any

import schemathesis  # type: ignore[import-not-found]

from tests.schema.leaks import complaint


@schemathesis.check  # type: ignore[untyped-decorator]
def refused_by_a_code_if_at_all(_context: Any, response: Any, _case: Any) -> None:
    """Nothing but an answer, or a refusal by one of the codes."""
    found = complaint(response.status_code, response.text, response.json())
    assert found is None, found
