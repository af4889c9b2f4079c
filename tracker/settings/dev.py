"""A machine of one's own: what `make run` uses. Everything it writes lies under VAR_DIR."""

from tracker.settings.base import *  # noqa: F403

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
