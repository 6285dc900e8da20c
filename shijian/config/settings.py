"""All settings, read from the environment. What an office may change is a row, not a setting."""

import os
import sys
from pathlib import Path
from typing import Any

from . import embedded, environment, secret

ROOT = environment.ROOT
TESTING = "pytest" in sys.modules
HOME = environment.home(testing=TESTING)

DEBUG = environment.flag("DEBUG")
SECRET_KEY = secret.key(HOME, environment.text("SECRET_KEY"), testing=TESTING)
SECRET_KEY_FALLBACKS = secret.former_keys(HOME, environment.words("SECRET_KEY_FALLBACKS"), testing=TESTING)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost 127.0.0.1 [::1] testserver")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "procrastinate.contrib.django",
    "shijian.config",
    "shijian.core",
    "shijian.audit",
    "shijian.accounts",
    "shijian.notices",
    "shijian.laws",
    "shijian.deadlines",
    "shijian.seals",
    "shijian.discretion",
    "shijian.evidence",
    "shijian.documents",
    "shijian.workflow",
    "shijian.watch",
    "shijian.grid",
    "shijian.subjects",
    "shijian.events",
    "shijian.portal",
    "shijian.exchange",
    "shijian.demo",
    "allauth",  # after ours: our templates of its pages come first
    "allauth.account",
    "allauth.usersessions",
    "allauth.mfa",
    "allauth.socialaccount",  # our provider of it: accounts/provider.py
]

MIDDLEWARE = [
    "shijian.core.requests.RequestIdMiddleware",
    "shijian.config.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "shijian.accounts.sessions.SessionTimeoutMiddleware",
    "shijian.accounts.addresses.AdministratorAddressMiddleware",
    "shijian.accounts.acting.ActingMiddleware",
    "shijian.core.wall.RowWallMiddleware",
    "shijian.accounts.sessions.MustChangePasswordMiddleware",
    "shijian.accounts.factors.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shijian.core.middleware.ContentSecurityPolicyMiddleware",
    "shijian.core.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "shijian.config.urls"
WSGI_APPLICATION = "shijian.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shijian.config.context.shell",
            ],
        },
    }
]

# One pool per process; `CONN_MAX_AGE` stays 0 with a pool. A request is not a transaction: an act is.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **environment.database(environment.text("DATABASE_URL"), embedded.socket_dir(HOME), embedded.PORT),
    }
}
# Values bound by the server, statements prepared at their fifth use and planned for their values: docs/decisions/0003-statements.md.
DATABASES["default"].setdefault("OPTIONS", {}).update({"server_side_binding": True, "prepare_threshold": 5})
DATABASES["default"]["OPTIONS"].setdefault("options", "-c plan_cache_mode=force_custom_plan")
DATABASES["default"]["TEST"] = {"NAME": f"test_{os.getpid()}"}  # several sessions may test at once
if not TESTING:
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": environment.number("DATABASE_POOL", 8),
        "timeout": 2,  # fewer threads than connections: who waits, waits for a database that is away
        "reconnect_timeout": 2,  # then anew with the next request: waits that double would outlast the database's absence
        "reset": environment.reset_role,
    }

