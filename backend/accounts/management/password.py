"""Where a command takes a password from: never an argument, which other users could see."""

import getpass
import sys
from argparse import ArgumentParser

from django.core.management.base import CommandError

EXPLAINED = (
    "The password is asked for twice at a terminal, and read as the first line of standard input "
    "otherwise: it is never an argument, which other users could see."
)


def add_argument(parser: ArgumentParser) -> None:
    """Let the caller say where the password comes from."""
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input, at a terminal too",
    )


def read(*, from_stdin: bool) -> str:
    """The password. Raises CommandError where the two that were typed differ."""
    if from_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Password (again): ") != password:
        raise CommandError("The two passwords differ.")
    return password
