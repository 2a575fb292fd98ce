"""All settings, top to bottom. Everything that an installation may change is read from the environment, typed.

`.env.example` lists each variable; a test compares. What staff change while the product runs is data, not settings.
"""

from pathlib import Path
from urllib.parse import urlparse

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from helpdesk.content_security import STRICT
from helpdesk.core.env import Env
from helpdesk.core.hosts import is_this_machine
from helpdesk.schedule import beat_schedule
from helpdesk.theme import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env(dotenv=BASE_DIR / ".env")

# --- The place -------------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
INSECURE_SECRET_KEY = "insecure-development-key-never-for-production"  # noqa: S105 - refused below
SECRET_KEY = env.str("SECRET_KEY", default=INSECURE_SECRET_KEY if DEBUG else "")
if not SECRET_KEY or (not DEBUG and SECRET_KEY == INSECURE_SECRET_KEY):
    raise ImproperlyConfigured("SECRET_KEY is not set. Set it to a long random value, or start with ./run.")

SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# Addresses that staff type in (calendar feeds, webhooks) are asked on public hosts only, and on these, as host:port.
FETCH_PRIVATE_HOSTS = env.list("FETCH_PRIVATE_HOSTS", default=[])
# Whether strangers can come. Then neither code and settings nor accounts with a published password are shown to them.
IS_PUBLIC = not all(is_this_machine(host) for host in [urlparse(SITE_URL).hostname or "", *ALLOWED_HOSTS])
if DEBUG and IS_PUBLIC:
    raise ImproperlyConfigured(
        "DEBUG shows code and settings to whoever comes: set DEBUG=0, or SITE_URL and ALLOWED_HOSTS to this machine."
    )
EMBEDDED_SERVERS = env.bool("EMBEDDED_SERVERS", default=False)
# A desk full of invented people whose password is published. `helpdesk.demo.strangers` keeps to this machine, too.
DEMO = env.bool("DEMO", default=False)
if DEMO and (IS_PUBLIC or not (DEBUG or EMBEDDED_SERVERS)):
    raise ImproperlyConfigured(
        "DEMO opens accounts with a published password: it is for this machine alone, started by ./run. Set DEMO=0."
    )
PROXY_COUNT = env.int("PROXY_COUNT", default=0, minimum=0)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))

# --- What it is made of ----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Before the admin, whose templates it replaces; the variant that leaves the admin site to us.
    "unfold.apps.BasicAppConfig",
    "helpdesk.admin_site.HelpdeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "csp",
    "channels",
    "rest_framework",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "helpdesk.core",
    "teams",
    "tickets",
    "escalation",
    "notifications",
    "helpdesk.analytics",
    "helpdesk.demo",
    "helpdesk.demo.outbox",
    "helpdesk.operations",
    "helpdesk.beginning",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "helpdesk.content_security.ContentSecurityMiddleware",
    "helpdesk.demo.strangers.StrangersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "helpdesk.core.client_address.ClientAddressMiddleware",
    "helpdesk.core.logging.RequestIdMiddleware",
    "helpdesk.core.api_door.ApiDoorMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tickets.portal.reader.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
ASGI_APPLICATION = "helpdesk.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Truth: PostgreSQL -----------------------------------------------------------------------------------------------

STATEMENT_TIMEOUT = env.int("STATEMENT_TIMEOUT_SECONDS", default=5)
DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"] |= {
    # Under ASGI a kept connection leaks with its thread: none is kept, the pool lends them.
    "CONN_MAX_AGE": 0,
    "ATOMIC_REQUESTS": False,
}
DATABASES["default"]["OPTIONS"] |= {
    # What helpdesk.core.statements runs is planned once a connection, whatever its values: it looks rows up by key.
    "prepare_threshold": 2 if env.bool("DATABASE_PREPARED_STATEMENTS", default=True) else None,
    "pool": {"min_size": 0, "max_size": env.int("DATABASE_POOL_SIZE", default=8), "timeout": 10},
    "options": (
        f"-c statement_timeout={STATEMENT_TIMEOUT}s -c lock_timeout=2s"
        " -c idle_in_transaction_session_timeout=15s -c timezone=UTC -c plan_cache_mode=force_generic_plan"
    ),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Hints: Redis. It carries only what may be lost. -----------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")


def _broker_url(url: str) -> str:
    """Celery spells a socket `redis+socket://`; everybody else spells it `unix://`."""
    parts = urlparse(url)
    return f"redis+socket://{parts.path}" if parts.scheme == "unix" else url


CHANNEL_LAYERS = {
    "default": {
        # The pub/sub layer: none of a burst of 400 was dropped, where the queue-based one dropped two thirds.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [
                {"address": REDIS_URL, "max_connections": 5000, "socket_timeout": None, "socket_connect_timeout": 2}
            ],
            "prefix": "helpdesk",
        },
    }
}

