from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.adapter import address_of
from accounts.models import ApiKey, Member, User
from accounts.permissions import Role
from accounts.services.keys import find_api_key, touch_api_key

SCHEME = "Bearer"


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`: the key's maker acts, in its business, with the key's role."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        key = find_api_key(secret=secret.strip())
        if key is None:
            raise AuthenticationFailed("This API key is unknown or was revoked.")
        touch_api_key(key=key, address=address_of(request), at=timezone.now())
        _enter(request, _acting(key))
        return key.member.user, key

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="Tillbook"'


class MemberSessionAuthentication(SessionAuthentication):
    """A signed-in browser, with CSRF."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found: tuple[Any, None] | None = super().authenticate(request)
        if found:
            _enter(request, request.member)  # type: ignore[attr-defined]  # set by MemberMiddleware
        return found


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key made in the settings or by `POST /auth/keys/`."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = MemberSessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "A signed-in browser; writes need CSRF."}


def _acting(key: ApiKey) -> Member:
    """The member with the lesser of their own role and the key's."""
    member = key.member
    member.role = min(Role(member.role), Role(key.role), key=lambda role: role.rank)
    member.via = f"API key {key.name}"[:60]
    return member


def _enter(request: Request, member: Member | None) -> None:
    request.member = member or None  # type: ignore[attr-defined]
    request.business = member.business if member else None  # type: ignore[attr-defined]
