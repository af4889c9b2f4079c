from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common import money
from common.api.views import BusinessViewSet, NamedViewSet
from common.money import ZERO
from expenses.api import serializers as shapes
from expenses.lists import Wanted, for_rows, get_expenses
from expenses.models import Budget, Expense, ExpenseCategory, ExpenseKind
from expenses.queries import BudgetPosition, get_alike, get_budgets, get_history, get_positions
from expenses.services import budgets, categories, record

USUAL_PERIODS = 12


class ExpenseCategoryViewSet(NamedViewSet):
    model = ExpenseCategory
    serializer_class = shapes.ExpenseCategorySerializer
    scope = Scope.EXPENSE
    is_for_shops = False
    needs = dict.fromkeys(("create", "partial_update"), Action.MANAGE_BUDGETS)

    def save(self, thing: ExpenseCategory, version: int | None) -> ExpenseCategory:
        return categories.save_category(category=thing, by=self.member, at=timezone.now())


class ExpenseViewSet(BusinessViewSet):
    model = Expense
    serializer_class = shapes.ExpenseOut
    query_class = shapes.ExpenseQuery
    scope = Scope.EXPENSE
    is_for_shops = False
    needs = dict.fromkeys(("create", "partial_update", "destroy"), Action.ADD_EXPENSE)
    orderings = {"spent_on": ("spent_on", "id")}
    default_ordering = "-spent_on"

    def rows(self) -> QuerySet[Expense]:
        return Expense.objects.for_business(self.business).select_related("payee").prefetch_related("splits", "tags")

    def filtered(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        narrowed = {("text" if name == "search" else name): value for name, value in asked.items()}
        return for_rows(get_expenses(self.business, Wanted(**narrowed)))

    @extend_schema(request=shapes.ExpenseSerializer, responses={201: shapes.RecordedSerializer})
    def create(self, request: Request) -> Response:
        """Record an expense. A budget that refuses or asks answers 409; a possible duplicate is named, never refused."""
        values = self.checked(shapes.ExpenseSerializer)
        confirmed = values.pop("confirmed", False)
        done = record.record_expense(by=self.member, entry=_entry(values), at=timezone.now(), confirmed=confirmed)
        return self._recorded(done, status=201)

    @extend_schema(request=shapes.ExpenseSerializer, responses={200: shapes.RecordedSerializer})
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is given; without `version` the last write wins."""
        values = self.checked(shapes.ExpenseSerializer, partial=True)
        expense = self.get_object()
        confirmed, version = values.pop("confirmed", False), values.pop("version", None)
        entry = _entry(_merged(_as_entered(expense), values))
        done = record.update_expense(
            expense=expense, by=self.member, entry=entry, at=timezone.now(), confirmed=confirmed, version=version
        )
        return self._recorded(done)

    def destroy(self, request: Request, pk: int) -> Response:
        record.delete_expense(expense=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)

    def _recorded(self, done: record.Recorded, status: int = 200) -> Response:
        expense = self.rows().get(pk=done.expense.pk)
        expense.budgets, expense.rate_on = done.budgets, done.rate_on  # type: ignore[attr-defined]
        expense.possible_duplicates = [other.pk for other in get_alike(expense)]  # type: ignore[attr-defined]
        return self.shown(expense, shape=shapes.RecordedSerializer, status=status)


class BudgetViewSet(BusinessViewSet):
    model = Budget
    serializer_class = shapes.BudgetSerializer
    scope = Scope.EXPENSE
    is_for_shops = False
    needs = dict.fromkeys(("create", "partial_update"), Action.MANAGE_BUDGETS)
    orderings = {"name": ("name", "id")}

    def create(self, request: Request) -> Response:
        values = self.checked(shapes.BudgetSerializer)
        values.pop("version", None)
        return self.shown(self._saved(Budget(business=self.business), values, None), status=201)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Without `version` the last write wins."""
        values = self.checked(shapes.BudgetSerializer, partial=True)
        version = values.pop("version", None)
        return self.shown(self._saved(self.get_object(), values, version))

    @extend_schema(parameters=[shapes.PositionQuery], responses={200: shapes.PositionSerializer})
    def position(self, request: Request, pk: int) -> Response:
        """What is left in the period that holds a day; 404 where the budget has no period then."""
        self.query_class = shapes.PositionQuery
        found = get_positions(self.business, [self.get_object()], self._day())
        if not found:
            raise NotFound("This budget has no period on that day.")
        return self.shown(found[0], shape=shapes.PositionSerializer)

    @extend_schema(parameters=[shapes.PositionQuery], responses={200: shapes.PositionsSerializer})
    def positions(self, request: Request) -> Response:
        """Where each budget in use stands, each in its own period that holds a day, by name."""
        self.query_class = shapes.PositionQuery
        found = get_positions(self.business, get_budgets(self.business), self._day())
        return self.shown({"positions": found}, shape=shapes.PositionsSerializer)

    @extend_schema(parameters=[shapes.HistoryQuery], responses={200: shapes.PositionsSerializer})
    def history(self, request: Request, pk: int) -> Response:
        """The periods up to the one that holds a day, the newest first; none where the budget has no period then."""
        self.query_class = shapes.HistoryQuery
        budget, periods = self.get_object(), self.asked().get("periods", USUAL_PERIODS)
        found = [BudgetPosition(budget, where) for where in get_history(budget, self._day(), periods=periods)]
        return self.shown({"positions": found}, shape=shapes.PositionsSerializer)

    def rows(self) -> QuerySet[Budget]:
        return Budget.objects.for_business(self.business).prefetch_related("revisions")

    def _day(self) -> date:
        asked: date | None = self.asked().get("on")
        return asked or self.business.local_day(timezone.now())

    def _saved(self, budget: Budget, values: dict[str, Any], version: int | None) -> Budget:
        if "thresholds" in values:
            values["thresholds"] = ",".join(str(level) for level in values["thresholds"])
        return budgets.save_budget(budget=budget, by=self.member, at=timezone.now(), values=values, version=version)


def _entry(values: Mapping[str, Any]) -> record.Entry:
    shares = [record.Share(**split) for split in values.get("splits", ())]
    kind = ExpenseKind(values.get("kind", ExpenseKind.EXPENSE))
    if "amount" not in values and not values.get("foreign_currency"):
        raise ValidationError({"amount": "This field is required."}, code="required")
    return record.Entry(**{"amount": ZERO, **values, "splits": shares, "kind": kind})


def _merged(entered: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from a value that changes is worked out anew, unless it is given too."""
    if "tax_rate" in values:
        entered.pop("tax")
    if values.get("foreign_currency") == "":
        entered |= {"foreign_amount": None, "rate": None}
    elif "amount" in values:
        entered["rate"] = None
    elif {"foreign_amount", "rate", "foreign_currency"} & values.keys():
        if entered["rate"]:
            entered["tax"] = money.rounded(entered.get("tax", ZERO) / entered["rate"], entered["foreign_currency"])
        entered["amount"] = ZERO
        if "foreign_currency" in values:
            entered["rate"] = None
    return {**entered, **values}


def _as_entered(expense: Expense) -> dict[str, Any]:
    """What it is now, as somebody would enter it. Splits that are not one go with an amount that is not changed."""
    splits = list(expense.splits.select_related("category").order_by("pk"))
    parts = [{"category": split.category, "amount": abs(split.amount), "note": split.note} for split in splits]
    return {
        "kind": expense.kind,
        "spent_on": expense.spent_on,
        "amount": expense.amount,
        "tax": expense.tax,
        "foreign_amount": expense.foreign_amount,
        "foreign_currency": expense.foreign_currency,
        "rate": expense.rate,
        "refund_of": expense.refund_of,
        "category": splits[0].category,
        "payee": expense.payee.name if expense.payee else "",
        "account": expense.account,
        "note": expense.note,
        "tags": [tag.name for tag in expense.tags.all()],
        "splits": parts if len(parts) > 1 else [],
    }
