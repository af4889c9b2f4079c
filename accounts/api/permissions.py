from typing import Any

from django.http import Http404
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import ApiKey, Scope
from common.api.problems import MissingScope


class IsMember(BasePermission):
    """A member of a business, whose role and key suffice for what the view needs. A personal book has no shop."""

    message = "You belong to no business yet."

    def has_permission(self, request: Request, view: Any) -> bool:
        member = getattr(request, "member", None)
        if not member or not request.user.is_authenticated:
            return False
        _check_scope(request, view)
        if getattr(view, "is_for_shops", False) and not member.business.is_shop:
            raise Http404
        needed = getattr(view, "needs", {}).get(getattr(view, "action", None))
        if needed:
            member.must(needed)
        return True


def _check_scope(request: Request, view: Any) -> None:
    scope = Scope.READ if request.method in SAFE_METHODS else Scope(getattr(view, "scope", Scope.ADMIN))
    if isinstance(request.auth, ApiKey) and not request.auth.has_scope(scope):
        raise MissingScope(f"This API key lacks the scope “{scope.value}”.")
