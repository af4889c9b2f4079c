"""Quick hashes, tasks in the same process, nothing written outside the test's own folder."""

import os
import tempfile

os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="tillbook-test-"))

from tracker.settings.base import *  # noqa: F403
from tracker.settings.base import CACHES, DATABASES, INSTALLED_APPS, MIDDLEWARE, REDIS_URL, VAR_DIR

SECRET_KEY = "only for tests"  # noqa: S105
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
INSTALLED_APPS = ["zeal", *INSTALLED_APPS]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]  # an N+1 in any request raises
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in real life: other processes can open it, and writers wait for each other.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
if REDIS_URL:
    CACHES = {"default": CACHES["default"] | {"LOCATION": f"{REDIS_URL}/{WORKER}"}}  # one test process empties only its own
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
ZEAL_ALLOWLIST = [{"model": "account.EmailAddress"}]  # allauth asks for the same address more than once when it confirms it
