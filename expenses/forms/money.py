from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import Business
from common import money
from common.fields import LARGEST_AMOUNT
from common.form_fields import NumberField
from expenses.models import Account, AccountKind, ExpenseCategory, Transfer
from expenses.periods import FIRST_DAY, LAST_DAY
from expenses.services.transfers import Move


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AccountForm(forms.Form):
    name = forms.CharField(max_length=80)
    kind = forms.ChoiceField(choices=AccountKind.choices, initial=AccountKind.BANK)
    opening_balance = NumberField(
        least=-LARGEST_AMOUNT, most=LARGEST_AMOUNT, places=4, what="amount", initial=0, help_text="With a minus for a debt."
    )
    opened_on = DayField(label="On", help_text="The balance at the start of this day.")
    is_active = forms.BooleanField(
        label="In use", required=False, initial=True, help_text="A closed account keeps its history and what lies on it."
    )

    def __init__(self, data: Any = None, *, business: Business, account: Account | None = None) -> None:
        super().__init__(data, initial=_of_account(account) if account else {"opened_on": business.local_day(timezone.now())})
        self.fields["opening_balance"].places = money.places(business.currency)  # type: ignore[attr-defined]
        if account is None:
            del self.fields["is_active"]


class TransferForm(forms.Form):
    """One transfer, whole. Its `key` keeps a second click from moving the money again."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    source = forms.TypedChoiceField(label="From")
    target = forms.TypedChoiceField(label="To")
    amount = NumberField(least=0, most=LARGEST_AMOUNT, places=4, what="amount")
    moved_on = DayField(label="Date")
    note = forms.CharField(max_length=255, required=False)

    def __init__(self, data: Any = None, *, business: Business, transfer: Transfer | None = None, source: str = "") -> None:
        super().__init__(data, initial=_of_transfer(transfer) if transfer else {})
        usable = Q(is_active=True) | Q(pk__in=[transfer.source_id, transfer.target_id] if transfer else [])
        rows = Account.objects.for_business(business).filter(usable).order_by("name", "pk")
        self.accounts = {str(account.pk): account for account in rows}
        for name in ("source", "target"):
            self.fields[name].choices = [(pk, account.name) for pk, account in self.accounts.items()]  # type: ignore[attr-defined]
            self.fields[name].coerce = self.accounts.__getitem__  # type: ignore[attr-defined]
        self.fields["amount"].places = money.places(business.currency)  # type: ignore[attr-defined]
        if transfer is None:
            self.initial = {"key": uuid4().hex, "moved_on": business.local_day(timezone.now())} | self._first_two(source)

    def _first_two(self, source: str) -> dict[str, str]:
        first = source if source in self.accounts else next(iter(self.accounts), "")
        return {"source": first, "target": next((pk for pk in self.accounts if pk != first), "")}

    def move(self) -> Move:
        return Move(**{name: value for name, value in self.cleaned_data.items() if name != "key"})


class PeriodForm(forms.Form):
    """The days of a list, both included; what is no day asks for nothing."""

    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)

    def wanted(self) -> dict[str, date]:
        days = self.cleaned_data if self.is_valid() else {}
        return {name: day for name, day in days.items() if day and FIRST_DAY <= day <= LAST_DAY}


class DayForm(forms.Form):
    """A day that an address asks for; what is no day asks for nothing."""

    on = DayField(required=False)

    def wanted(self) -> date | None:
        day: date | None = self.cleaned_data["on"] if self.is_valid() else None
        return day if day and FIRST_DAY <= day <= LAST_DAY else None


class StatementForm(forms.Form):
    """What a statement says: its day and its closing balance; and how much of the list is on it without looking."""

    statement_on = DayField(label="Day of the statement")
    balance = NumberField(
        label="Its closing balance",
        least=-LARGEST_AMOUNT,
        most=LARGEST_AMOUNT,
        places=4,
        what="amount",
        help_text="With a minus for a debt.",
    )
    all_until = DayField(label="Take all as found up to", required=False, help_text="For a long list that you know is right.")
    category = forms.ModelChoiceField(
        ExpenseCategory.objects.none(), required=False, label="Category of the difference", empty_label="Choose one"
    )

    def __init__(self, data: Any = None, *, business: Business) -> None:
        super().__init__(data, initial={"statement_on": business.local_day(timezone.now())})
        self.fields["balance"].places = money.places(business.currency)  # type: ignore[attr-defined]
        categories = ExpenseCategory.objects.for_business(business).filter(is_active=True).order_by("name")
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]

    def clean_statement_on(self) -> date:
        day: date = self.cleaned_data["statement_on"]
        if not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(f"Choose a day after 1970 and before {LAST_DAY.year}.")
        return day


def _of_account(account: Account) -> dict[str, Any]:
    names = ("name", "kind", "opened_on", "is_active")
    return {name: getattr(account, name) for name in names} | {"opening_balance": account.business.money(account.opening_balance)}


def _of_transfer(transfer: Transfer) -> dict[str, Any]:
    return {
        "source": transfer.source_id,
        "target": transfer.target_id,
        "amount": transfer.business.money(transfer.amount),
        "moved_on": transfer.moved_on,
        "note": transfer.note,
    }
