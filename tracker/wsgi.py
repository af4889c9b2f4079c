import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings.prod")

CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\";\s]*)\"?", re.IGNORECASE)
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def with_known_charset(application: Application) -> Application:
    """Take a charset that is no text encoding (rot13, zlib) out of a request: Django crashes on it before any middleware."""

    def guarded(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        content_type = environ.get("CONTENT_TYPE", "")
        named = CHARSET.search(content_type)
        if named and not _is_text_encoding(named[1]):
            environ["CONTENT_TYPE"] = CHARSET.sub("", content_type)
        return application(environ, start_response)

    return guarded


def _is_text_encoding(name: str) -> bool:
    try:
        "é".encode(name, "ignore")
    except (LookupError, ValueError):
        return False
    return True


application = with_known_charset(get_wsgi_application())
