"""Settings, all in one file. What differs between installations comes from the environment; see docs/drift.md."""

import os

import pghistory
from csp.constants import NONE, SELF

from roros import environment, postgres

BASE_DIR = environment.PROJECT

# -- The installation
DEBUG = environment.flag("DEBUG", default=False)
SECRET_KEY = environment.secret_key()
ALLOWED_HOSTS = [*environment.words("ALLOWED_HOSTS", "localhost"), "127.0.0.1"]  # the last one for health checks
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
HTTPS = environment.flag("HTTPS", default=False)  # the site is reached over https, by a proxy in front or by itself
MUNICIPALITY_NAME = os.environ.get("MUNICIPALITY_NAME", "Røros")

# -- The house
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # its templates; ours come first
    "django_tables2",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "pgtrigger",
    "pghistory",
    "roros",
    "budget",
    "investments",
    "hr",
    "climate",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pghistory.middleware.HistoryMiddleware",  # tells the history triggers who is writing
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # closed by default; public pages say login_not_required
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "roros.urls"
WSGI_APPLICATION = "roros.wsgi.application"
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
                "roros.context_processors.house",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # our words in lists without a choice

# -- The database: manage.py, the launcher and pytest set DATABASE_URL to the embedded server when it is not set
DATABASES = {
    "default": {
        **postgres.parse_url(os.environ.get("DATABASE_URL") or "postgresql://roros@127.0.0.1/roros"),
        "CONN_MAX_AGE": environment.number("CONN_MAX_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
READER_STATEMENT_TIMEOUT = environment.number(
    "READER_STATEMENT_TIMEOUT", 5_000
)  # milliseconds, for pages that only read

# -- History of registers: see roros/history.py
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()  # who and why stand on the row itself
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# -- Users
AUTH_USER_MODEL = "roros.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "roros.password_rules.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# -- Language and time
LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Bokmål")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Oslo"

# -- Static files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # uploads are rows in PostgreSQL, never files
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# -- Security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_AGE = environment.number("SESSION_COOKIE_AGE", 12 * 60 * 60)
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_PROXY", default=False) else None
)
SECURE_REDIRECT_EXEMPT = [r"^helse/"]  # health checks come from inside, over http
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],  # icons in the style sheet of Designsystemet, and the picture plotly.js measures by
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# -- E-mail: reminders in reporting rounds; written on the console until EMAIL_URL names a server
_MAIL = environment.mail_server(os.environ.get("EMAIL_URL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _MAIL else 'console'}.EmailBackend"
if _MAIL:
    EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.starttls, _MAIL.tls
EMAIL_TIMEOUT = 10  # seconds: a server that does not answer must not hold the page
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM") or "roros-i-tall@localhost"
PUBLIC_URL = (os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}").rstrip("/")

# -- Imports
IMPORT_MAX_BYTES = environment.number("IMPORT_MAX_BYTES", 100 * 1024 * 1024)
IMPORT_INLINE_BYTES = environment.number("IMPORT_INLINE_BYTES", 2 * 1024 * 1024)  # larger files go to the worker
IMPORT_READER_MEMORY_MB = environment.number("IMPORT_READER_MEMORY_MB", 1000)
IMPORT_READER_SECONDS = environment.number("IMPORT_READER_SECONDS", 30)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# -- Figures
PAGE_CACHE_MB = environment.number("PAGE_CACHE_MB", 32)  # pages of figures kept in memory by a web process; 0: none
DEVIATION_LIMIT_AMOUNT = environment.number("DEVIATION_LIMIT_AMOUNT", 500_000)  # kroner
DEVIATION_LIMIT_PERCENT = environment.number("DEVIATION_LIMIT_PERCENT", 3)
SMALL_GROUP = environment.number("SMALL_GROUP", 5)  # sick leave of fewer employees than this is not shown

# -- Logging
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