# Failed logins and used codes are counted here: with Django's limit of 300 rows, many names tried would push them out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["shijian.accounts.backends.WithUnit"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:desk"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "employee_no"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "change_password": "shijian.accounts.forms.PasswordChangeForm",
    "reauthenticate": "shijian.accounts.forms.ConfirmForm",
}
ACCOUNT_ADAPTER = "shijian.accounts.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "5/10m/key,30/10m/ip",
    "change_password": "5/m/user",
}
# A grave act (granting, unmasking, ending an account) asks for the password again when it was typed longer ago.
ACCOUNT_REAUTHENTICATION_TIMEOUT = environment.number("CONFIRMED_SECONDS", 300)
# Second factor: an authenticator app or a security key; recovery codes come with the first of them.
MFA_ADAPTER = "shijian.accounts.factor_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "市监"
# By how many periods of 30 seconds a phone's clock may be wrong; a used code is remembered as long as it would open.
MFA_TOTP_TOLERANCE = int(environment.choice("TOTP_TOLERANCE", "1", ["0", "1", "2"]))
MFA_FORMS = {
    "authenticate": "shijian.accounts.factor_forms.CodeForm",
    "reauthenticate": "shijian.accounts.factor_forms.CodeAgainForm",
    "activate_totp": "shijian.accounts.factor_forms.AppForm",
    "add_webauthn": "shijian.accounts.factor_forms.KeyForm",
    "edit_webauthn": "shijian.accounts.factor_forms.KeyNameForm",
}
# Roles whose holders set up a second factor before anything else, e.g. "sysadmin,secadmin,auditor"; empty = nobody must.
SECOND_FACTOR_ROLES = environment.words("SECOND_FACTOR_ROLES")
# Login by the identity provider of the city or the province (统一身份认证, OpenID Connect); None = passwords only.
OIDC: Any = environment.identity_provider()
SOCIALACCOUNT_ADAPTER = "shijian.accounts.provider_adapter.ProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
# How many proxies of ours stand in front: only so many entries of X-Forwarded-For are believed.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXIES", 0)
# From where system, security and audit administrators may log in, e.g. "10.1.2.0/24"; empty = from anywhere.
ADMIN_ADDRESSES = environment.networks("ADMIN_ADDRESSES")
# Logins one person may have open at once; a further one ends the oldest.
SESSIONS_PER_PERSON = environment.number("SESSIONS_PER_PERSON", 5)
# "cn-mlps3" (GB/T 22239-2019 level 3: kinds of characters, rotation, history) or "asvs-l2" (length and leaked passwords).
PASSWORD_PROFILE = environment.choice("PASSWORD_PROFILE", "cn-mlps3", ["cn-mlps3", "asvs-l2"])
# A file of SHA-1 sums of leaked passwords in ascending order ("HASH:count" a line, as Have I Been Pwned gives it out).
BREACHED_PASSWORDS = environment.text("BREACHED_PASSWORDS")
# The second wall (core/wall.py): "area" = bureau, areas and own rows, "bureau" = the bureau, "off".
ROW_WALL = environment.choice("ROW_WALL", "area", ["area", "bureau", "off"])
# How often a day one person may have a masked value shown whole.
UNMASK_PER_DAY = environment.number("UNMASK_PER_DAY", 30)
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)

# Minutes without a request, and hours since login, after which a person logs in again.
SESSION_IDLE_MINUTES = environment.number("SESSION_IDLE_MINUTES", 30)
SESSION_ABSOLUTE_HOURS = environment.number("SESSION_ABSOLUTE_HOURS", 12)
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.flag("HTTPS")
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("HTTPS") else None
SECURE_HSTS_SECONDS = 31_536_000 if environment.flag("HTTPS") else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

NODE_MODULES = Path(environment.text("NODE_MODULES") or ROOT / "node_modules")
STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("STATIC_DIR") or HOME / "static")
if TESTING:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "shijian.core.npm.PackageFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "shijian.core.storage.StaticStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG

# Photos and other uploads: content-addressed below this folder, never below a web root.
FILES_DIR = HOME / "files"
UPLOAD_MAX_MB = environment.number("UPLOAD_MAX_MB", 20)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
KEYS_DIR = HOME / "keys"
# Where the small ASGI process for live updates answers: an address, ":8001" = that port, "" = same origin (behind nginx).
LIVE_URL = environment.text("LIVE_URL")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
SILENCED_SYSTEM_CHECKS: list[str] = []

# Traces of requests, statements and jobs, sent by OTLP over HTTP; without an address none of it is even loaded.
TRACING = bool(
    environment.text("OTEL_EXPORTER_OTLP_ENDPOINT") or environment.text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
)
if TRACING:
    MIDDLEWARE.insert(1, "shijian.config.tracing.TraceMiddleware")
    PROCRASTINATE_ON_APP_READY = "shijian.config.tracing.watch_jobs"

LOG_FORMAT = environment.text("LOG_FORMAT", "json")
if LOG_FORMAT not in {"json", "line"}:
    raise SystemExit(f"LOG_FORMAT is {LOG_FORMAT!r}: write json or line.")
# A recognised time-stamp service (RFC 3161) by HTTP; empty = the service of this node, if it has one.
TIMESTAMP_URL = environment.text("TIMESTAMP_URL")
# A token or a hardware module that holds keys of seals: its library, and the PIN by itself or in a file only we read.
PKCS11_MODULE = environment.text("PKCS11_MODULE")
PKCS11_PIN = environment.text("PKCS11_PIN")
PKCS11_PIN_FILE = environment.text("PKCS11_PIN_FILE")
# The address under which the public reaches this node: printed on papers as a code to check them by; empty = none printed.
PUBLIC_URL = environment.text("PUBLIC_URL").rstrip("/")
# Whoever bears it may read particulars of the node's health and its metrics from another computer.
METRICS_TOKEN = environment.text("METRICS_TOKEN")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "shijian.config.logs.JsonFormatter"},
    },
    "filters": {"masked": {"()": "shijian.core.personal.MaskingFilter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["masked"]}},
    "root": {"handlers": ["stderr"], "level": environment.text("LOG_LEVEL", "WARNING")},
    "loggers": {"shijian.request": {"level": "WARNING" if TESTING else environment.text("LOG_LEVEL", "INFO")}},
}
