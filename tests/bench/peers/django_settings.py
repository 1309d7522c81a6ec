"""Settings of the two peers on Django: our models and database, nothing else of ours."""

import os
from typing import Any

from backend.config.settings import (
    AUTH_USER_MODEL,
    DATABASES,
    DEFAULT_AUTO_FIELD,
    JWT_KEY,
    JWT_KEYS_RETIRED,
)

__all__ = [
    "AUTH_USER_MODEL",
    "DATABASES",
    "DEFAULT_AUTO_FIELD",
    "JWT_KEY",
    "JWT_KEYS_RETIRED",
]

DEBUG = False
SECRET_KEY = "protects nothing"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = os.environ["BENCH_URLS"]  # which of the two
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "backend.accounts",
    "backend.jobs",
    "rest_framework" if ROOT_URLCONF.endswith("drf_app") else "strawberry_django",
]
MIDDLEWARE: list[str] = ["django.middleware.common.CommonMiddleware"]
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR"}},
}
