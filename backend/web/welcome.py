"""What `/` shows where the front end was not built: the way to the API."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Jobtrail</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
  body { max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }
  h1 { font-size: 1.6rem; margin: 0 0 .5rem }
</style>
<h1>Jobtrail</h1>
<p>The server is running. The dashboard has not been built here, but the
<a href="/graphql">GraphQL API</a> is ready.</p>
</html>
"""


@require_safe
async def welcome(_request: HttpRequest) -> HttpResponse:
    """A short page that links to the API."""
    return HttpResponse(
        PAGE, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    )
