"""GraphiQL, the page on which a person tries the API in a browser.

Everything it loads lies in this package, so it works offline and lets no other host see a query.
"""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.html import json_script

from backend.web.answer import Answer
from backend.web.media_types import HTML

HERE = Path(__file__).parent
PREFIX = "static/graphiql/"
FOLDERS = (HERE / "vendor" / "graphiql", HERE / "static" / "graphiql")
EXAMPLES = HERE / "examples"

DEVELOPMENT_ACCOUNTS = ("viewer", "operator", "admin")

# The styles are inline because the page's editor and dialogs set their own; a style can not run.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>GraphiQL - Jobtrail</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/graphiql/graphiql.min.css">
<link rel="stylesheet" href="/static/graphiql/page.css">
<script defer src="/static/graphiql/react.production.min.js"></script>
<script defer src="/static/graphiql/react-dom.production.min.js"></script>
<script defer src="/static/graphiql/graphiql.min.js"></script>
<script type="module" src="/static/graphiql/page.js"></script>
</head>
<body>
<header class="bar">
  <a class="bar-brand" href="/">Jobtrail</a>
  <form class="bar-sign-in" hidden>
    <span class="bar-hint" hidden>Accounts:</span>
    <label><span>Username</span>
      <input name="username" placeholder="Username" autocomplete="username"
        autocapitalize="none" spellcheck="false" maxlength="150" required></label>
    <label><span>Password</span>
      <input name="password" placeholder="Password" type="password"
        autocomplete="current-password" required></label>
    <button>Sign in</button>
  </form>
  <div class="bar-signed-in" hidden>
    <span>Signed in as <strong></strong></span>
    <button type="button">Sign out</button>
  </div>
  <p class="bar-message" role="alert" hidden></p>
</header>
<main id="graphiql"><noscript>GraphiQL needs JavaScript.</noscript></main>
{examples}
{accounts}
</body>
</html>
"""


def page() -> Answer:
    """The page, under a policy that lets it load from and talk to this server alone."""
    html = _html(hint=not settings.PRODUCTION)
    return Answer.whole(html, HTML, headers={"Content-Security-Policy": POLICY})


@lru_cache
def examples() -> tuple[dict[str, str], ...]:
    """The documents that the page opens with, one a tab, with their variables as JSON."""
    return tuple(
        {
            "query": document.read_text("utf-8"),
            "variables": variables.read_text("utf-8") if variables.exists() else "",
        }
        for document in sorted(EXAMPLES.glob("*.graphql"))
        for variables in [document.with_suffix(".json")]
    )


@lru_cache
def _html(*, hint: bool) -> bytes:
    return PAGE.format(
        examples=json_script(examples(), "examples"),
        accounts=json_script(DEVELOPMENT_ACCOUNTS if hint else (), "accounts"),
    ).encode()
