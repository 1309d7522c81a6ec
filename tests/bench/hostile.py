"""`python -m tests.bench.hostile`: how long others wait while one client sends what is hostile.

A server process in production settings on a PostgreSQL of its own; a neighbour asks for a page of
jobs over and over, first alone, then while every hostile request of the tests comes, one after
another, ten a second. Prints the neighbour's latencies; nothing passes or fails.
"""

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

import httpx

from backend.dev.processes import end_on_signals
from tests.bench.cluster import cluster
from tests.bench.http import graphql
from tests.bench.peers.ours import LOG_IN, Ours
from tests.bench.server import Server
from tests.schema.hostile import HOSTILE, document

ACCOUNT: Final = "bench"
SECONDS: Final = 15.0
PAUSE: Final = 0.1  # seconds between hostile requests
PAGE: Final = document("{ jobs(first: 50) { nodes { id name state } } viewer { username } }")


def main() -> None:
    """Measure, and print."""
    end_on_signals()
    with cluster() as database, tempfile.TemporaryDirectory() as folder:
        environment = os.environ | database.variables | Ours.environment
        environment["DJANGO_SETTINGS_MODULE"] = "backend.config.settings"
        manage = [sys.executable, "backend/manage.py"]
        subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environment, check=True)
        create = [*manage, "create_account", ACCOUNT, "--role", "operator", "--password-stdin"]
        subprocess.run(create, env=environment, input=ACCOUNT * 4, text=True, check=True)
        server = Server(Ours(), database, Path(folder))
        try:
            _compare(server)
        finally:
            server.stop()


def _compare(server: Server) -> None:
    credentials = {"input": {"username": ACCOUNT, "password": ACCOUNT * 4}}
    signed_in = json.loads(server.ask(graphql(LOG_IN, credentials)).body)
    headers = {
        "Authorization": f"Bearer {signed_in['data']['logIn']['session']['accessToken']}",
        "Content-Type": "application/json",
    }
    url = f"http://127.0.0.1:{server.port}/graphql"
    with httpx.Client(headers=headers, timeout=30) as neighbour:
        _latencies(neighbour, url, SECONDS / 3)  # warm
        _say("a neighbour alone", _latencies(neighbour, url, SECONDS))
        over = threading.Event()
        answered: list[float] = []
        attacker = threading.Thread(target=_attack, args=(url, headers, over, answered))
        attacker.start()
        _say("while hostile requests come", _latencies(neighbour, url, SECONDS))
        over.set()
        attacker.join()
        _say("the hostile requests themselves", answered)


def _attack(
    url: str, headers: dict[str, str], over: threading.Event, answered: list[float]
) -> None:
    with httpx.Client(headers=headers, timeout=30) as attacker:
        for body, *_ in itertools.cycle(HOSTILE.values()):
            begun = time.perf_counter()
            attacker.post(url, content=body)
            answered.append(time.perf_counter() - begun)
            if over.wait(PAUSE):
                return


def _latencies(client: httpx.Client, url: str, seconds: float) -> list[float]:
    taken = []
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        client.post(url, content=PAGE).raise_for_status()
        taken.append(time.perf_counter() - begun)
    return taken


def _say(what: str, taken: list[float]) -> None:
    cuts = statistics.quantiles(taken, n=100)
    p50, p95, p99 = (cuts[at - 1] * 1e3 for at in (50, 95, 99))
    sys.stdout.write(
        f"{what}: {len(taken):,} requests, p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, "
        f"longest {max(taken) * 1e3:.0f} ms\n"
    )


if __name__ == "__main__":
    main()
