from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Business
from common import money
from common.fields import LARGEST_AMOUNT
from common.form_fields import NumberField
from expenses.models import Account, Budget, ExpenseCategory, Tag
from expenses.models.budget import Mode
from expenses.periods import FIRST_DAY, LAST_DAY, CarryOver, Every

Named = TypeVar("Named", ExpenseCategory, Account)
DATE = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class BudgetForm(forms.Form):
    name = forms.CharField(max_length=80)
    category = forms.ModelChoiceField(
        ExpenseCategory.objects.none(), required=False, empty_label="Any category", help_text="With all that lies in it."
    )
    tag = forms.ModelChoiceField(Tag.objects.none(), required=False, empty_label="Any tag")
    account = forms.ModelChoiceField(Account.objects.none(), required=False, empty_label="Any account")
    amount = NumberField(label="Limit", least=0, most=LARGEST_AMOUNT, places=4, what="amount")
    period = forms.ChoiceField(label="Every", choices=Every.choices, initial=Every.MONTHLY)
    starts_on = forms.DateField(label="From", **DATE, help_text="The first day of its first period.")  # type: ignore[arg-type]
    ends_on = forms.DateField(
        label="To", **DATE, required=False, help_text="The last day. Only “from one day to another” must have one."  # type: ignore[arg-type]
    )  # fmt: skip
    carry_over = forms.ChoiceField(label="Carry over", choices=CarryOver.choices, initial=CarryOver.NONE)
    thresholds = forms.CharField(
        label="Tell me at", initial="80, 100", max_length=40, required=False, help_text="Per cent, with commas between them."
    )
    mode = forms.ChoiceField(
        label="When it is over",
        choices=Mode.choices,
        initial=Mode.TELL,
        help_text="Managers and owners may pass a refusal, once they have confirmed it.",
    )

    def __init__(self, data: Any = None, *, business: Business, budget: Budget | None = None, initial: Any = None) -> None:
        super().__init__(data, initial=_initial(business, budget) | (initial or {}))
        self._business, self._budget = business, budget
        categories = _usable(ExpenseCategory.objects.for_business(business), budget.category_id if budget else None)
        accounts = _usable(Account.objects.for_business(business), budget.account_id if budget else None)
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]
        self.fields["tag"].queryset = Tag.objects.for_business(business).order_by("name")  # type: ignore[attr-defined]
        self.fields["amount"].places = money.places(business.currency)  # type: ignore[attr-defined]

    def planned(self) -> Budget | None:
        """The budget as far as it is filled in; None while its periods are not known."""
        self.full_clean()
        names = ("category", "tag", "account", "period", "starts_on", "ends_on")
        budget = Budget(business=self._business, **{name: self.cleaned_data.get(name) for name in names})
        if not budget.starts_on or not FIRST_DAY <= budget.starts_on <= LAST_DAY or not budget.period:
            return None
        length_unknown = budget.period == Every.CUSTOM and not (budget.ends_on and budget.ends_on >= budget.starts_on)
        return None if length_unknown else budget

    def with_limit(self, amount: Decimal | None) -> "BudgetForm":
        """The same as it was filled in, with another limit, and nothing said of what is missing."""
        typed = {name: self.data.get(name) for name in self.fields}
        limit = {} if amount is None else {"amount": amount}
        return BudgetForm(business=self._business, budget=self._budget, initial=typed | limit)


class ReviseForm(forms.Form):
    """Another limit from the period that holds a day."""

    amount = NumberField(label="New limit", least=0, most=LARGEST_AMOUNT, places=4, what="amount")
    on = forms.DateField(label="From the period that holds", **DATE)  # type: ignore[arg-type]
    reason = forms.CharField(max_length=255, required=False)

    def __init__(self, data: Any = None, *, business: Business, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["amount"].places = money.places(business.currency)  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """Money from one budget to another."""

    source = forms.TypedChoiceField(label="From")
    target = forms.TypedChoiceField(label="To")
    amount = NumberField(least=0, most=LARGEST_AMOUNT, places=4, what="amount")
    on = forms.DateField(label="Day", **DATE, help_text="It counts in the periods that hold this day.")  # type: ignore[arg-type]
    reason = forms.CharField(max_length=255, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    confirmed = forms.BooleanField(required=False, label="Move it although it is more than is left")

    def __init__(self, data: Any = None, *, business: Business, budgets: Mapping[Budget, str], initial: Any = None) -> None:
        """Each of `budgets` with what it is called in the list."""
        super().__init__(data, initial=initial)
        by_key = {str(budget.pk): budget for budget in budgets}
        for name in ("source", "target"):
            choice = self.fields[name]
            choice.choices = [("", "Choose a budget"), *((budget.pk, label) for budget, label in budgets.items())]  # type: ignore[attr-defined]
            choice.coerce = by_key.__getitem__  # type: ignore[attr-defined]
        self.fields["amount"].places = money.places(business.currency)  # type: ignore[attr-defined]


def _usable(rows: "QuerySet[Named]", kept: int | None) -> "QuerySet[Named]":
    """What may be chosen, and what was."""
    return (rows.filter(is_active=True) | rows.filter(pk=kept or 0)).order_by("name")


def _initial(business: Business, budget: Budget | None) -> dict[str, Any]:
    if budget is None:
        return {"starts_on": business.local_day(timezone.now()).replace(day=1)}
    names = ("name", "period", "starts_on", "ends_on", "carry_over", "mode")
    return {name: getattr(budget, name) for name in names} | {
        "amount": business.money(budget.amount),
        "category": budget.category_id,
        "tag": budget.tag_id,
        "account": budget.account_id,
        "thresholds": budget.thresholds.replace(",", ", "),
    }
