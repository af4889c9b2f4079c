from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from accounts.models import Business
from common import money
from common.fields import LARGEST_AMOUNT
from common.form_fields import NumberField
from expenses.models import Account, Expense, ExpenseCategory, ExpenseKind
from expenses.services.record import Entry, Share


class ExpenseForm(forms.Form):
    """One expense, whole. Its splits and its tax are kept as they are as long as the amount and the category are.

    Its `key` keeps a second click from recording it again.
    """

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    amount = NumberField(least=0, most=LARGEST_AMOUNT, places=4, what="amount")
    payee = forms.CharField(max_length=120, required=False)
    category = forms.ModelChoiceField(ExpenseCategory.objects.none(), empty_label=None)
    spent_on = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kind = forms.ChoiceField(choices=ExpenseKind.choices, required=False)
    account = forms.ModelChoiceField(Account.objects.none(), required=False)
    tags = forms.CharField(max_length=200, required=False, help_text="With commas between them.")
    note = forms.CharField(max_length=255, required=False)
    confirmed = forms.BooleanField(required=False, label="Record it although a budget is over")

    def __init__(self, data: Any = None, *, business: Business, expense: Expense | None = None) -> None:
        super().__init__(data, initial=_initial(business, expense))
        self.business, self.expense = business, expense
        self._choices()

    def _choices(self) -> None:
        categories = ExpenseCategory.objects.for_business(self.business).filter(is_active=True).order_by("name")
        accounts = Account.objects.for_business(self.business).filter(is_active=True).order_by("name")
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]
        self.fields["amount"].places = money.places(self.business.currency)  # type: ignore[attr-defined]

    def entry(self) -> Entry:
        values = {name: value for name, value in self.cleaned_data.items() if name not in {"confirmed", "key"}}
        tags = values.pop("tags").split(",")
        kind = ExpenseKind(values.pop("kind") or ExpenseKind.EXPENSE)
        return Entry(**values, **self._kept(), kind=kind, tags=tags)

    def _kept(self) -> dict[str, Any]:
        """What the page does not show."""
        if not self.expense or {"amount", "category"} & set(self.changed_data):
            return {}
        splits = sorted(self.expense.splits.all(), key=lambda split: split.pk)
        parts = [Share(split.category, abs(split.amount), split.note) for split in splits]
        return {"tax": self.expense.tax, "splits": parts}


def _initial(business: Business, expense: Expense | None) -> dict[str, Any]:
    if expense is None:
        return {"spent_on": business.local_day(timezone.now()), "kind": ExpenseKind.EXPENSE, "key": uuid4().hex}
    return {
        "amount": business.money(expense.amount),
        "payee": expense.payee.name if expense.payee else "",
        "category": min(expense.splits.all(), key=lambda split: split.pk).category_id,
        "spent_on": expense.spent_on,
        "kind": expense.kind,
        "account": expense.account_id,
        "tags": ", ".join(tag.name for tag in expense.tags.all()),
        "note": expense.note,
    }
