"""Reports for programs: the figures of the pages, as JSON or as the same files."""

from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.fields import Day, plain
from common.api.views import BusinessViewSet, Query
from common.money import places
from common.spreadsheets import XLSX_TYPE
from expenses.models import Expense
from expenses.periods import Period
from portal.reports import spans
from portal.reports.files import FORMS, response
from portal.reports.kinds import REPORTS, Asked
from portal.reports.shapes import Figure, Report, Row, Unit

BY = {"category": "categories", "payee": "payees", "tag": "tags", "month": "months", "day": "calendar"}
DAYS = "Without it and the other, this month; of months and of net worth, the last twelve."
ANSWERS = {
    (200, "application/json"): None,
    (200, "text/csv"): OpenApiTypes.STR,
    (200, XLSX_TYPE): OpenApiTypes.BINARY,
    (200, "application/pdf"): OpenApiTypes.BINARY,
}


class ReportQuery(Query):
    to = Day(source="last", required=False, help_text="The last day, included. At most ten years after the first.")
    format = serializers.ChoiceField(["json", *FORMS], default="json", required=False, help_text="Files are for who may export.")

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language and no name for an attribute."""
        return {"from": Day(source="first", required=False, help_text=f"The first day. {DAYS}")} | super().get_fields()


def query_of(name: str) -> type[ReportQuery]:
    """With what that report can be asked beside its days."""
    fields = {option.key: option.parameter() for option in REPORTS[name].options}
    return type(f"{name.title().replace('_', '')}Query", (ReportQuery,), fields)


class ExpensesReportQuery(ReportQuery):
    by = serializers.ChoiceField(list(BY), default="category", required=False)


class ColumnOut(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Its name among the figures of a row.")
    name = serializers.CharField()
    unit = serializers.ChoiceField([unit.value for unit in Unit])


class RowOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    key = serializers.CharField(allow_null=True, help_text="An id, a name or a day; null for what has none, and for sums.")
    depth = serializers.IntegerField(help_text="In a tree; 0 at its top.")
    is_sum = serializers.BooleanField()
    figures = serializers.DictField(
        child=serializers.CharField(allow_null=True),
        help_text="By the keys of the columns; null for nothing to tell.",
    )


class ReportOut(serializers.Serializer[Any]):
    title = serializers.CharField()
    to = Day(help_text="The last day, included.")
    currency = serializers.CharField()
    columns = ColumnOut(many=True)
    rows = RowOut(many=True)
    total = RowOut(allow_null=True)
    remark = serializers.CharField(help_text="What is to be known of the figures; may be empty.")

    def get_fields(self) -> dict[str, Any]:
        return {"from": Day(help_text="The first day.")} | super().get_fields()


def shown(report: Report, currency: str) -> dict[str, Any]:
    """A report as JSON has it."""
    return {
        "title": report.title,
        "from": report.period.first,
        "to": report.period.last,
        "currency": currency,
        "columns": [{"key": column.key, "name": column.name, "unit": column.unit.value} for column in report.columns],
        "rows": [_row(report, row, currency) for row in report.rows],
        "total": _row(report, report.total, currency) if report.total else None,
        "remark": report.remark,
    }


def _row(report: Report, row: Row, currency: str) -> dict[str, Any]:
    pairs = zip(report.columns, row.figures, strict=True)
    figures = {column.key: _figure(figure, column.unit, currency) for column, figure in pairs}
    key = None if row.key is None else str(row.key)
    return {"label": row.label, "key": key, "depth": row.depth, "is_sum": row.is_sum, "figures": figures}


def _figure(figure: Figure, unit: Unit, currency: str) -> str | None:
    if figure.on:
        return figure.on.isoformat()
    return None if figure.value is None else plain(figure.value, places(currency) if unit is Unit.MONEY else 0)


class ReportViewSet(BusinessViewSet):
    """One report; the names of the others are its addresses."""

    model = Expense
    serializer_class = ReportOut
    scope = Scope.EXPENSE
    is_for_shops = False
    query_class = ReportQuery
    report: ClassVar[str] = ""

    def built(self, name: str, asked: dict[str, Any]) -> HttpResponseBase:
        kind = REPORTS[name]
        today = self.business.local_day(timezone.now())
        chosen = {option.key: asked[option.key] for option in kind.options}
        found = kind.build(Asked(self.member, _period(asked, spans.named(today)[kind.usual]), today, chosen))
        if asked["format"] == "json":
            return Response(shown(found, self.business.currency))
        self.member.must(Action.EXPORT)
        return response(found, self.business, asked["format"])

    @extend_schema(parameters=[ReportQuery], responses=ANSWERS | {(200, "application/json"): ReportOut})
    def show(self, request: Request) -> HttpResponseBase:
        return self.built(self.report, self.asked())


class BudgetsReport(ReportViewSet):
    """Each period of each budget that the days touch: its limit against what was spent and committed."""

    report = "budgets"


class NetWorthReport(ReportViewSet):
    """What lies on all accounts together and on each, at the ends of days (of a month at most) or of months."""

    report = "net_worth"


class ProfitReport(ReportViewSet):
    """Sales without tax, less what the goods cost, less expenses without the tax that comes back. Only of shops."""

    report = "profit_and_loss"
    is_for_shops = True


class StockReport(ReportViewSet):
    """Each of its kind says in the schema what it can be asked."""

    scope = Scope.STOCK
    is_for_shops = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.query_class = query_of(cls.report)
        answers = ANSWERS | {(200, "application/json"): ReportOut}

        @extend_schema(parameters=[cls.query_class], responses=answers)
        def show(self: ReportViewSet, request: Request) -> HttpResponseBase:
            return self.built(self.report, self.asked())

        cls.show = show  # type: ignore[method-assign]


class ValuationReport(StockReport):
    """What stock was worth at the end of the days, beside what it was worth before them. Only of shops."""

    report = "stock_value"


class MovementsReport(StockReport):
    """What there was, what came and went by kind, and what there is: of each product, category or location. Only of shops."""

    report = "movements"


class IdleStockReport(StockReport):
    """Products on hand that have not sold for long (dead) or will last long (slow), as of the last day. Only of shops."""

    report = "idle_stock"


class ShrinkageReport(StockReport):
    """What was lost, broken, taken or counted less, and apart from it what was found; at cost. Only of shops."""

    report = "shrinkage"


class SellThroughReport(StockReport):
    """How much was sold of what was there and came, how long the rest lasts, and what it earned. Only of shops."""

    report = "sell_through"


class ExpensesReport(ReportViewSet):
    """What was spent, less refunds, beside the period before."""

    query_class = ExpensesReportQuery

    @extend_schema(parameters=[ExpensesReportQuery], responses=ANSWERS | {(200, "application/json"): ReportOut})
    def show(self, request: Request) -> HttpResponseBase:
        asked = self.asked()
        return self.built(BY[asked["by"]], asked)


def _period(asked: dict[str, Any], usual: Period) -> Period:
    first, last = asked.get("first"), asked.get("last")
    if first is None and last is None:
        return usual
    at, refusal = spans.refusal(first, last)
    if refusal or not (first and last):
        raise ValidationError({{"first": "from", "last": "to"}[at]: refusal}, code="invalid")
    return Period(first, last)
