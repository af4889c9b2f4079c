from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import DomainError, Forbidden


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
