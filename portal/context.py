from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame around every page needs: the member and their business, without a query of its own."""
    return {"member": getattr(request, "member", None)}
