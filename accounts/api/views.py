from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import BusinessSerializer, KeySerializer, NewKeySerializer
from accounts.models import ApiKey, Business, Scope
from accounts.permissions import Action
from accounts.services.businesses import update_business
from accounts.services.keys import create_api_key, revoke_api_key
from common.api.views import BusinessViewSet


class BusinessView(BusinessViewSet):
    """The business of the key or the session."""

    model = Business
    serializer_class = BusinessSerializer
    is_for_shops = False
    needs = {"partial_update": Action.SETTINGS}

    def retrieve(self, request: Request) -> Response:  # type: ignore[override]  # there is only one
        return self.shown(self.business)

    def partial_update(self, request: Request) -> Response:
        """Change settings, as an owner. Without `version` the last write wins; tax settings hold for later documents."""
        values = self.checked(BusinessSerializer, partial=True)
        version = values.pop("version", None)
        now = timezone.now()
        business = update_business(business=self.business, by=self.member, values=values, version=version, at=now)
        return self.shown(business)


class KeyViewSet(BusinessViewSet):
    """API keys. Their secrets are stored as SHA-256 only."""

    model = ApiKey
    serializer_class = KeySerializer
    is_for_shops = False
    scope = Scope.ADMIN
    needs = dict.fromkeys(("list", "create", "destroy"), Action.API_KEYS)
    orderings = {"id": ("id",)}
    hidden_on_replay = ("key",)

    def rows(self) -> QuerySet[Any]:
        return ApiKey.objects.for_business(self.business)

    @extend_schema(request=KeySerializer, responses={201: NewKeySerializer})
    def create(self, request: Request) -> Response:
        """Make a key, in a signed-in browser only: no key makes another. Its secret is in this answer and never again."""
        if request.auth:
            raise PermissionDenied("A key is made in a signed-in session, not by another key.")
        values = self.checked(KeySerializer)
        key, secret = create_api_key(by=self.member, at=timezone.now(), **values)
        key.key = secret  # type: ignore[attr-defined]
        return self.shown(key, shape=NewKeySerializer, status=201)

    def destroy(self, request: Request, pk: int) -> Response:
        """Revoke a key. It stays in the list, with the moment."""
        revoke_api_key(key=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)
