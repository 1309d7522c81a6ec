"""Jobs by Django REST framework: serializers, a view set, cursor pagination."""
# It has no type information, and is installed beside the development dependencies.
# mypy: disable-error-code="import-not-found, misc, untyped-decorator"

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet
from django.urls import include, path
from rest_framework import mixins, routers, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from backend.jobs.models import Job, JobStatus
from tests.bench.peers import orm_writes


class StatusSerializer(serializers.ModelSerializer):
    class Meta:
        model = JobStatus
        fields: ClassVar = ["id", "state", "message", "created_at"]


class JobSerializer(serializers.ModelSerializer):
    class Meta:
        model = Job
        fields: ClassVar = ["id", "name", "state", "created_at", "state_changed_at"]
        read_only_fields: ClassVar = ["id", "state", "created_at", "state_changed_at"]

    def create(self, validated_data: dict[str, Any]) -> Job:
        return orm_writes.create_job(**validated_data)


class JobWithStatusesSerializer(JobSerializer):
    statuses = StatusSerializer(source="newest", many=True, read_only=True)

    class Meta(JobSerializer.Meta):
        fields: ClassVar = [*JobSerializer.Meta.fields, "statuses"]


class JobDetailSerializer(JobSerializer):
    class HistorySerializer(StatusSerializer):
        class Meta(StatusSerializer.Meta):
            fields: ClassVar = [*StatusSerializer.Meta.fields, "previous_state"]

    statuses = HistorySerializer(source="newest", many=True, read_only=True)

    class Meta(JobSerializer.Meta):
        fields: ClassVar = [
            *JobSerializer.Meta.fields,
            *("version", "started_at", "finished_at", "statuses"),
        ]


def _newest(number: int) -> "Prefetch[Any]":
    return Prefetch("statuses", JobStatus.objects.order_by("-id")[:number], to_attr="newest")


class MoveSerializer(serializers.Serializer):
    state = serializers.CharField()
    message = serializers.CharField(allow_null=True)


class JobPagination(CursorPagination):
    page_size = 50
    ordering = "-id"


class JobViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    viewsets.GenericViewSet,
):
    pagination_class = JobPagination

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        if self.action == "retrieve":
            return JobDetailSerializer
        if "statuses" in self.request.query_params:
            return JobWithStatusesSerializer
        return JobSerializer

    def get_queryset(self) -> QuerySet[Job]:
        asked = self.request.query_params
        jobs = Job.objects.all()
        if self.action == "retrieve":
            return jobs.prefetch_related(_newest(100))
        if "statuses" in asked:
            jobs = jobs.prefetch_related(_newest(int(asked["statuses"])))
        if states := asked.getlist("state"):
            jobs = jobs.filter(state__in=states)
        if "created_from" in asked:
            jobs = jobs.filter(
                created_at__gte=asked["created_from"], created_at__lt=asked["created_to"]
            )
        if "prefix" in asked:
            jobs = jobs.filter(name__istartswith=asked["prefix"])
        return jobs

    @action(detail=True, methods=["post"])
    def statuses(self, request: Request, pk: str) -> Response:
        wanted = MoveSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        entry = orm_writes.set_job_status(UUID(pk), **wanted.validated_data)
        return Response(
            {**StatusSerializer(entry).data, "job": JobSerializer(entry.job).data}, status=200
        )

    @action(detail=False)
    def counts(self, _request: Request) -> Response:
        by_state = Job.objects.values("state").annotate(count=Count("id")).order_by()
        return Response({"total": Job.objects.count(), "counts": list(by_state)})


router = routers.SimpleRouter()
router.register("jobs", JobViewSet, basename="job")
urlpatterns = [path("", include(router.urls))]
