from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import DomainError, Forbidden
from common.text import seen


class DomainErrorMiddleware:
    """The last resort: a refusal that no form showed becomes a page with its sentence, never a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        if isinstance(exception, Forbidden):
            return render(request, "403.html", {"refusal": exception.message}, status=403)
        return render(request, "409.html", {"message": exception.message}, status=409)


class TypedTextMiddleware:
    """What is typed on a page is what is seen: hidden signs in it are dropped. Passwords are left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        typed = {name: values for name, values in request.POST.lists() if not name.startswith("password")}
        changed = {name: kept for name, values in typed.items() if (kept := [seen(value) for value in values]) != values}
        if changed:
            cleaned = request.POST.copy()
            for name, values in changed.items():
                cleaned.setlist(name, values)
            request.POST = cleaned  # type: ignore[assignment]  # a copy that may be changed is one that may be read
