"""The schema as it is served: built once a process, since building it takes longer than any request."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator


@cache
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


@cache
def _text() -> str:
    return json.dumps(schema())


@require_safe
def schema_view(request: HttpRequest) -> HttpResponse:
    """JSON, which every reader of YAML reads too."""
    return HttpResponse(_text(), content_type="application/json")
