"""The development server: `python -m backend.dev.serve`, ready to use on an empty database.

Migrates, fills an empty database with demo jobs (DEMO_JOBS of them, 2,000 unless told, 0 for
none), creates the development accounts, says where everything is, and serves on PORT (8000 unless
told) with a reload whenever the code changes.
"""

import errno
import io
import os
import signal
import socket
import sys

import django
import uvicorn
from django.core.management import call_command
from uvicorn.supervisors import ChangeReload

from backend.dev.processes import PASSED_ON, end_on_signals, end_with

HOST = "127.0.0.1"
APPLICATION = "backend.config.asgi:application"
SETTINGS = "backend.config.settings"
RELOADED = ["backend", "schema"]  # folders whose code is watched
LARGEST_FRAME = 131_072  # bytes of a WebSocket message, as in production
PATIENCE = 1  # seconds that open connections get on shutdown


class NotServing(Exception):
    """Why nothing can be served: a sentence for the developer."""


class Server(uvicorn.Server):
    """The server in a child process of the reloader's, which ends with it even if it is killed."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.reloader = os.getpid()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        end_with(self.reloader, signal.SIGTERM)
        super().run(sockets)


def main() -> int:
    """Prepare and serve until SIGTERM or Ctrl-C. Returns an exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    end_on_signals()
    try:
        demo_jobs = whole_number("DEMO_JOBS", 2000)
        with claim(whole_number("PORT", 8000)) as port:
            prepare(demo_jobs)
            serve(port)
    except NotServing as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def whole_number(variable: str, default: int) -> int:
    """The environment's whole number, not below 0. Raises NotServing where it is something else."""
    text = os.environ.get(variable) or str(default)
    if not (text.isascii() and text.isdigit()):
        raise NotServing(f"{variable} must be a whole number, not {text!r}.")
    return int(text)


def claim(port: int) -> socket.socket:
    """A socket that listens on the port, before any work is done for nothing; 0 takes a free one.

    From now on a visitor waits for the server instead of being refused.

    Raises NotServing where the port can not be had.
    """
    claimed = socket.socket()
    claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    claimed.set_inheritable(True)
    try:
        claimed.bind((HOST, port))
        claimed.listen()
    except (OSError, OverflowError) as problem:
        claimed.close()
        if isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE:
            raise NotServing(
                f"Port {port} is taken: stop what listens there, or choose another with PORT=..."
            ) from None
        raise NotServing(f"Port {port} can not be used: {problem}") from None
    return claimed


def prepare(demo_jobs: int) -> None:
    """Bring the database up to date; fill it where it is empty. Raises NotServing in production."""
    django.setup(set_prefix=False)
    from django.conf import settings  # noqa: PLC0415 (only now is there anything in it)

    from backend.jobs.models import Job  # noqa: PLC0415 (needs the settings)

    if settings.PRODUCTION:
        raise NotServing("This server is for development; JOBTRAIL_ENV says production.")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("create_dev_accounts", stdout=io.StringIO())  # the welcome names them
    if demo_jobs and not Job.objects.exists():
        call_command("load_demo", jobs=demo_jobs)


def welcome(port: int) -> str:
    """What a developer wants to know now."""
    from django.conf import settings  # noqa: PLC0415 (only now is there anything in it)

    database = settings.DATABASES["default"]
    kind = "PostgreSQL" if settings.POSTGRES else "SQLite"
    url = f"http://{HOST}:{port}"
    dashboard = (settings.ROOT / "frontend" / "dist" / "index.html").exists()
    lines = {
        "Dashboard": f"{url}/" if dashboard else "not built",
        "GraphQL": f"{url}/graphql",
        "Health": f"{url}/healthz",
        "Sign in": "viewer / viewer   operator / operator   admin / admin",
        "Database": f"{kind}, {database['HOST'] if settings.POSTGRES else database['NAME']}",
        "Stop": "Ctrl-C",
    }
    return "\n".join(["", *(f"  {name:<10} {value}" for name, value in lines.items()), "", ""])


def serve(port: socket.socket) -> None:
    """Say so, and serve on that socket, anew after every change of the code, until told to stop."""
    config = uvicorn.Config(
        APPLICATION,
        loop="uvloop",
        http="httptools",
        ws_max_size=LARGEST_FRAME,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # the settings say which proxies to believe
        server_header=False,
        reload=True,
        reload_dirs=RELOADED,
        timeout_graceful_shutdown=PATIENCE,
    )
    reloader = ChangeReload(config, target=Server(config).run, sockets=[port])
    for signum in PASSED_ON:  # a closed terminal is a stop as well
        signal.signal(signum, reloader.signal_handler)
    sys.stdout.write(welcome(port.getsockname()[1]))
    sys.stdout.flush()
    reloader.run()


if __name__ == "__main__":
    sys.exit(main())
