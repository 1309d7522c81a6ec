"""Django's own ASGI application, for the two peers on Django."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.peers.django_settings")

application = get_asgi_application()
