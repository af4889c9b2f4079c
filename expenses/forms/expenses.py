from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import Business
from common import money
from common.fields import COST_PLACES, LARGEST_AMOUNT
from common.form_fields import DecimalField, NumberField
from expenses.forms.choices import Categories, CategoryField
from expenses.forms.splits import SplitRows
from expenses.forms.stored import refund_values, stored, stored_shares, untouched
from expenses.models import Account, Expense, ExpenseKind
from expenses.payees import get_remembered
from expenses.services.record import Entry, Share, get_refunded

AS_LAST_TIME = "As last time"
FOLDED = ("account", "tags", "currency", "rate", "tax", "tax_rate")
MONEY = {"amount", "currency", "rate", "category", "tax", "tax_rate"}


class ExpenseForm(forms.Form):
    """One expense, whole. Amount, splits and tax are in the currency that is chosen.

    `typed` fills in what was understood or is half entered; it is not checked yet. Its `key` keeps a second click from
    recording it again. What the page did not show (no row of a split, no tax) stays as long as amount and category do.
    """

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    kind = forms.ChoiceField(choices=ExpenseKind.choices, required=False)
    amount = NumberField(least=0, most=LARGEST_AMOUNT, places=4, what="amount")
    payee = forms.CharField(max_length=120, required=False)
    category = CategoryField(required=False, empty=AS_LAST_TIME)
    spent_on = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(max_length=255, required=False)
    tags = forms.CharField(max_length=200, required=False, help_text="With commas between them.")
    account = forms.ModelChoiceField(Account.objects.none(), required=False)
    currency = forms.ChoiceField(required=False)
    rate = NumberField(
        least=0,
        most=LARGEST_AMOUNT,
        places=COST_PLACES,
        what="rate",
        required=False,
        help_text="Empty: the latest up to its day.",
    )
    tax = NumberField(label="Tax in it", least=0, most=LARGEST_AMOUNT, places=4, what="amount", required=False)
    tax_rate = DecimalField(label="or its rate, %", required=False, help_text="The tax is worked out.")
    splits = forms.CharField(required=False)  # never shown: the rows are; it has their errors
    confirmed = forms.BooleanField(required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        business: Business,
        expense: Expense | None = None,
        refund_of: Expense | None = None,
        typed: Mapping[str, Any] | None = None,
        more_rows: int = 0,
    ) -> None:
        self.business, self.expense = business, expense
        self.refund_of = refund_of or (expense.refund_of if expense else None)
        self.asks = ""  # the sentence of a budget that wants to be asked
        first = stored_shares(expense) if expense else []
        super().__init__(data, initial={**_fresh(business), **_first(expense, refund_of), **(typed or {})})
        self.categories = Categories(business, keep={share.category.pk for share in first})
        self._choices(refund_of)
        self.rows = SplitRows(
            data if data is not None else typed,
            first=first if len(first) > 1 else [],
            categories=self.categories,
            places=money.places(self.chosen_currency),
            more=more_rows,
        )

    @property
    def chosen_currency(self) -> str:
        chosen = self["currency"].value()
        return chosen if chosen in money.known_currencies() else self.business.currency

    @property
    def opens_more(self) -> bool:
        return any(self[name].errors or self[name].value() not in {None, "", self.business.currency} for name in FOLDED)

    @property
    def opens_splits(self) -> bool:
        return bool(self["splits"].errors or self.rows.filled)

    def _choices(self, refund_of: Expense | None) -> None:
        self.fields["category"].categories = self.categories  # type: ignore[attr-defined]
        kept = self.expense.account_id if self.expense else None
        accounts = Account.objects.for_business(self.business).order_by("name")
        self.accounts = list(accounts)
        offered = [each for each in self.accounts if each.is_active or each.pk == kept]
        self.fields["account"].queryset = accounts.filter(Q(is_active=True) | Q(pk=kept))  # type: ignore[attr-defined]
        self.fields["account"].choices = [("", "None"), *((each.pk, each.name) for each in offered)]  # type: ignore[attr-defined]
        own = self.business.currency
        others = sorted(money.living_currencies() | {self.initial.get("currency") or own} - {own})
        self.fields["currency"].choices = [(code, code) for code in [own, *(each for each in others if each != own)]]  # type: ignore[attr-defined]
        for name in ("amount", "tax"):
            self.fields[name].places = money.places(self.chosen_currency)  # type: ignore[attr-defined]
        self.fields["rate"].help_text = f"{own} for one. Empty: the latest up to its day."
        if refund_of:
            del self.fields["kind"]

    def clean_splits(self) -> list[Share]:
        return self.rows.shares() if self.rows.were_sent else []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("splits"):
            cleaned["category"] = cleaned["splits"][0].category
        if cleaned.get("category") is None and "category" not in self.errors:
            cleaned["category"] = get_remembered(self.business, cleaned.get("payee", ""))
            if cleaned["category"] is None:
                self.add_error("category", "Choose a category. It is remembered for the payee.")
        return cleaned

    def entry(self) -> Entry:
        data = dict(self.cleaned_data)
        amount, currency = data["amount"], data["currency"] or self.business.currency
        is_foreign = currency != self.business.currency
        entry = Entry(
            spent_on=data["spent_on"],
            amount=money.ZERO if is_foreign else amount,
            category=data["category"],
            kind=ExpenseKind.REFUND if self._is_refund else ExpenseKind(data.get("kind") or ExpenseKind.EXPENSE),
            payee=data["payee"],
            account=data["account"],
            note=data["note"],
            tags=data["tags"].split(","),
            splits=data["splits"],
            tax=data["tax"] or money.ZERO,
            tax_rate=data["tax_rate"],
            foreign_amount=amount if is_foreign else None,
            foreign_currency=currency if is_foreign else "",
            rate=data["rate"] if is_foreign else None,
            refund_of=self.refund_of,
        )
        return self._keeping(entry)

    @property
    def _is_refund(self) -> bool:
        return "kind" not in self.fields

    def _keeping(self, entry: Entry) -> Entry:
        """What was not touched stays to the last penny, whatever it looks like in another currency."""
        if not self.expense or MONEY & self._touched() or (self.rows.were_sent and self._splits_differ()):
            return entry
        return untouched(entry, self.expense)

    def _touched(self) -> set[str]:
        """What was changed, of what was sent at all."""
        return {name for name in self.changed_data if self.add_prefix(name) in self.data}

    def _splits_differ(self) -> bool:
        shown = stored_shares(self.expense) if self.expense else []
        sent: list[Share] = self.cleaned_data["splits"]
        return sent != (shown if len(shown) > 1 else [])


def _first(expense: Expense | None, refund_of: Expense | None) -> dict[str, Any]:
    if expense:
        return stored(expense)
    return refund_values(refund_of, refund_of.amount - get_refunded(refund_of)) if refund_of else {}


def _fresh(business: Business) -> dict[str, Any]:
    today = business.local_day(timezone.now())
    return {"spent_on": today, "kind": ExpenseKind.EXPENSE, "key": uuid4().hex, "currency": business.currency}
