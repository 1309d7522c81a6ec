"""Log records as lines of JSON, one for each, its trace within it: what collectors of logs read."""

import logging
from datetime import UTC, datetime

import orjson


class JSONLines(logging.Formatter):
    """Formats any record. What is logged under jobtrail.request is such a line already."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": _encodable(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = _encodable(self.formatException(record.exc_info))
        return orjson.dumps(line).decode()


def _encodable(text: str) -> str:
    """The text without lone surrogates, which no UTF-8 can hold."""
    return text.encode(errors="backslashreplace").decode()
