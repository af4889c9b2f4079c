from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.views import BusinessViewSet
from common.db import unit_of_work
from webhooks import outbox, services
from webhooks.api.serializers import DeliverySerializer, NewWebhookSerializer, WebhookChange, WebhookSerializer
from webhooks.models import Delivery, Endpoint


class WebhookViewSet(BusinessViewSet):
    """Programs that are told of alerts by signed POSTs."""

    model = Endpoint
    serializer_class = WebhookSerializer
    is_for_shops = False
    scope = Scope.ADMIN
    needs = dict.fromkeys(("list", "retrieve", "create", "partial_update", "destroy", "test", "secret"), Action.WEBHOOKS)
    hidden_on_replay = ("secret",)

    def rows(self) -> QuerySet[Any]:
        return Endpoint.objects.for_business(self.business).select_related("business")

    @extend_schema(request=WebhookSerializer, responses={201: NewWebhookSerializer})
    def create(self, request: Request) -> Response:
        """Tell a program of these kinds of alerts. Its secret is in this answer and never again."""
        values = self.checked(WebhookSerializer)
        endpoint = services.create_endpoint(by=self.member, url=values["url"], kinds=values["kind_list"], at=timezone.now())
        return self.shown(endpoint, shape=NewWebhookSerializer, status=201)

    @extend_schema(request=WebhookChange, responses=WebhookSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Choose other kinds, pause or resume. Without `version` the last write wins."""
        endpoint, asked, now = self.get_object(), self.checked(WebhookChange), timezone.now()
        with unit_of_work():
            if "kinds" in asked:
                services.choose_kinds(
                    endpoint=endpoint, by=self.member, kinds=asked["kinds"], version=asked.get("version"), at=now
                )
            if "is_on" in asked:
                (services.resume if asked["is_on"] else services.pause)(endpoint=endpoint, by=self.member, at=now)
        return self.shown(endpoint)

    def destroy(self, request: Request, pk: int) -> Response:
        """Tell it nothing any more. Its log goes with it."""
        services.delete_endpoint(endpoint=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses={202: DeliverySerializer})
    def test(self, request: Request, pk: int) -> Response:
        """Send an event of the type `test`, tried once."""
        sent = outbox.send_test(endpoint=self.get_object(), by=self.member, at=timezone.now())
        return self.shown(sent, shape=DeliverySerializer, status=202)

    @extend_schema(request=None, responses=NewWebhookSerializer)
    def secret(self, request: Request, pk: int) -> Response:
        """A new secret. For a day the one before signs beside it."""
        endpoint = self.get_object()
        services.renew_secret(endpoint=endpoint, by=self.member, at=timezone.now())
        return self.shown(endpoint, shape=NewWebhookSerializer)


class WebhookDeliveryViewSet(BusinessViewSet):
    """What endpoints were told in the last thirty days, newest first, and what became of it."""

    model = Delivery
    serializer_class = DeliverySerializer
    is_for_shops = False
    scope = Scope.ADMIN
    needs = dict.fromkeys(("list", "again"), Action.WEBHOOKS)
    orderings = {"created_at": ("created_at", "id")}
    default_ordering = "-created_at"

    def rows(self) -> QuerySet[Any]:
        return Delivery.objects.for_business(self.business).select_related("endpoint__business").defer("body")

    @extend_schema(request=None, responses={202: DeliverySerializer})
    def again(self, request: Request, pk: int) -> Response:
        """Send it once more, under the same id, whether it was taken or given up."""
        delivery = self.get_object()
        outbox.redeliver(delivery=delivery, by=self.member, at=timezone.now())
        delivery.refresh_from_db()
        return self.shown(delivery, status=202)
