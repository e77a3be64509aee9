"""Settings, all from the environment. With nothing set this is a demonstration on the embedded server."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from trellis.service.audit.keys import AnchorKeys, TrailKeys, demonstration_key
from trellis.service.common.embedded_postgres import PROJECT, embedded_server
from trellis.service.common.encryption import DEMONSTRATION_KEYS, FieldKeys
from trellis.service.config import databases
from trellis.service.ui.jinja import template_settings

SERVICE = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("TRELLIS_VAR", PROJECT / "var"))

# demo: embedded server, invented people, sign-in without a password. production: everything real.
MODE = os.environ.get("TRELLIS_MODE", "demo")
if MODE not in {"demo", "test", "production"}:
    raise ImproperlyConfigured(f"TRELLIS_MODE is “{MODE}”: set it to demo, test or production.")
IS_DEMO = MODE == "demo"
IS_PRODUCTION = MODE == "production"


def required(name: str) -> str:
    """A variable that production cannot do without."""
    value = os.environ.get(name, "")
    if not value and IS_PRODUCTION:
        raise ImproperlyConfigured(f"{name} is not set: docs/how-to/run-in-production.md lists what production needs.")
    return value


SECRET_KEY = required("TRELLIS_SECRET_KEY") or "a-key-for-the-demonstration-and-tests-only"
if IS_PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("TRELLIS_SECRET_KEY is shorter than 50 characters: make a longer random one.")
DEBUG = False
ALLOWED_HOSTS = [host for host in required("TRELLIS_ALLOWED_HOSTS").split(",") if host] or [
    "localhost",
    "127.0.0.1",
    "testserver",
]

EMBEDDED = embedded_server("test" if MODE == "test" else "demo", durable=MODE != "test")
DATABASE_URL = required("TRELLIS_DATABASE_URL")
ADDRESSES = (
    {
        "default": DATABASE_URL,
        "owner": required("TRELLIS_OWNER_DATABASE_URL"),
        "steward": os.environ.get("TRELLIS_STEWARD_DATABASE_URL", ""),
    }
    if DATABASE_URL
    else databases.embedded(EMBEDDED)
)
DATABASES = databases.connections_for(ADDRESSES)
DATABASE_ROUTERS = ["trellis.service.access.router.OwnerMigrates", "trellis.service.access.router.CountersApart"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "trellis.service.common",
    "trellis.service.ui",
    "trellis.service.audit",
    "trellis.service.schemes",
    "trellis.service.access",
    "trellis.service.people",
    "trellis.service.work",
    "trellis.service.protection",
    "trellis.service.sharing",
    "trellis.service.record",
    "trellis.service.training",
    "trellis.service.selection",
    "trellis.service.casework",
    "trellis.service.needs",
    "trellis.service.plans",
    "trellis.service.caseload",
    "trellis.service.meetings",
    "trellis.service.priority",
    "trellis.service.intelligence",
    "trellis.service.feeds",
    "trellis.service.administration",
    "trellis.service.oversight",
    "trellis.service.home",
    *(["trellis.service.demo"] if not IS_PRODUCTION else []),
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "trellis.service.access.sign_in.apps.OwnSessionsConfig",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "trellis.service.access.middleware.OuterTransaction",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "trellis.service.access.sign_in.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "trellis.service.access.sign_in.middleware.SecondFactor",
    "trellis.service.access.middleware.ActorOfRequest",
    "trellis.service.administration.acting_for.OneAgency",
]

ROOT_URLCONF = "trellis.service.config.urls"
WSGI_APPLICATION = "trellis.service.config.wsgi.application"
TEMPLATES = template_settings(
    SERVICE,
    [
        "trellis.service.home.navigation.navigation",
        "trellis.service.access.sign_in.context.session_clock",
        "trellis.service.people.context.opening",
    ],
    # Not in production: what a process runs there is what was installed.
    compiled=None if IS_PRODUCTION else VAR / "templates",
)

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["trellis.service.access.sign_in.backend.PasswordBackend"]
LOGIN_URL = "demo:cast" if IS_DEMO else "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_FORMS = {
    "login": "trellis.service.access.forms.SignInForm",
    "change_password": "trellis.service.access.forms.PasswordForm",
}
ACCOUNT_ADAPTER = "trellis.service.access.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
# How many people's records one user opens in an hour, more than anybody reads; whoever needs more exports them.
MOST_RECORDS_AN_HOUR = int(os.environ.get("TRELLIS_RECORDS_AN_HOUR", "300"))
# Tries per minute (m), hour (h) or day (d), for an address on the network (ip), an account (key) or a user.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/m/ip,5/5m/key,100/d/key",
    "second_factor": "30/m/ip,5/5m/key,30/d/key",
    # Whoever tries makes no flood of letters to whoever is tried.
    "tries_told": "1/h/key",
    "welcome": "20/m/ip",
    # A calendar program asks every few minutes at most; who guesses at private addresses is stopped by the other.
    "calendar": "10/m/key",
    "calendar_unknown": "60/m/ip",
    "records": f"{MOST_RECORDS_AN_HOUR}/h/user",
}
# How many proxies in front add to X-Forwarded-For: the address of whoever asks is counted from the right.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRELLIS_PROXIES", "1" if IS_PRODUCTION else "0"))
MFA_ADAPTER = "trellis.service.access.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Keys for secrets at rest, in base64 and newest first; kept apart from the database.
try:
    FIELD_KEYS = FieldKeys.from_text(required("TRELLIS_FIELD_KEYS") or DEMONSTRATION_KEYS).keys
except ValueError as fault:
    raise ImproperlyConfigured(str(fault)) from fault
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_USER_DISPLAY = str
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "trellis.service.access.sign_in.passwords.NotGuessedSoon"},
    {"NAME": "trellis.service.access.sign_in.passwords.NotInBreaches"},
]
# Have I Been Pwned's download, ordered by hash; looked up in the file, so nothing leaves the machine.
BREACHED_PASSWORDS = os.environ.get("TRELLIS_BREACHED_PASSWORDS", "")
if BREACHED_PASSWORDS and not Path(BREACHED_PASSWORDS).is_file():
    raise ImproperlyConfigured(f"TRELLIS_BREACHED_PASSWORDS names {BREACHED_PASSWORDS}, which is not a file.")
# The link that an administrator sends opens an account for three days, once.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]

# Limits on sign-in are shared by every process, so they live in the database. The usual 300 entries would let somebody
# push a counter out by trying many names.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("TRELLIS_EMAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_HOST = os.environ.get("TRELLIS_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("TRELLIS_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("TRELLIS_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("TRELLIS_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("TRELLIS_EMAIL_TLS", "yes") == "yes"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("TRELLIS_EMAIL_FROM", "trellis@localhost")
# Where a mail sends its reader. A job has no request to ask.
ADDRESS = os.environ.get(
    "TRELLIS_ADDRESS", f"https://{ALLOWED_HOSTS[0]}/" if IS_PRODUCTION else "http://127.0.0.1:8000/"
)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static" if IS_PRODUCTION else None
STATICFILES_DIRS = [PROJECT / "build" / "frontend"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "files"}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [NONE],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Idle and whole length are counted on the server (access/sign_in/sessions.py); this is only the row's own end.
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
if IS_PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-trellis-session"
    CSRF_COOKIE_NAME = "__Host-trellis-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS]

# The keys that seal the trail and sign its anchors; where anchors go. docs/how-to/keep-keys.md says who holds what.
try:
    TRAIL_KEYS = TrailKeys.from_text(required("TRELLIS_TRAIL_KEY") or demonstration_key("trail key"))
    ANCHOR_KEYS = AnchorKeys.from_text(
        required("TRELLIS_ANCHOR_KEY") or demonstration_key("anchor key"),
        os.environ.get("TRELLIS_ANCHOR_PUBLIC_KEYS", ""),
    )
except ValueError as fault:
    raise ImproperlyConfigured(str(fault)) from fault
ANCHORS = Path(os.environ.get("TRELLIS_ANCHORS", VAR / "anchors" / MODE))
ANCHOR_SYSLOG = os.environ.get("TRELLIS_ANCHOR_SYSLOG", "")

DEFINITIONS = Path(os.environ.get("TRELLIS_DEFINITIONS", PROJECT / "definitions"))
MARKING = os.environ.get("TRELLIS_MARKING", "OFFICIAL-SENSITIVE")
# An extract larger than this is refused at the door; `trellis import` has no such limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FEED_UPLOAD_BYTES = 100 * 1024 * 1024

# After so many days without signing in, somebody decides whether an account is still needed. Sixty is an example: long
# enough for leave or an illness, short enough that a leaver is noticed within a quarter. A scheme sets its own.
DORMANT_AFTER_DAYS = int(os.environ.get("TRELLIS_DORMANT_AFTER_DAYS", "60"))

# The key under which backups are encrypted, and the folder of PostgreSQL's client programs.
BACKUP_KEY = os.environ.get("TRELLIS_BACKUP_KEY", "")
POSTGRES_PROGRAMS = os.environ.get("TRELLIS_PG_BIN", "")

# The command that scans a file on its standard input for malware and ends with 0 for clean, 1 for not; "clamdscan -".
SCANNER = os.environ.get("TRELLIS_SCANNER", "")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
