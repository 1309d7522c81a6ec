"""Child processes that get our signals, give us their exit code, and never outlive us."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import FrameType

COMMAND_NOT_FOUND = 127  # as a shell says it
PASSED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
# Loaded once, here: between fork and exec nothing may be imported or looked up.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def end_with(parent: int, signum: signal.Signals) -> None:
    """Have the kernel send us `signum` when process `parent`, our own, dies: even by SIGKILL.

    Linux only; elsewhere nothing but an orderly exit of the parent's ends us. The tie is to the
    thread of the parent that started us, which has to live as long as we are needed.
    """
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, int(signum))
        if os.getppid() != parent:  # it died in between
            os._exit(128 + signum)


def ended_with_us(signum: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn` that ties a child to us: see `end_with`."""
    return partial(end_with, os.getpid(), signum)


def end_on_signals() -> None:
    """From now on SIGTERM, SIGINT and SIGHUP raise SystemExit, so that every `finally` runs.

    The first one only: cleaning up is not interrupted by a second.
    """

    def leave(signum: int, _frame: FrameType | None) -> None:
        ignore_signals()
        raise SystemExit(128 + signum)

    for signum in PASSED_ON:
        signal.signal(signum, leave)


def ignore_signals() -> None:
    """From now on SIGTERM, SIGINT and SIGHUP are ignored: what is left to do is cleaning up."""
    for signum in PASSED_ON:
        signal.signal(signum, signal.SIG_IGN)


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run `command` with `environment` added to ours, pass signals on to it, and wait for it.

    Returns its exit code, or as a shell does 128 plus the signal that ended it, or 127 where it
    could not be started. Leaves our signals ignored: the command is over, and so are we.
    """
    early: list[int] = []
    child: subprocess.Popen[bytes] | None = None

    def pass_on(signum: int, _frame: FrameType | None) -> None:
        if child is None:
            early.append(signum)
        elif not (signum == signal.SIGINT and _typed_at_our_terminal()):
            child.send_signal(signum)

    for signum in PASSED_ON:
        signal.signal(signum, pass_on)
    try:
        child = subprocess.Popen(
            command, env=os.environ | environment, preexec_fn=ended_with_us(signal.SIGTERM)
        )
    except OSError as error:
        sys.stderr.write(f"{command[0]} can not be run: {error.strerror}\n")
        return COMMAND_NOT_FOUND
    for number in early:
        child.send_signal(number)
    code = child.wait()
    ignore_signals()
    return code if code >= 0 else 128 - code


def _typed_at_our_terminal() -> bool:
    """Whether a SIGINT is Ctrl-C, which the terminal has sent to the child as well."""
    with contextlib.suppress(OSError):
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    return False
