"""A PostgreSQL to run something against, on any machine: `python -m backend.dev.postgres -- COMMAND`.

In this order: the server that POSTGRES_HOST names, used as it is; a container, where Docker
answers; a private server from the development dependencies or from this machine's packages. The
last two are thrown away afterwards, whatever happens.
"""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

from backend.dev.container import container, engine_answers
from backend.dev.private_server import private_server
from backend.dev.processes import end_on_signals, run

USAGE = "usage: python -m backend.dev.postgres -- COMMAND [ARGUMENT ...]\n"
USAGE_ERROR = 2


@contextlib.contextmanager
def postgres() -> Iterator[dict[str, str]]:
    """Yield the POSTGRES_* variables that lead to a server; throw it away after if it is ours.

    Raises RuntimeError or FileNotFoundError where there is none.
    """
    if os.environ.get("POSTGRES_HOST"):
        yield {}  # they are set already
    elif engine_answers():
        with container() as variables:
            yield variables
    else:
        with private_server() as variables:
            yield variables


def main(arguments: Sequence[str]) -> int:
    """Run the command in `arguments` against a PostgreSQL and return its exit code."""
    command = list(arguments[1:] if arguments[:1] == ["--"] else arguments)
    if not command or command[0].startswith("-"):
        sys.stderr.write(USAGE)
        return USAGE_ERROR
    end_on_signals()
    try:
        with postgres() as variables:
            return run(command, variables)
    except (RuntimeError, FileNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
