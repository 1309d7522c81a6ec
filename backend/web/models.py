"""What all processes of the HTTP face have to share."""

from typing import ClassVar

from django.db import models


class RateBucket(models.Model):
    """How far a caller has used up its points: see backend.web.rate.

    No row means that the bucket is full. Addresses stand here as keyed digests.
    """

    key = models.CharField(max_length=80, primary_key=True)
    full_at = models.BigIntegerField()  # microseconds since 1970

    class Meta:
        indexes: ClassVar = [models.Index(name="rate_bucket_full_at", fields=["full_at"])]

    def __str__(self) -> str:
        return f"bucket of {self.key}"
