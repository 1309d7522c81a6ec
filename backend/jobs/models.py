"""The tables. Their invariants are database constraints; their only writers are the services."""

from typing import Any, ClassVar, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.jobs.lifecycle import FINISHED, JobState
from backend.jobs.limits import KEY_LENGTH, MESSAGE_LENGTH, NAME_LENGTH

STATES = [(state.value, state.value) for state in JobState]


class Immutable(TypeError):
    """The code tried to change what never changes: a job's name, or an entry of a history."""


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs, whose names no update can reach."""

    def update(self, **values: Any) -> int:
        """Update as Django does, but refuse to touch the name."""
        if {"name", "name_folded"} & values.keys():
            msg = "a job's name never changes"
            raise Immutable(msg)
        return super().update(**values)


class Job(models.Model):
    """A job and, denormalised from its newest status record, the state it is in.

    A trigger in the database refuses a change of name too, whoever asks for it.
    """

    id = models.UUIDField(primary_key=True)  # backend.jobs.ids.mint: carries created_at
    name = models.CharField(max_length=NAME_LENGTH)
    name_folded = models.TextField()  # name.casefold(), so that a search means the same everywhere
    state = models.CharField(max_length=9, choices=STATES)
    state_changed_at = models.DateTimeField()
    version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    idempotency_key = models.CharField(max_length=KEY_LENGTH, null=True)  # noqa: DJ001 (unique)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="job_state_is_known", condition=Q(state__in=[s.value for s in JobState])
            ),
            models.CheckConstraint(name="job_version_counts_from_1", condition=Q(version__gte=1)),
            models.CheckConstraint(name="job_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="job_finished_at_iff_finished",
                condition=Q(state__in=sorted(FINISHED), finished_at__isnull=False)
                | (~Q(state__in=sorted(FINISHED)) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_running_has_started_at",
                condition=~Q(state=JobState.RUNNING) | Q(started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_times_in_order", condition=Q(state_changed_at__gte=F("created_at"))
            ),
            models.UniqueConstraint(
                name="job_key_once_per_creator",
                fields=["created_by", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
            ),
        ]
        # One index for each order offered, alone and behind one state; the primary key serves
        # the order of creation. Anything else that is offered reads through one of these.
        indexes: ClassVar = [
            models.Index(name="job_state_created", fields=["state", "id"]),
            models.Index(name="job_changed", fields=["state_changed_at", "id"]),
            models.Index(name="job_state_changed", fields=["state", "state_changed_at", "id"]),
            models.Index(name="job_creator_created", fields=["created_by", "id"]),
            models.Index(
                name="job_name_prefix", fields=["name_folded"], opclasses=["text_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save as Django does, but refuse a changed name."""
        if not self._state.adding and self.name != self.__dict__.get("_name_read", self.name):
            msg = "a job's name never changes"
            raise Immutable(msg)
        super().save(*args, **kwargs)
        self.__dict__["_name_read"] = self.name

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        """Remember the name, where it was read, to notice an attempt to change it."""
        job = super().from_db(*args, **kwargs)
        if "name" in job.__dict__:
            job.__dict__["_name_read"] = job.__dict__["name"]
        return job


class JobStatusQuerySet(models.QuerySet["JobStatus"]):
    """Entries of histories, which no update can reach."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse: histories are append-only."""
        msg = f"a history is append-only; not updated: {sorted(values)}"
        raise Immutable(msg)


class JobStatus(models.Model):
    """One entry of a job's history; all entries together are the log of all changes.

    `id` is taken from a sequence before the row commits, so the log may be read only up to the
    position that backend.jobs.horizon vouches for. A trigger refuses updates in the database too.
    """

    job = models.ForeignKey(Job, models.CASCADE, db_index=False, related_name="statuses")
    state = models.CharField(max_length=9, choices=STATES)
    previous_state = models.CharField(max_length=9, choices=STATES, null=True)  # noqa: DJ001
    message = models.CharField(max_length=MESSAGE_LENGTH, null=True)  # noqa: DJ001
    created_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    set_by_token = models.ForeignKey(  # the API token by which `set_by` did it; null: a session
        "accounts.ApiToken", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    idempotency_key = models.CharField(max_length=KEY_LENGTH, null=True)  # noqa: DJ001 (unique)

    objects = JobStatusQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="status_state_is_known", condition=Q(state__in=[s.value for s in JobState])
            ),
            models.CheckConstraint(
                name="status_is_a_change",
                condition=Q(previous_state__isnull=True) | ~Q(previous_state=F("state")),
            ),
            models.UniqueConstraint(
                name="status_key_once_per_job_and_account",
                fields=["job", "set_by", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="status_of_job", fields=["job", "id"]),
            models.Index(name="status_in_state", fields=["state", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.previous_state} -> {self.state}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change what was written."""
        if not self._state.adding:
            msg = "a history is append-only"
            raise Immutable(msg)
        super().save(*args, **kwargs)


class StateRollup(models.Model):
    """The one row that counts jobs per state, up to a position of the log (backend.jobs.counts)."""

    position = models.BigIntegerField(default=0)
    jobs = models.JSONField(default=dict)  # {state: jobs in it}
    entries = models.JSONField(default=dict)  # {state: log rows that entered it}

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="rollup_is_one_row", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return f"counts up to {self.position}"


class HourlyActivity(models.Model):
    """How many changes entered a state within an hour, up to the roll-up's position."""

    hour = models.DateTimeField()
    state = models.CharField(max_length=9, choices=STATES)
    entered = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="activity_once_per_hour", fields=["hour", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}h {self.state}: {self.entered}"
