"""What is done to a budget once there is one: another limit from a period on, and money moved to or from another."""

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.fields import Amount, Day, Flag, Id, Moment, Ref, Text
from common.api.views import BusinessViewSet, Query
from expenses.models import Budget, BudgetMove, BudgetRevision
from expenses.services.budgets import revise_budget
from expenses.services.moves import move_money


class RevisionIn(serializers.Serializer[Any]):
    amount = Amount()
    on = Day(required=False, help_text="Any day of the first period it holds for; without it today.")
    reason = Text(required=False, allow_blank=True, max_length=255)


class RevisionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    from_on = Day(help_text="The first day of the first period it holds for.")
    amount = Amount()
    reason = serializers.CharField()
    made_at = Moment()


class RevisionViewSet(BusinessViewSet):
    """The limits that a budget has had after its first one."""

    model = BudgetRevision
    serializer_class = RevisionSerializer
    scope = Scope.EXPENSE
    is_for_shops = False
    needs = {"create": Action.MANAGE_BUDGETS}
    orderings = {"from_on": ("from_on", "id")}

    def rows(self) -> QuerySet[BudgetRevision]:
        return BudgetRevision.objects.filter(budget=self._budget())

    def list(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        return super().list(request)

    @extend_schema(request=RevisionIn, responses={201: RevisionSerializer})
    def create(self, request: Request, pk: int) -> Response:
        """Another limit from a period on; what was before stays as it was. A second one for the same period takes its place."""
        budget, values, now = self._budget(), self.checked(RevisionIn), timezone.now()
        values.setdefault("on", self.business.local_day(now))
        return self.shown(revise_budget(budget=budget, by=self.member, at=now, **values), status=201)

    def _budget(self) -> Budget:
        return get_object_or_404(Budget.objects.for_business(self.business), pk=self.kwargs["pk"])


class BudgetMoveSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    source = Ref(Budget)  # type: ignore[assignment]
    target = Ref(Budget)
    amount = Amount(above_zero=True)
    moved_on = Day(read_only=True)
    reason = Text(required=False, allow_blank=True, max_length=255)
    moved_at = Moment(read_only=True)


class BudgetMoveIn(BudgetMoveSerializer):
    on = Day(required=False, help_text="In the periods that hold this day; without it today.")
    confirmed = Flag(required=False, help_text="Move it although the source has less left.")


class BudgetMoveQuery(Query):
    budget = Id(required=False, help_text="From it or to it.")


class BudgetMoveViewSet(BusinessViewSet):
    """Money moved from the limit of one budget to that of another, as between envelopes."""

    model = BudgetMove
    serializer_class = BudgetMoveSerializer
    query_class = BudgetMoveQuery
    scope = Scope.EXPENSE
    is_for_shops = False
    needs = {"create": Action.MANAGE_BUDGETS}
    orderings = {"moved_on": ("moved_on", "id")}
    default_ordering = "-moved_on"

    def rows(self) -> QuerySet[BudgetMove]:
        return BudgetMove.objects.filter(business=self.business)

    def filtered(self, rows: QuerySet[Any], asked: Any) -> QuerySet[Any]:
        budget = asked.get("budget")
        return rows.filter(Q(source=budget) | Q(target=budget)) if budget else rows

    @extend_schema(request=BudgetMoveIn, responses={201: BudgetMoveSerializer})
    def create(self, request: Request) -> Response:
        """More than the source has left answers 409 `more_than_is_left`, unless it is `confirmed`."""
        values, now = self.checked(BudgetMoveIn), timezone.now()
        values.setdefault("on", self.business.local_day(now))
        return self.shown(move_money(by=self.member, at=now, **values), status=201)
