from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.fields import Moment, Text, Whole
from common.api.views import BusinessViewSet, Query
from sales.models import Customer
from sales.queries import get_customers
from sales.services.customers import create_customer, update_customer


class CustomerSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    name = Text(max_length=120)
    reference = Text(max_length=60, required=False, allow_blank=True, help_text="Without it the next free number.")
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    phone = Text(max_length=40, required=False, allow_blank=True)
    country = Text(max_length=60, required=False, allow_blank=True)
    note = Text(max_length=255, required=False, allow_blank=True)
    created_at = Moment(read_only=True)
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text="What was read. Without it the last write wins.")


class CustomerQuery(Query):
    search = Text(required=False, max_length=200, help_text="Each word is in the name, email, phone or reference.")


class CustomerViewSet(BusinessViewSet):
    model = Customer
    serializer_class = CustomerSerializer
    query_class = CustomerQuery
    scope = Scope.SELL
    needs = dict.fromkeys(("create", "partial_update"), Action.SELL)
    orderings = {"name": ("name", "id"), "id": ("id",)}

    def filtered(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        return get_customers(business=self.business, text=asked.get("search", ""))

    @extend_schema(responses={201: CustomerSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(CustomerSerializer)
        return self.shown(create_customer(by=self.member, values=values, at=timezone.now()), status=201)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Without `version` the last write wins."""
        customer = self.get_object()
        values = self.checked(CustomerSerializer, partial=True)
        version, now = values.pop("version", None), timezone.now()
        return self.shown(update_customer(customer=customer, by=self.member, values=values, version=version, at=now))
