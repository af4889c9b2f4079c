"""What comes again, for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.fields import Amount, Day, Flag, Ref, Text
from common.api.views import BusinessViewSet, Query
from expenses.api.serializers import MOST_TAGS, Tags, Versioned
from expenses.models import Account, ExpenseCategory, ExpenseKind, RecurringExpense
from expenses.rule_text import LONGEST
from expenses.services import posting, recurring
from expenses.upcoming import with_days


class RecurringSerializer(Versioned):
    """It is recorded on each of its days, in the business's zone. A change holds from the next day on."""

    name = Text(max_length=80)
    kind = serializers.ChoiceField(ExpenseKind.choices, required=False)
    rule = Text(max_length=LONGEST, help_text="RRULE of RFC 5545 on days, without DTSTART: FREQ=MONTHLY;BYMONTHDAY=-1.")
    starts_on = Day(help_text="At most a year ago: days that are past are recorded too.")
    ends_on = Day(required=False, allow_null=True, help_text="The last day it may fall on, where the rule has no COUNT or UNTIL.")
    amount = Amount(above_zero=True, help_text="What it costs, or about what where it varies.")
    is_variable = Flag(required=False, help_text="Asks for the amount each time instead of recording it.")
    category = Ref(ExpenseCategory)
    payee = Text(required=False, allow_blank=True, max_length=120)
    account = Ref(Account, required=False, allow_null=True)
    note = Text(required=False, allow_blank=True, max_length=255)
    tags = Tags(required=False, max_length=MOST_TAGS)
    tax = Amount(required=False, help_text="Input tax contained in the amount.")
    is_active = Flag(required=False)


class RecurringOut(RecurringSerializer):
    payee = serializers.CharField(source="payee.name", default="")  # type: ignore[assignment]
    due = serializers.ListField(child=Day(), help_text="Days that wait for an amount.")
    upcoming = serializers.ListField(child=Day(), help_text="The next days, at most three, within two years.")


class DaySerializer(serializers.Serializer[Any]):
    due_on = Day(help_text="One of its days that waits or is ahead.")


class SettleSerializer(DaySerializer):
    amount = Amount(above_zero=True)
    spent_on = Day(required=False, help_text="Without it the day it was due.")
    confirmed = Flag(required=False, help_text="Record it although a budget asks first.")


class SettledSerializer(serializers.Serializer[Any]):
    expense = serializers.IntegerField(source="expense.pk", help_text="The id of the expense.")


class RecurringQuery(Query):
    is_active = Flag(required=False)


class RecurringViewSet(BusinessViewSet):
    """Recurring expenses, incomes and refunds."""

    model = RecurringExpense
    serializer_class = RecurringOut
    query_class = RecurringQuery
    scope = Scope.EXPENSE
    is_for_shops = False
    needs = dict.fromkeys(("create", "partial_update", "destroy", "skip", "settle"), Action.MANAGE_BUDGETS)
    orderings = {"name": ("name", "id")}

    def rows(self) -> QuerySet[RecurringExpense]:
        rows = RecurringExpense.objects.for_business(self.business)
        return rows.select_related("business", "category", "payee", "account").prefetch_related("tags")

    def shown(self, thing: Any, **options: Any) -> Response:
        if isinstance(thing, RecurringExpense):
            with_days(self.business, [thing], self._today)
        return super().shown(thing, **options)

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        with_days(self.business, page or [], self._today)
        return page

    @extend_schema(request=RecurringSerializer, responses={201: RecurringOut})
    def create(self, request: Request) -> Response:
        """Rules that fall on no day, or more often than once a day, answer 400 with the reason."""
        values = self.checked(RecurringSerializer)
        values.pop("version", None)
        return self.shown(self._saved(RecurringExpense(business=self.business), values, None), status=201)

    @extend_schema(request=RecurringSerializer, responses={200: RecurringOut})
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is given; without `version` the last write wins. What is recorded stays as it is."""
        values = self.checked(RecurringSerializer, partial=True)
        version = values.pop("version", None)
        return self.shown(self._saved(self.get_object(), values, version))

    def destroy(self, request: Request, pk: int) -> Response:
        """Delete it; with a history it rests instead."""
        recurring.remove_recurring(recurring=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=DaySerializer, responses={200: RecurringOut})
    def skip(self, request: Request, pk: int) -> Response:
        """Leave one of its days out."""
        found, values = self.get_object(), self.checked(DaySerializer)
        posting.skip(recurring=found, by=self.member, at=timezone.now(), **values)
        return self.shown(found)

    @extend_schema(request=SettleSerializer, responses={201: SettledSerializer})
    def settle(self, request: Request, pk: int) -> Response:
        """Record one of its days with an amount of its own: one that waits, or one ahead of time."""
        found, values = self.get_object(), self.checked(SettleSerializer)
        done = posting.settle(recurring=found, by=self.member, at=timezone.now(), **values)
        return self.shown(done, shape=SettledSerializer, status=201)

    @property
    def _today(self) -> Any:
        return self.business.local_day(timezone.now())

    def _saved(self, thing: RecurringExpense, values: dict[str, Any], version: int | None) -> RecurringExpense:
        saved = recurring.save_recurring(recurring=thing, by=self.member, at=timezone.now(), values=values, version=version)
        return self.rows().get(pk=saved.pk)
