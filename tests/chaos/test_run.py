"""Whatever breaks, every acknowledged write is there exactly once, in an order that can be told."""

from functools import partial

from tests.chaos.record import Outcome
from tests.chaos.run import Fault, run
from tests.chaos.scene import Scene

SECONDS = 3.0
PLAN = (
    Fault(0.10, "server killed", partial(Scene.kill_server, number=0, seconds=0.3)),
    Fault(0.30, "connections cut", Scene.cut_connections),
    Fault(0.40, "PostgreSQL crashed", partial(Scene.crash_database, seconds=0.3)),
    Fault(0.70, "disk full", partial(Scene.fill_disk, seconds=0.3)),
    Fault(0.85, "connections cut", Scene.cut_connections),
)


def test_through_every_fault_each_acknowledged_write_is_there_exactly_once() -> None:
    report = run(SECONDS, PLAN, clients=6)
    assert report.complaints == []
    expected = {"server killed": 1, "connections cut": 2, "PostgreSQL crashed": 1}
    if report.disk_full:
        expected["disk full"] = 1
    assert {fault: len(found) for fault, found in report.recoveries.items()} == expected
    assert report.outcomes.keys() == set(Outcome)
    assert report.returns[0] > 0
    assert len(report.found.log) > 100
