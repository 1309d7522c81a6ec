"""Break everything under full load and judge every call: `python -m tests.chaos`, MINUTES=10."""

import os
import sys
from functools import partial

from backend.dev.processes import end_on_signals
from tests.chaos.record import Outcome
from tests.chaos.run import Fault, Report, run
from tests.chaos.scene import Scene

CLIENTS = 12
# The second half is load alone, in which memory has to stay where it is.
PLAN = (
    Fault(0.05, "server killed", partial(Scene.kill_server, number=0, seconds=3)),
    Fault(0.10, "connections cut", Scene.cut_connections),
    Fault(0.15, "PostgreSQL crashed", partial(Scene.crash_database, seconds=10)),
    Fault(0.25, "connections cut", Scene.cut_connections),
    Fault(0.30, "server killed", partial(Scene.kill_server, number=1, seconds=3)),
    Fault(0.35, "disk full", partial(Scene.fill_disk, seconds=5)),
    Fault(0.45, "connections cut", Scene.cut_connections),
)


def main() -> int:
    """Run for MINUTES; the exit code says whether every call came true and memory stayed flat."""
    text = os.environ.get("MINUTES") or "10"
    try:
        seconds = float(text) * 60
    except ValueError:
        sys.stderr.write(f"MINUTES must be a number, not {text!r}.\n")
        return 2
    end_on_signals()
    report = run(seconds, PLAN, clients=CLIENTS)
    sys.stdout.write(told(report))
    return 1 if report.complaints or not all(each.flat for each in report.memory) else 0


def told(report: Report) -> str:
    """The report, for a person."""
    outcomes = report.outcomes
    asked = sum(outcomes.values())
    acknowledged = sum(
        bool(call.outcomes() & {Outcome.CREATED, Outcome.CHANGED}) for call in report.calls
    )
    lines = [
        f"{asked:,} calls in {report.seconds:.0f} s, {asked / report.seconds:.0f} a second",
        *(f"  {outcome}: {outcomes[outcome]:,}" for outcome in Outcome if outcomes[outcome]),
        *(f"    {code}: {number:,}" for code, number in report.codes.most_common()),
        f"{len(report.found.jobs):,} jobs, {len(report.found.log):,} entries of their histories",
        f"{acknowledged:,} acknowledged writes, each held against the log",
        "seconds until every server wrote again:",
        *(
            f"  {fault}: {', '.join(f'{seconds:.1f}' for seconds in found)}"
            for fault, found in report.recoveries.items()
        ),
        *([] if report.disk_full else ["  disk full: not tried, no file system can be mounted"]),
        f"slowest answer or failure: {report.slowest:.1f} s",
        f"followers came back {' and '.join(map(str, report.returns))} times",
        *(f"server {number}: {each}" for number, each in enumerate(report.memory)),
        f"complaints: {len(report.complaints)}",
        *(f"  {complaint}" for complaint in report.complaints[:20]),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
