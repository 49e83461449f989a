"""Settings of every process. Each comes from the environment, with a type and a default.

`portal` serves people in production; `sandbox` adds the synthetic world; `test` is stricter than both.
"""

import os
from pathlib import Path
from typing import Any

import environ

from carnet.platform.postgres.target import resolve

env = environ.Env()

CARNET_HOME = Path(env.str("CARNET_HOME", default="var")).resolve()
CARNET_ROLE = env.str("CARNET_ROLE", default="app")  # which database role this process is
CARNET_KEY_FILE = Path(env.str("CARNET_KEY_FILE", default=str(CARNET_HOME / "keys" / "carnet.keys")))
CARNET_BLOBS = env.str("CARNET_BLOBS", default=str(CARNET_HOME / "blobs"))
CARNET_BASE_URL = env.str("CARNET_BASE_URL", default="http://127.0.0.1:8000")
CARNET_API_URL = env.str("CARNET_API_URL", default="http://localhost:8001")  # where software finds us
CARNET_API_CALLS_PER_MINUTE = env.int("CARNET_API_CALLS_PER_MINUTE", default=12_000)  # of one client
CARNET_CALLS = ""  # who hears of each call of software (carnet.platform.calls): a dotted path, or nobody
CARNET_POST = "carnet.platform.smtp.SmtpAdapter"
CARNET_SMTP_URL = env.str("CARNET_SMTP_URL", default="smtp://127.0.0.1:25")
CARNET_MAIL_FROM = env.str("CARNET_MAIL_FROM", default="ne-pas-repondre@carnet.invalid")
CARNET_LETTERS = env.str("CARNET_LETTERS", default=str(CARNET_HOME / "letters"))  # for the printer
CARNET_GROWTH_CURVES = env.str("CARNET_GROWTH_CURVES", default="")  # reference curves (docs/measures.md)
CARNET_MATRIX = env.str("CARNET_MATRIX", default="")  # another matrix of habilitation (docs/access.md)
CARNET_INTERESTS = env.str("CARNET_INTERESTS", default="")  # what each profession looks for (docs/pro.md)
CARNET_GUARD_BASELINE = env.str("CARNET_GUARD_BASELINE", default="")  # starting baselines (docs/guard.md)
CARNET_METRICS_TOKEN = env.str("CARNET_METRICS_TOKEN", default="")  # empty: this machine only
CARNET_CLAMD = env.str("CARNET_CLAMD", default="")  # antivirus: a socket’s path or host:port; empty: none
CARNET_CLOCK_MOVABLE = False
CARNET_SANDBOX = False
CARNET_HASHES_AT_ONCE = 2  # argon2id costs 19 MiB and a core: more at once would starve the pages
CARNET_ERASURE_DELAY_DAYS = env.int("CARNET_ERASURE_DELAY_DAYS", default=30)  # never more than three months
# reverse proxies in front, by address: whom X-Forwarded-For is believed from
CARNET_TRUSTED_PROXIES = tuple(env.list("CARNET_TRUSTED_PROXIES", default=[]))
# in which header they pass a client’s certificate, URL-encoded PEM (docs/software.md); empty: none does
CARNET_CLIENT_CERT_HEADER = env.str("CARNET_CLIENT_CERT_HEADER", default="")
CARNET_TRUSTED_OIDS: tuple[str, ...] = ("1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9")  # INS-NIR, INS-NIA
CARNET_FRANCECONNECT_ISSUER = env.str("CARNET_FRANCECONNECT_ISSUER", default="")
CARNET_FRANCECONNECT_CLIENT_ID = env.str("CARNET_FRANCECONNECT_CLIENT_ID", default="")
CARNET_FRANCECONNECT_CLIENT_SECRET = env.str("CARNET_FRANCECONNECT_CLIENT_SECRET", default="")
CARNET_PSC_ISSUER = env.str("CARNET_PSC_ISSUER", default="")
# where Pro Santé Connect describes itself; empty: the name that it uses, below its issuer (docs/psc.md)
CARNET_PSC_DISCOVERY_URL = env.str("CARNET_PSC_DISCOVERY_URL", default="")
CARNET_PSC_CLIENT_ID = env.str("CARNET_PSC_CLIENT_ID", default="")
CARNET_PSC_CLIENT_SECRET = env.str("CARNET_PSC_CLIENT_SECRET", default="")

DEBUG = False
SECRET_KEY = env.str("CARNET_SECRET_KEY", default="")
# "localhost" always: by this name our own supervisor asks whether the portal is ready
ALLOWED_HOSTS = [*env.list("CARNET_HOSTS", default=["127.0.0.1"]), "localhost"]

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
    "carnet.platform",
    "carnet.journal",
    "carnet.terminology",
    "carnet.people",
    "carnet.directory",
    "carnet.notices",
    "carnet.enrolment",
    "carnet.access",
    "carnet.documents",
    "carnet.profile",
    "carnet.measures",
    "carnet.histories",
    "carnet.papers",
    "carnet.exports",
    "carnet.summaries",
    "carnet.support",
    "carnet.ui",
    "carnet.portal",
    "carnet.pro",
    "carnet.desk",
    "carnet.fhir_api",
    "carnet.config",
    "procrastinate.contrib.django",  # after the rooms: it takes the jobs that they registered
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

MIDDLEWARE = [
    "carnet.platform.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "carnet.platform.middleware.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "carnet.people.middleware.VisitorMiddleware",
    "carnet.pro.middleware.ProfessionalMiddleware",
]

ROOT_URLCONF = "carnet.config.urls"
WSGI_APPLICATION = "carnet.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "carnet.portal.context.page",
            ],
        },
    },
]

DATABASES = {"default": resolve(os.environ, CARNET_HOME).django(CARNET_ROLE)}
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
# the design system's built files are taken from its package, only those that the pages use
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "carnet.ui.stylesheet.DesignSystemFinder",
]
STATIC_ROOT = CARNET_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "frame-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 6_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 25
# What is sent stays in memory, bounded by BodyLimitMiddleware: no file of health is ever written in clear.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 100_000_000
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING_CONFIG = None  # carnet.platform.logging configures structlog
