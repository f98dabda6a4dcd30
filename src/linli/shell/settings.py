"""One set of settings for every way of running; what differs comes from the environment (docs/operations.md)."""
import os
import sqlite3
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy

from linli.shell import secrets

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("LINLI_DATA", ROOT / "var" / "data"))
BUILT = Path(os.environ.get("LINLI_BUILT", ROOT / "var"))  # what set-up makes: node packages, collected static files
DEMO = os.environ.get("LINLI_DEMO") == "1"
TESTING = os.environ.get("LINLI_TESTING") == "1"
REGION = os.environ.get("LINLI_REGION", "340100000000")  # the jurisdiction that this node serves
HOTLINE = os.environ.get("LINLI_HOTLINE", "12349")
LOG_SECONDS = int(os.environ.get("LINLI_LOG_SECONDS", "10"))  # files are written; witnesses are asked half as often
LOG_PROFILE = os.environ.get("LINLI_LOG_PROFILE", "standard")  # or sm: SM3 and SM2

MASTER_KEY = secrets.master(DATA, demo=DEMO or TESTING)
CIPHER = secrets.cipher(os.environ.get("LINLI_CIPHER", "aes"))  # or sm4: what personal data is sealed with
SECRET_KEY = secrets.derived(MASTER_KEY, "django")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("LINLI_HOSTS", "localhost,127.0.0.1,[::1]" if not TESTING else "*").split(",")
SECURE = os.environ.get("LINLI_HTTPS") == "1"
LOG_ORIGIN = os.environ.get("LINLI_LOG_ORIGIN", "").rstrip("/") or (
    next((host.strip().lstrip(".") for host in ALLOWED_HOSTS if host.strip() not in {"", "*"}), "localhost") + "/log")
LOG_FOLDER = DATA / ("log-of-tests" if TESTING else "log")  # the log as plain files
ARCHIVE = DATA / ("archive-of-tests" if TESTING else "archive")  # files that people sent, sealed
LOG_KEYS = None if DEMO or TESTING else DATA / "log-keys"  # None: derived each time, kept nowhere
DOCUMENT_KEYS = None if DEMO or TESTING else DATA / "document-keys"  # as above, of what signs documents
DOCUMENT_PKCS12 = os.environ.get("LINLI_DOCUMENT_PKCS12", "")  # a certificate and key of a real authority (.p12)
DOCUMENT_PASSWORD_FILE = os.environ.get("LINLI_DOCUMENT_PASSWORD_FILE", "")  # what opens it
DOCUMENT_TSA = os.environ.get("LINLI_DOCUMENT_TSA", "")  # address of an authority for time stamps (RFC 3161)
DOCUMENT_TSA_ROOTS = os.environ.get("LINLI_DOCUMENT_TSA_ROOTS", "")  # certificates that its stamps lead to (PEM)
DOCUMENT_FONTS = os.environ.get("LINLI_DOCUMENT_FONTS", "")  # a folder with more fonts, for characters ours lack
ISSUER = os.environ.get("LINLI_ISSUER", "合肥市民政局（演示）" if DEMO or TESTING else "")  # who issues documents
MAIL_URL = os.environ.get("LINLI_MAIL_URL", "")  # smtp://, smtp+starttls:// or smtps://user:password@host:port
MAIL_FROM = os.environ.get("LINLI_MAIL_FROM", f"linli@{LOG_ORIGIN.partition('/')[0]}")
SMS_URL = os.environ.get("LINLI_SMS_URL", "")  # takes {"id", "to", "text"} as JSON
SMS_TOKEN = os.environ.get("LINLI_SMS_TOKEN", "")
SITE = os.environ.get("LINLI_SITE", f"http{'s' if SECURE else ''}://{LOG_ORIGIN.partition('/')[0]}").rstrip("/")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("LINLI_ORIGINS", "").split(",") if origin]
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = [
    "fields.W163",  # SQLite keeps no column comments; ours are read by a test
    "security.W004", "security.W008", "security.W012", "security.W016",  # LINLI_HTTPS turns these on behind a proxy
]

_ROOMS = (
    "linli.ui", "linli.engines.journal", "linli.engines.rulebook", "linli.engines.archive",
    "linli.engines.search", "linli.engines.documents",
    "linli.registers.places", "linli.registers.people", "linli.registers.organisations",
    "linli.registers.practitioners", "linli.registers.workforce", "linli.registers.directory",
    "linli.registers.accounts",
    "linli.work.hall", "linli.work.registration",
    "linli.work.needs", "linli.work.orders", "linli.work.queueing", "linli.work.quality", "linli.work.matching",
    "linli.work.venues",
    "linli.watchers.notices", "linli.watchers.openlog", "linli.watchers.insight", "linli.demo", "linli.shell",
)
ROOMS = [room for room in _ROOMS if (ROOT / "src" / room.replace(".", "/") / "apps.py").exists()]
INSTALLED_APPS = [
    "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.staticfiles",
    "django_htmx", *ROOMS,
]
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["linli.registers.accounts.access.Backend"]
MIDDLEWARE = [
    "linli.shell.middleware.timing",
    "linli.shell.middleware.shared",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "linli.shell.middleware.Doors",
]
CSRF_FAILURE_VIEW = "linli.shell.pages.csrf_failure"
ROOT_URLCONF = "linli.shell.urls"
TEMPLATES: list[dict[str, Any]] = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": ["django.template.context_processors.request", "linli.shell.site.site"],
        "string_if_invalid": "!!missing: %s!!" if TESTING else "",  # a test fails where this shows
    },
}]
FORM_RENDERER = "linli.ui.controls.Controls"  # a long form in a third of the time

DATABASES: dict[str, Any] = {
    "default": dj_database_url.config("LINLI_DATABASE_URL", default=f"sqlite:///{DATA}/linli.sqlite3", conn_max_age=600)
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    if sqlite3.sqlite_version_info < (3, 35):
        raise SystemExit("Linli needs SQLite 3.35 or newer; this Python brings " + sqlite3.sqlite_version + ".")
    DATABASES["default"] |= {"OPTIONS": {
        "transaction_mode": "IMMEDIATE", "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                        " PRAGMA secure_delete=ON;"  # a key that is destroyed is gone from the file
                        " PRAGMA mmap_size=2147418112; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;",
    }}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", gettext_lazy("Chinese")), ("en", gettext_lazy("English"))]
LOCALE_PATHS = [ROOT / "src" / "linli" / "kernel" / "locale"]  # every other floor is an app and brings its own
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # shown so; kept as UTC

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

STATIC_URL = "static/"
STATIC_ROOT = BUILT / "static"
_vendor = BUILT / "npm" / "node_modules" / "bootstrap" / "dist" / "css"
STATICFILES_DIRS = [("vendor", _vendor)] if _vendor.exists() else []
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if TESTING
                            else "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "gz", "br", "png", "woff2")  # maps are for who develops
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING
MOST_UPLOAD = int(os.environ.get("LINLI_UPLOAD_MB", "50")) * 1_000_000  # bytes of one request, files included
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "linli.shell.uploads.Veiled"]

LOGGING = {
    "version": 1, "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"linli": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
CSP = ("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self';"
       " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'")
