"""What is going on, for whoever waits."""

import sys


def say(text: str) -> None:
    """Tell on standard error; standard output is for the figures."""
    sys.stderr.write(f"{text}\n")
