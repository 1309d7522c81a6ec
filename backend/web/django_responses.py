"""Answers as Django's responses, and back."""

from http import HTTPStatus

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from backend.web.answer import Answer
from backend.web.event_stream import ServerSentEvents


class EventStreamResponse(StreamingHttpResponse):
    """The response that carries a stream past the middleware, to whoever sends it."""

    def __init__(self, events: ServerSentEvents) -> None:
        self.events = events
        super().__init__(events.chunks)


def response_of(answer: Answer) -> HttpResponseBase:
    """The response that says what the answer does."""
    response: HttpResponseBase = (
        HttpResponse(answer.body) if answer.stream is None else EventStreamResponse(answer.stream)
    )
    response.status_code = answer.status
    del response.headers["Content-Type"]  # one of Django's own, which a 304 must not have
    for name, value in answer.headers:
        if name == b"set-cookie":  # the one header that may come more than once
            response.cookies.load(value.decode("latin1"))
        else:
            response.headers[name.decode("ascii")] = value.decode("latin1")
    return response


def answer_of(response: HttpResponseBase) -> Answer:
    """The answer that says what the response does."""
    headers = [
        (name.lower().encode("ascii"), value.encode("latin1")) for name, value in response.items()
    ]
    headers += (
        (b"set-cookie", cookie.OutputString().encode("ascii"))
        for cookie in response.cookies.values()
    )
    if isinstance(response, EventStreamResponse):
        return Answer(response.status_code, headers, stream=response.events)
    body: bytes = response.content  # type: ignore[attr-defined]
    if "Content-Length" not in response and response.status_code != HTTPStatus.NOT_MODIFIED:
        headers.append((b"content-length", b"%d" % len(body)))
    return Answer(response.status_code, headers, body)
