from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.http import QueryDict

from common.ids import as_id
from expenses.forms.choices import Categories, CategoryField
from expenses.lists import SPENDING, Wanted
from expenses.models import Account, ExpenseKind, ExpenseState

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
FOLDED = ("outside", "payee", "tag", "without", "account", "kind", "state", "is_exact")
KINDS = [("", "All"), (SPENDING, "Expenses and refunds"), *ExpenseKind.choices]
WITHOUT = [("", "Whatever"), ("payee", "A payee"), ("tag", "Tags")]
PLACE = ("after", "before", "line", "read")


@dataclass(frozen=True)
class PeriodLink:
    label: str
    url: str
    is_current: bool


class ExpenseFilterForm(forms.Form):
    """What the address narrows the list to. A value that makes no sense is left out, and says so at its field."""

    q = forms.CharField(required=False, max_length=200, label="Search")
    since = forms.DateField(required=False, label="From", widget=DAY)
    until = forms.DateField(required=False, label="To", widget=DAY)
    category = CategoryField(required=False, empty="All")
    outside = CategoryField(required=False, empty="Nothing", label="Leave out")
    is_exact = forms.BooleanField(required=False, label="Only what is directly in the category")
    payee = forms.CharField(required=False, max_length=120)
    tag = forms.CharField(required=False, max_length=40)
    without = forms.ChoiceField(required=False, choices=WITHOUT)
    account = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False, choices=KINDS)
    state = forms.ChoiceField(required=False, choices=[("", "All"), *ExpenseState.choices])

    def __init__(self, data: QueryDict, *, categories: Categories, accounts: list[Account]) -> None:
        super().__init__(data, auto_id="filter_%s")
        self._address = data
        for name in ("category", "outside"):
            self.fields[name].categories = categories  # type: ignore[attr-defined]
        self.fields["account"].choices = [("", "All"), *((each.pk, each.name) for each in accounts)]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def opens_more(self) -> bool:
        return any(self.data.get(name) for name in FOLDED)

    @property
    def is_set(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    @property
    def wanted(self) -> Wanted:
        found = self.cleaned_data
        category, outside = found.get("category"), found.get("outside")
        texts = {name: found.get(name, "") for name in ("payee", "tag", "without", "kind", "state")}
        return Wanted(
            since=found.get("since"),
            until=found.get("until"),
            category=category.pk if category else None,
            outside=outside.pk if outside else None,
            is_exact=bool(category and found.get("is_exact")),
            account=as_id(found.get("account", "")) or None,
            text=found.get("q", ""),
            **texts,
        )

    def periods(self, today: date) -> list[PeriodLink]:
        """The usual periods as links, which keep what else the list is narrowed to."""
        first = today.replace(day=1)
        last_month = first - timedelta(days=1)
        spans: list[tuple[str, date | None, date | None]] = [
            ("All time", None, None),
            ("This month", first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)),
            ("Last month", last_month.replace(day=1), last_month),
            ("This year", today.replace(month=1, day=1), today.replace(month=12, day=31)),
        ]
        now = (self.cleaned_data.get("since"), self.cleaned_data.get("until"))
        return [PeriodLink(label, self._url(since, until), now == (since, until)) for label, since, until in spans]

    def _url(self, since: date | None, until: date | None) -> str:
        query = self._address.copy()
        for name in (*PLACE, "since", "until"):
            query.pop(name, None)
        if since and until:
            query["since"], query["until"] = since.isoformat(), until.isoformat()
        return f"?{query.urlencode()}"
