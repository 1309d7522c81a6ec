"""The benchmark runs from end to end: every item, with all peers in Python, on few jobs."""

from pathlib import Path

import pytest

from tests.bench import report
from tests.bench.cluster import cluster
from tests.bench.compare import compare
from tests.bench.growth import grow
from tests.bench.peers.bare import Bare
from tests.bench.peers.drf import RestFramework
from tests.bench.peers.ours import Ours
from tests.bench.peers.stock_strawberry import CursorConnection, ListConnection
from tests.bench.work import ITEMS

JOBS = 1_500


@pytest.mark.postgres
def test_every_item_is_measured(tmp_path: Path) -> None:
    with cluster() as database:
        database.load(JOBS)
        results = compare(
            database,
            JOBS,
            [Ours(), Bare(), RestFramework(), ListConnection(), CursorConnection()],
            ITEMS,
            rounds=1,
            seconds=0.01,
            logs=tmp_path,
            writers=False,
            at_least=2,
        )
        ((jobs, counted),) = database.connection.execute(
            "SELECT count(*), (SELECT sum(value::int) FROM jobs_staterollup, jsonb_each_text(jobs))"
            " FROM jobs_job WHERE name NOT LIKE 'created-by-the-benchmark-%'"
        ).fetchall()
    assert (jobs, counted) == (JOBS, JOBS)
    measured = {item: sorted(peers) for item, peers in results["items"].items()}
    assert measured.pop("N2") == ["ours"]  # it alone keeps a roll-up by hour
    assert measured.pop("N1") in ([], ["ours"])  # ours alone, once it tells an ETag
    everybody = ["bare", "drf", "ours", "strawberry"]
    # The connection by cursors is another way to list, and changes nothing.
    lists = {"W1", "W2", "W3", "W4", "W9"}
    assert measured == {
        item: everybody + ["strawberry-cursor"] * (item in lists)
        for item in [f"W{number}" for number in range(1, 10)]
    }
    statements = {
        item: peers["bare"]["statements"]
        for item, peers in results["items"].items()
        if peers and "bare" in peers
    }
    assert statements == dict.fromkeys(("W1", "W2", "W3", "W4", "W5", "W8", "W9"), 1.0) | {
        "W6": 5.0,
        "W7": 4.0,
    }
    assert all(
        figures["server_ms"] > 0 and figures["database_ms"] > 0
        for peers in results["items"].values()
        for figures in peers.values()
    )
    assert len(report.targets_table(results)) > 1


@pytest.mark.postgres
def test_growth_is_measured(tmp_path: Path) -> None:
    items = [item for item in ITEMS if item.key in {"W1", "W6"}]
    with cluster() as database:
        grown = grow(database, [1_000, 1_200], items, rounds=1, seconds=0.01, folder=tmp_path)
    assert {item: list(sizes) for item, sizes in grown["items"].items()} == {
        "W1": ["1000", "1200"],
        "W6": ["1000", "1200"],
    }
    assert [row[0] for row in report.growth_table(grown)] == [
        "item",
        "W1 first 50 jobs",
        "W6 setJobStatus",
    ]