CELERY_BROKER_URL = _broker_url(REDIS_URL)
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the time limit: a task is given to a second worker only when the first is surely gone.
    "visibility_timeout": 300,
    "global_keyprefix": "helpdesk:",
    # Without these a publish waits for ever on a half-open socket.
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "socket_keepalive": True,
    "max_retries": 0,
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SYNC_EVERY = 1
CELERY_BEAT_SCHEDULE = beat_schedule()
# Two kinds of worker: `pulse` keeps promises (relay, sweeps) and is never blocked by `work` (mail and everything slow).
CELERY_TASK_DEFAULT_QUEUE = "work"

# --- People ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "teams.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["teams.sign_in.backend.SignInBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:tickets"
# A mailed link to choose a password is good for a day. It proves the address: nobody has a password without it.
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_ADAPTER = "teams.sign_in.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:welcome"
# Its limits count in a cache that Redis may lose. Ours count in PostgreSQL: teams.limits, teams.sign_in.backend.
ACCOUNT_RATE_LIMITS = False
# For whoever asks to stay signed in, and for guests; else a session ends with the browser.
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": STRICT}
if SITE_URL.startswith("https://"):
    # None of our servers speaks TLS: a proxy does, says so in this header, and lets nobody else say it.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    # Asked by supervisors and Prometheus past the proxy.
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000, minimum=0)
    # What else lives below the domain, and whether browsers ship its name, is not ours to decide.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "helpdesk" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Berlin")

# --- Files and pages -------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# After `collectstatic`, as in the image; elsewhere the finders serve each file under its own name.
STATIC_COLLECTED = env.bool("STATIC_COLLECTED", default=False)
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
_static_storage = (
    "helpdesk.static_storage.CollectedStorage"
    if STATIC_COLLECTED
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
MAX_ATTACHMENT_BYTES = 20 * 1024 * 1024
MAX_ATTACHMENTS_PER_MESSAGE = 10
MAX_DESCRIPTION_CHARACTERS = 200_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Mail out --------------------------------------------------------------------------------------------------------

# Not set: the server that an administrator has tried and saved, until then files in the data folder.
EMAIL_BACKEND = "helpdesk.core.mail_out.connection"
if env.str("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL", default=""))
EMAIL_TIMEOUT = 20
if DEMO and not is_this_machine(vars().get("EMAIL_HOST", "localhost")):
    raise ImproperlyConfigured("EMAIL_URL names another machine, and no mail of the demo leaves this one: unset it.")
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="Helpdesk <helpdesk@localhost>")

# --- Text messages out -----------------------------------------------------------------------------------------------

SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", default="")
if DEMO and SMS_GATEWAY_URL and not is_this_machine(urlparse(SMS_GATEWAY_URL).hostname or ""):
    raise ImproperlyConfigured(
        "SMS_GATEWAY_URL names another machine, and no message of the demo leaves this one: unset it."
    )

# --- API -------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "teams.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["helpdesk.core.parsing.BoundedJSONParser", "rest_framework.parsers.MultiPartParser"],
    # An OPTIONS request tells nothing that the schema does not, and `?format=` would be one more unknown parameter.
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "helpdesk.core.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "helpdesk.core.problems.problem_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Helpdesk API",
    "DESCRIPTION": "Tickets that find their person, get their promise, escalate and tell everyone.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "helpdesk.core.schema.describe_refusals",
    ],
    "ENUM_NAME_OVERRIDES": {
        "PriorityEnum": "tickets.api.fields.PRIORITY_SLUGS",
        "StatusEnum": "tickets.lifecycle.Status",
        "ChannelEnum": "tickets.models.Channel",
    },
}

# --- What the product promises of itself -----------------------------------------------------------------------------

ESCALATION_LEVEL_DISTANCE_MINUTES = env.int("ESCALATION_LEVEL_DISTANCE_MINUTES", default=15)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# --- Logs ------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = env.choice("LOG_FORMAT", choices=("json", "console"), default="json")
LOGGING_CONFIG = "helpdesk.core.logging.configure"
LOGGING = {"level": LOG_LEVEL, "format": LOG_FORMAT}
