"""Settings, read once from the environment. Every variable is listed in .env.example.

Development is the default and answers on loopback names only; `JOBTRAIL_ENV=production` (set in
the container image) refuses to start with a weak or missing secret.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
env = environ.Env()

# --- Which deployment -----------------------------------------------------------------------
ENVIRONMENT: str = env.str("JOBTRAIL_ENV", default="development")
if ENVIRONMENT not in {"development", "production"}:
    msg = f"JOBTRAIL_ENV must be development or production, not {ENVIRONMENT!r}"
    raise ImproperlyConfigured(msg)
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False  # Django's debug pages never belong on an API; development is told by PRODUCTION

# --- Secrets --------------------------------------------------------------------------------
SHORTEST_SECRET = 32


def secret(name: str) -> str:
    """A secret of at least 32 bytes; outside production a fixed, openly insecure one stands in."""
    value: str = env.str(name, default="")
    if not value and not PRODUCTION:
        return f"insecure-development-key:{name}:never-use-in-production"
    return strong(name, value)


def strong(name: str, value: str) -> str:
    """The value of a variable, where it can not be guessed."""
    if len(value.encode()) < SHORTEST_SECRET or len(set(value)) < SHORTEST_SECRET // 4:
        msg = f"{name} must be set to at least {SHORTEST_SECRET} random bytes in production"
        raise ImproperlyConfigured(msg)
    if value.startswith("insecure-"):
        msg = f"{name} is a development key"
        raise ImproperlyConfigured(msg)
    return value


SECRET_KEY = secret("JOBTRAIL_SECRET_KEY")
# Access tokens: the first signs and verifies, the others only verify (backend.accounts.keys).
JWT_KEY = secret("JOBTRAIL_JWT_KEY")
JWT_KEYS_RETIRED: list[str] = [
    strong("JOBTRAIL_JWT_KEYS_RETIRED", key)
    for key in env.list("JOBTRAIL_JWT_KEYS_RETIRED", default=[])
]
ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=14)

# --- Network --------------------------------------------------------------------------------
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS: list[str] = env.list(
    "JOBTRAIL_ALLOWED_HOSTS", default=[] if PRODUCTION else LOOPBACK
)
for host in ALLOWED_HOSTS:
    if PRODUCTION and ("*" in host or host.startswith(".")):
        msg = f"JOBTRAIL_ALLOWED_HOSTS names hosts one by one, not as {host!r}"
        raise ImproperlyConfigured(msg)
CORS_ALLOWED_ORIGINS: list[str] = env.list("JOBTRAIL_CORS_ORIGINS", default=[])
for origin in CORS_ALLOWED_ORIGINS:
    # Credentials are allowed, so each page that may use them is told exactly. "null" is what
    # sandboxed frames and local files send, whoever wrote them.
    if "*" in origin or not re.fullmatch(r"https?://[^/\s]+", origin):
        msg = f"JOBTRAIL_CORS_ORIGINS has origins such as https://jobs.example.org, not {origin!r}"
        raise ImproperlyConfigured(msg)
CORS_ALLOW_CREDENTIALS = bool(CORS_ALLOWED_ORIGINS)
CORS_URLS_REGEX = r"^/graphql/?$"
CORS_ALLOW_HEADERS = (*default_headers, "last-event-id", "x-request-id")
CORS_EXPOSE_HEADERS = (
    *("RateLimit", "RateLimit-Policy", "Retry-After"),
    *("Server-Timing", "X-Request-ID", "WWW-Authenticate"),
)
# How many reverse proxies in front append to X-Forwarded-For; 0: the header is ignored.
TRUSTED_PROXIES: int = env.int("JOBTRAIL_TRUSTED_PROXIES", default=0)
GRAPHIQL: bool = env.bool("JOBTRAIL_GRAPHIQL", default=not PRODUCTION)
INTROSPECTION: bool = env.bool("JOBTRAIL_INTROSPECTION", default=not PRODUCTION)
# Who has no account gets no further than signing in: not even a document is validated.
SIGN_IN_FIRST = PRODUCTION
# Documents that may be named by their SHA-256 instead of being sent; and whether no others are run.
TRUSTED_DOCUMENTS: str = env.str(
    "JOBTRAIL_TRUSTED_DOCUMENTS", default=str(ROOT / "frontend" / "trusted-documents.json")
)
TRUSTED_DOCUMENTS_ONLY: bool = env.bool("JOBTRAIL_TRUSTED_DOCUMENTS_ONLY", default=False)
DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
# Streams that one account may have open on one server process.
STREAMS_PER_ACCOUNT: int = env.int("JOBTRAIL_STREAMS_PER_ACCOUNT", default=50)
# Operations that may be under way on one WebSocket.
OPERATIONS_PER_SOCKET: int = env.int("JOBTRAIL_OPERATIONS_PER_SOCKET", default=20)
# Points that a caller may spend in a minute, as schema.limits counts them; 0: any number.
RATE_POINTS_PER_MINUTE: int = env.int(
    "JOBTRAIL_RATE_POINTS_PER_MINUTE", default=100_000 if PRODUCTION else 1_000_000
)
if RATE_POINTS_PER_MINUTE < 0:
    msg = "JOBTRAIL_RATE_POINTS_PER_MINUTE must not be below 0"
    raise ImproperlyConfigured(msg)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0

# --- What operators see ---------------------------------------------------------------------
# A line of JSON for each request (backend.web.request_log).
REQUEST_LOG: bool = env.bool("JOBTRAIL_REQUEST_LOG", default=PRODUCTION)
# Whoever bears it may read /metrics from anywhere; without one, only this machine may.
METRICS_TOKEN: str = env.str("JOBTRAIL_METRICS_TOKEN", default="")
if PRODUCTION and METRICS_TOKEN:
    strong("JOBTRAIL_METRICS_TOKEN", METRICS_TOKEN)
# Where several server processes add up what they count; the name is prometheus-client's own.
METRICS_FOLDER: str = env.str("PROMETHEUS_MULTIPROC_DIR", default="")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "backend.web.log_lines.JSONLines"},
        "as it is": {"format": "{message}", "style": "{"},
    },
    "handlers": {
        "errors": {
            "class": "logging.StreamHandler",
            **({"formatter": "json"} if PRODUCTION else {}),
        },
        "requests": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "as it is",
        },
        "audit": {"class": "logging.StreamHandler", "formatter": "as it is"},
    },
    "loggers": {
        "jobtrail.request": {"handlers": ["requests"], "level": "INFO", "propagate": False},
        "jobtrail.audit": {"handlers": ["audit"], "level": "INFO", "propagate": False},
        "django.request": {"level": "ERROR"},  # what a client did wrong is in the line above
    },
    "root": {"handlers": ["errors"], "level": "WARNING"},
}

# --- The application ------------------------------------------------------------------------
# Pages for administrators at /admin/ (backend.admin).
ADMIN: bool = env.bool("JOBTRAIL_ADMIN", default=not PRODUCTION)
ADMIN_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.sessions",
    "django.contrib.messages",
]
INSTALLED_APPS = [
    *(ADMIN_APPS if ADMIN else []),
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "corsheaders",
    "backend.accounts",
    "backend.jobs",
    "backend.web",
]
# Only what runs on the event loop: Django's SecurityMiddleware hops to a thread twice for each
# request, 0.25 ms and more; backend.web.headers sets the same headers from the same settings.
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
SILENCED_SYSTEM_CHECKS = [
    "security.W001",  # no SecurityMiddleware: see above
    "security.W002",  # no XFrameOptionsMiddleware: backend.web.headers
    "security.W003",  # no CsrfViewMiddleware: no form, JSON only, and a SameSite=Strict cookie
    # The admin pages carry their middleware with them: backend.admin.site.
    *("admin.E408", "admin.E409", "admin.E410"),
]
ROOT_URLCONF = "backend.config.urls"
ASGI_APPLICATION = "backend.config.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
# Cookies are the admin pages' alone.
SESSION_COOKIE_NAME = "jobtrail_admin"
SESSION_COOKIE_AGE = 60 * 60  # seconds without a visit
SESSION_SAVE_EVERY_REQUEST = True
CSRF_COOKIE_NAME = "jobtrail_csrf"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

# --- Accounts -------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Database: PostgreSQL where POSTGRES_* says so, else one SQLite file ----------------------
POSTGRES = any(env.str(f"POSTGRES_{part}", default="") for part in ("HOST", "DB", "USER"))


def postgres() -> dict[str, Any]:
    """PostgreSQL, through psycopg's pool: a fresh connection costs 5 ms of the server's CPU."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": env.str("POSTGRES_HOST", default="localhost"),
        "PORT": env.str("POSTGRES_PORT", default="5432"),
        "NAME": env.str("POSTGRES_DB", default="jobtrail"),
        "USER": env.str("POSTGRES_USER", default="jobtrail"),
        "PASSWORD": env.str("POSTGRES_PASSWORD", default=""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # the pool hands out no connection that a restart has cut
        "OPTIONS": {
            "pool": {
                "min_size": env.int("POSTGRES_POOL_MIN", default=1),
                "max_size": env.int("POSTGRES_POOL_MAX", default=16),
                # Short, so that a request learns soon that the database is away, and the pool soon
                # that it is back: between its attempts it waits longer each time.
                "timeout": 3,
                "reconnect_timeout": 3,
            },
            "connect_timeout": 5,
            # Statements are prepared when they come often: parsed once for each connection.
            "server_side_binding": True,
            "prepare_threshold": 5 if env.bool("POSTGRES_PREPARE", default=True) else None,
            # A transaction left open holds back the counters and the log behind it.
            "options": "-c idle_in_transaction_session_timeout=30s -c timezone=UTC",
        },
    }


def sqlite() -> dict[str, Any]:
    """SQLite for one machine: readers never wait (WAL), writers queue instead of failing."""
    path = Path(env.str("JOBTRAIL_SQLITE_PATH", default=str(ROOT / "var" / "jobtrail.sqlite3")))
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


# Threads of a server process that talk to the database, each by a connection of its own; as many
# again hash passwords. 0: none, calls run in the request's thread (tests that roll back).
DATABASE_THREADS: int = env.int("JOBTRAIL_DATABASE_THREADS", default=6)

# Connections on which a server process's event loop asks PostgreSQL without a thread; 0: none.
DATABASE_WIRES: int = env.int("JOBTRAIL_DATABASE_WIRES", default=6) if POSTGRES else 0

DATABASES = {"default": postgres() if POSTGRES else sqlite()}
