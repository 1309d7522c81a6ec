"""A line for each request, in JSON: who asked for what, what it cost, and how it went.

Never a variable, a token, or a document's text: the name of the operation, which a client may
make up, and the document's digest tell which one it was.
"""

import logging
from datetime import UTC, datetime
from typing import Final

import orjson

from backend.web.exchange import Exchange

logger: Final = logging.getLogger("jobtrail.request")
LONGEST_NAME: Final = 100  # characters


def write(exchange: Exchange) -> None:
    """Log an exchange that has ended."""
    if not logger.isEnabledFor(logging.INFO):
        return
    line = {
        "time": datetime.now(UTC),
        "level": "INFO",
        "logger": logger.name,
        "request": exchange.request_id,
        "principal": exchange.principal,
        "kind": exchange.kind,
        "operation": exchange.operation and exchange.operation[:LONGEST_NAME],
        "document": exchange.document,
        "cost": exchange.cost,
        "duration_ms": round(exchange.elapsed() * 1e3, 2),
        "statements": exchange.statements,
        "status": exchange.status,
        "codes": exchange.codes,
        "events": exchange.events,
    }
    text = orjson.dumps(line).decode()
    # As logger.info does, without looking for the line of code that called it.
    logger.handle(logger.makeRecord(logger.name, logging.INFO, "", 0, text, (), None))
