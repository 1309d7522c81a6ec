"""Answers for requests that no view answered: no such path, a broken request, a fault of ours."""
# ruff: noqa: ARG001 (Django hands over both arguments, under these names)

import logging

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from backend.web.django_responses import response_of
from backend.web.refusals import error_answer, internal_error

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400: the request can not be understood."""
    return response_of(error_answer(400, "BAD_REQUEST", "The request can not be understood."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """403: the caller may not do that."""
    return response_of(error_answer(403, "FORBIDDEN", "This is not allowed."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """404: there is nothing at that path."""
    return response_of(error_answer(404, "NOT_FOUND", "There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponseBase:
    """500: an unexpected exception, which Django has logged with its trace just before."""
    error_id, answer = internal_error()
    logger.error("Internal error %s", error_id)
    return response_of(answer)
