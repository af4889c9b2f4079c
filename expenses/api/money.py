from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.views import BusinessViewSet
from expenses.api import money_shapes as shapes
from expenses.models import Account, Transfer
from expenses.queries import get_balances
from expenses.services.accounts import save_account
from expenses.services.transfers import Move, delete_transfer, record_transfer, update_transfer

PARTS = ("source", "target", "amount", "moved_on", "note")


class AccountViewSet(BusinessViewSet):
    model = Account
    serializer_class = shapes.AccountOut
    query_class = shapes.AccountQuery
    scope = Scope.EXPENSE
    is_for_shops = False
    needs = dict.fromkeys(("create", "partial_update"), Action.MANAGE_ACCOUNTS)
    orderings = {"name": ("name", "id")}

    @extend_schema(request=shapes.AccountSerializer, responses={201: shapes.AccountOut})
    def create(self, request: Request) -> Response:
        values = self.checked(shapes.AccountSerializer)
        values.pop("version", None)
        new = Account(business=self.business, opened_on=self.business.local_day(timezone.now()))
        return self.shown(self._saved(new, values, None), status=201)

    @extend_schema(request=shapes.AccountSerializer, responses={200: shapes.AccountOut})
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change, close or open an account again. Without `version` the last write wins."""
        values = self.checked(shapes.AccountSerializer, partial=True)
        version = values.pop("version", None)
        return self.shown(self._saved(self.get_object(), values, version))

    def get_serializer_context(self) -> dict[str, Any]:
        balances = SimpleLazyObject(lambda: get_balances(self.business))
        return {**super().get_serializer_context(), "balances": balances}

    def _saved(self, account: Account, values: Mapping[str, Any], version: int | None) -> Account:
        return save_account(account=account, by=self.member, at=timezone.now(), values=values, version=version)


class TransferViewSet(BusinessViewSet):
    model = Transfer
    serializer_class = shapes.TransferOut
    query_class = shapes.TransferQuery
    scope = Scope.EXPENSE
    is_for_shops = False
    needs = dict.fromkeys(("create", "partial_update", "destroy"), Action.MANAGE_ACCOUNTS)
    orderings = {"moved_on": ("moved_on", "id")}
    default_ordering = "-moved_on"

    def filtered(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        if "account" in asked:
            rows = Transfer.objects.for_business(self.business).of(asked["account"])
        lookups = {"since": "moved_on__gte", "until": "moved_on__lte"}
        return rows.filter(**{lookup: asked[name] for name, lookup in lookups.items() if name in asked})

    @extend_schema(request=shapes.TransferSerializer, responses={201: shapes.TransferOut})
    def create(self, request: Request) -> Response:
        """Move money between two accounts of one's own: neither spent nor earned."""
        values = self.checked(shapes.TransferSerializer)
        values.pop("version", None)
        return self.shown(record_transfer(by=self.member, move=Move(**values), at=timezone.now()), status=201)

    @extend_schema(request=shapes.TransferSerializer, responses={200: shapes.TransferOut})
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is given. Of a reconciled transfer only the note can be. Without `version` the last write wins."""
        values = self.checked(shapes.TransferSerializer, partial=True)
        version, transfer = values.pop("version", None), self.get_object()
        move = Move(**{part: getattr(transfer, part) for part in PARTS} | values)
        done = update_transfer(transfer=transfer, by=self.member, move=move, at=timezone.now(), version=version)
        return self.shown(done)

    def destroy(self, request: Request, pk: int) -> Response:
        delete_transfer(transfer=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)
