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
        scopes = getattr(view, "scopes", None) or (getattr(view, "scope", Scope.ADMIN),)
        check_scope(request, *((Scope.READ,) if request.method in SAFE_METHODS else scopes))
        if getattr(view, "is_for_shops", False) and not member.business.is_shop:
            raise Http404
        needed = getattr(view, "needs", {}).get(getattr(view, "action", None))
        if needed:
            member.must(needed)
        return True


def check_scope(request: Request, *scopes: str) -> None:
    """Refuse a key that has none of these scopes."""
    if isinstance(request.auth, ApiKey) and not any(request.auth.has_scope(scope) for scope in scopes):
        names = " or ".join(f"“{Scope(scope).value}”" for scope in scopes)
        raise MissingScope(f"This API key lacks the scope {names}.")
