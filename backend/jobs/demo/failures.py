"""How work goes wrong: messages as programs, schedulers and people really leave them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class Scene:
    """What a message can refer to: the job's number and name, its node, and when it happens."""

    random: Random
    number: int
    name: str
    node: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """A way to fail: how much of its time the job gets before (from, to), and what is left behind."""

    share_of_time: tuple[float, float]
    message: Callable[[Scene], str]


def _cuda_out_of_memory(scene: Scene) -> str:
    wanted = scene.random.choice([1.27, 2.44, 3.91, 5.86])
    free = round(wanted * scene.random.uniform(0.2, 0.8), 2)
    return (
        "Traceback (most recent call last):\n"
        '  File "/home/lab/train.py", line 214, in <module>\n'
        "    main()\n"
        '  File "/home/lab/train.py", line 167, in main\n'
        "    loss.backward()\n"
        f"torch.OutOfMemoryError: CUDA out of memory. Tried to allocate {wanted} GiB. "
        f"GPU 0 has a total capacity of 79.15 GiB of which {free} GiB is free."
    )


def _loss_is_nan(scene: Scene) -> str:
    step = scene.random.randrange(400, 60_000)
    return f"Loss is NaN at step {step:,}; last finite value {scene.random.uniform(2, 9):.4f}. Stopping."


def _killed_for_memory(scene: Scene) -> str:
    return (
        f"slurmstepd: error: Detected 1 oom_kill event in StepId={scene.number}.batch. "
        "Some of the step tasks have been OOM Killed.\n"
        "Exit code 137 (SIGKILL)."
    )


def _time_limit(scene: Scene) -> str:
    return (
        f"slurmstepd: error: *** JOB {scene.number} ON {scene.node} CANCELLED AT "
        f"{scene.at:%Y-%m-%dT%H:%M:%S} DUE TO TIME LIMIT ***"
    )


def _node_failure(scene: Scene) -> str:
    return (
        f"slurmstepd: error: *** JOB {scene.number} ON {scene.node} CANCELLED AT "
        f"{scene.at:%Y-%m-%dT%H:%M:%S} DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***"
    )


def _missing_file(scene: Scene) -> str:
    part = scene.random.choice(
        ["mesh.msh", "samples.csv", "reference.fa.fai", "shard-00017.parquet"]
    )
    return (
        "Traceback (most recent call last):\n"
        f'  File "/opt/pipelines/run.py", line {scene.random.randrange(31, 240)}, in load\n'
        "    with open(path, 'rb') as file:\n"
        f"FileNotFoundError: [Errno 2] No such file or directory: '/data/{scene.name}/{part}'"
    )


def _disk_full(scene: Scene) -> str:
    return f"OSError: [Errno 28] No space left on device: '/scratch/{scene.number}/out.tmp'"


def _diverged(scene: Scene) -> str:
    return (
        f"Solution diverged at iteration {scene.random.randrange(120, 9_000):,}: maximum Courant "
        f"number {scene.random.uniform(5.5, 80):.1f} exceeds 5.0\n"
        "Exit code 1."
    )


def _warehouse_down(_scene: Scene) -> str:
    return (
        'psycopg.OperationalError: connection to server at "warehouse.internal" (10.20.4.12), '
        "port 5432 failed: Connection refused\n"
        "\tIs the server running on that host and accepting TCP/IP connections?"
    )


def _schema_drift(scene: Scene) -> str:
    column = scene.random.choice(["customer_tier", "unit_price", "exported_at", "site_code"])
    return (
        "Traceback (most recent call last):\n"
        '  File "/opt/pipelines/etl/transform.py", line 88, in transform\n'
        f'    frame["total"] = frame["{column}"].astype("float64")\n'
        f"KeyError: '{column}'"
    )


def _tests_failed(scene: Scene) -> str:
    failed = scene.random.randrange(1, 5)
    test = scene.random.choice(
        ["test_round_trip", "test_timezones", "test_empty_batch", "test_retry"]
    )
    return (
        f"FAILED tests/test_export.py::{test} - AssertionError: assert 41 == 42\n"
        f"{failed} failed, {scene.random.randrange(380, 460)} passed in "
        f"{scene.random.uniform(40, 200):.2f}s"
    )


CUDA_OUT_OF_MEMORY: Final = Failure((0.01, 0.15), _cuda_out_of_memory)
LOSS_IS_NAN: Final = Failure((0.1, 0.8), _loss_is_nan)
KILLED_FOR_MEMORY: Final = Failure((0.2, 0.95), _killed_for_memory)
TIME_LIMIT: Final = Failure((1.6, 2.0), _time_limit)
NODE_FAILURE: Final = Failure((0.05, 0.95), _node_failure)
MISSING_FILE: Final = Failure((0.001, 0.02), _missing_file)
DISK_FULL: Final = Failure((0.3, 0.95), _disk_full)
DIVERGED: Final = Failure((0.05, 0.6), _diverged)
WAREHOUSE_DOWN: Final = Failure((0.005, 0.05), _warehouse_down)
SCHEMA_DRIFT: Final = Failure((0.05, 0.3), _schema_drift)
TESTS_FAILED: Final = Failure((0.5, 1.1), _tests_failed)
