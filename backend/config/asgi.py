"""The ASGI application that the server runs: `uvicorn backend.config.asgi:application`."""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
django.setup(set_prefix=False)

from backend.web.site import application as site  # noqa: E402 (needs the settings)

application = site(front_end=settings.ROOT / "frontend" / "dist")
