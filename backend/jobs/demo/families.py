"""The kinds of work that a small research and machine learning team does, with their habits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from backend.jobs.demo import failures
from backend.jobs.demo.failures import Failure

CI: Final = "ci-bot"
SCHEDULER: Final = "scheduler"
MINUTES: Final = 60.0
HOURS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Campaign:
    """One occasion of submitting a family's jobs: when, and a choice that its names share."""

    at: datetime
    variant: str
    serial: int


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of job: what it is called, how it comes, how long it takes, how it fails.

    Durations are log-normal: `median` in seconds, `spread` the deviation of the logarithm. Of a
    campaign, `slots` jobs run at a time and the rest waits. Rates are shares of attempts.
    """

    weight: float  # how often a campaign is of this family
    people: tuple[str, ...]
    variants: tuple[str, ...]
    name: Callable[[Campaign, int], str]
    size: tuple[int, int]  # jobs in a campaign
    slots: int
    nodes: tuple[str, int]  # prefix and number of its nodes
    median: float
    spread: float
    fails: float
    cancels: float
    retries: float  # share of the failed that are tried again
    failures: Mapping[Failure, float]
    cancel_reasons: tuple[str, ...]
    summary: Callable[[Random], str | None] = lambda _random: None


RATES = ("1e-4", "3e-4", "1e-3", "3e-3")
CHROMOSOMES = tuple(f"chr{number}" for number in (*range(1, 23), "X", "Y"))

TRAINING: Final = Family(
    weight=2.4,
    people=("mei.chen", "jonas.weber", "priya.nair"),
    variants=("resnet50", "vit-b16", "unet-seg", "whisper-small", "gpt2-medium"),
    name=lambda campaign, index: (
        f"train-{campaign.variant}-lr{RATES[index % len(RATES)]}"
        f"-seed{campaign.serial % 7 * 10 + index // len(RATES)}"
    ),
    size=(1, 24),
    slots=8,
    nodes=("gpu-", 8),
    median=55 * MINUTES,
    spread=0.7,
    fails=0.17,
    cancels=0.08,
    retries=0.45,
    failures={
        failures.CUDA_OUT_OF_MEMORY: 5,
        failures.LOSS_IS_NAN: 3,
        failures.TIME_LIMIT: 1,
        failures.NODE_FAILURE: 0.6,
        failures.MISSING_FILE: 1,
    },
    cancel_reasons=(
        "Diverging: the loss has not moved for 40 epochs.",
        "Wrong learning rate, will submit again.",
        "Sweep stopped early: the best run is clear.",
    ),
    summary=lambda random: (
        f"Best validation accuracy {random.uniform(0.62, 0.94):.4f} at epoch {random.randrange(20, 90)}."
    ),
)
EVALUATION: Final = Family(
    weight=2.0,
    people=("mei.chen", "jonas.weber", "priya.nair"),
    variants=("resnet50", "vit-b16", "unet-seg", "whisper-small", "gpt2-medium"),
    name=lambda campaign, index: f"eval-{campaign.variant}-checkpoint-{(index + 1) * 5:03d}",
    size=(1, 8),
    slots=4,
    nodes=("gpu-", 8),
    median=4 * MINUTES,
    spread=0.5,
    fails=0.06,
    cancels=0.03,
    retries=0.5,
    failures={failures.MISSING_FILE: 3, failures.CUDA_OUT_OF_MEMORY: 1},
    cancel_reasons=("Checkpoint was overwritten.",),
    summary=lambda random: (
        f"Top-1 {random.uniform(0.6, 0.93):.4f}, top-5 {random.uniform(0.93, 0.99):.4f}."
    ),
)
FLOW: Final = Family(
    weight=1.6,
    people=("lucia.romero", "tomas.novak"),
    variants=("wing-re2e6", "wing-re5e6", "duct-elbow", "turbine-stage2", "hull-fn026"),
    name=lambda campaign, index: f"cfd-{campaign.variant}-{campaign.serial % 40 + index + 1:03d}",
    size=(2, 36),
    slots=10,
    nodes=("cpu-", 24),
    median=75 * MINUTES,
    spread=0.8,
    fails=0.12,
    cancels=0.06,
    retries=0.4,
    failures={
        failures.DIVERGED: 5,
        failures.TIME_LIMIT: 2,
        failures.KILLED_FOR_MEMORY: 1.5,
        failures.NODE_FAILURE: 0.7,
        failures.DISK_FULL: 0.5,
    },
    cancel_reasons=(
        "Mesh has inverted cells near the trailing edge.",
        "Boundary condition was wrong; the whole series goes again.",
    ),
    summary=lambda random: f"Converged after {random.randrange(1_200, 9_000):,} iterations.",
)
GENOMES: Final = Family(
    weight=1.3,
    people=("amara.okafor",),
    variants=("NA12878", "NA24385", "HG00514", "NA19240"),
    name=lambda campaign, index: (
        f"variant-calling-{campaign.variant}-{CHROMOSOMES[index % len(CHROMOSOMES)]}"
    ),
    size=(6, 24),
    slots=12,
    nodes=("cpu-", 24),
    median=22 * MINUTES,
    spread=0.45,
    fails=0.05,
    cancels=0.02,
    retries=0.75,
    failures={
        failures.KILLED_FOR_MEMORY: 4,
        failures.DISK_FULL: 1.5,
        failures.MISSING_FILE: 1,
        failures.NODE_FAILURE: 0.6,
    },
    cancel_reasons=("Reads were aligned to the wrong reference.",),
)
NOTEBOOKS: Final = Family(
    weight=5.0,
    people=("amara.okafor", "lucia.romero", "priya.nair", "sam.hughes", "tomas.novak"),
    variants=(
        "plot-figures",
        "clean-sensor-data",
        "bootstrap-ci",
        "fit-survival-model",
        "export-report",
    ),
    name=lambda campaign, index: (
        f"{campaign.variant}-{campaign.at:%m%d}-{campaign.serial % 90 + 10 + index}"
    ),
    size=(1, 3),
    slots=3,
    nodes=("cpu-", 24),
    median=3 * MINUTES,
    spread=1.1,
    fails=0.14,
    cancels=0.05,
    retries=0.35,
    failures={failures.MISSING_FILE: 3, failures.SCHEMA_DRIFT: 3, failures.KILLED_FOR_MEMORY: 1},
    cancel_reasons=("Not needed any more.", "Started twice by mistake."),
)
BUILDS: Final = Family(
    weight=9.0,
    people=(CI,),
    variants=("main", "main", "pr-412", "pr-418", "pr-421", "pr-427"),
    name=lambda campaign, index: (
        f"ci-{campaign.variant}-{campaign.serial * 2654435761 % (1 << 28):07x}-"
        f"{('unit', 'integration', 'docs')[index % 3]}"
    ),
    size=(2, 3),
    slots=3,
    nodes=("build-", 4),
    median=2.5 * MINUTES,
    spread=0.4,
    fails=0.11,
    cancels=0.06,
    retries=0.15,
    failures={failures.TESTS_FAILED: 6, failures.DISK_FULL: 0.4, failures.NODE_FAILURE: 0.2},
    cancel_reasons=("Superseded by a newer commit.",),
)
DAYTIME: Final = (TRAINING, EVALUATION, FLOW, GENOMES, NOTEBOOKS, BUILDS)

NIGHTLY: Final = Family(
    weight=0,
    people=(CI,),
    variants=("",),
    name=lambda campaign, index: (
        f"nightly-{('etl', 'backup', 'regression', 'reindex', 'report')[index]}-{campaign.at:%Y-%m-%d}"
    ),
    size=(5, 5),
    slots=2,
    nodes=("cpu-", 24),
    median=26 * MINUTES,
    spread=0.35,
    fails=0.1,
    cancels=0.0,
    retries=0.9,
    failures={
        failures.WAREHOUSE_DOWN: 3,
        failures.SCHEMA_DRIFT: 2,
        failures.DISK_FULL: 1,
        failures.TESTS_FAILED: 1,
    },
    cancel_reasons=("Maintenance window.",),
    summary=lambda random: f"{random.randrange(1_200_000, 4_800_000):,} rows loaded.",
)
