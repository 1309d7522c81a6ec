"""The ASGI application that the server runs: `uvicorn backend.config.asgi:application`."""

import gc
import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
django.setup(set_prefix=False)

# Both need the settings. The URLs build the schema: at start, so that no request waits for it and
# a broken one never serves.
import backend.config.urls  # noqa: E402, F401
from backend.web.site import application as site  # noqa: E402
from schema.executor import engine  # noqa: E402

application = site(front_end=settings.ROOT / "frontend" / "dist", engine=engine)

# What was loaded at start is never garbage: the collector need not look through it again.
gc.collect()
gc.freeze()
