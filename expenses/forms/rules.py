from typing import Any

from django import forms

from accounts.models import Business
from common import money
from common.fields import LARGEST_AMOUNT
from common.form_fields import NumberField
from expenses.models import Account, ExpenseCategory, FilingRule
from expenses.services.rules import FIELDS


class RuleForm(forms.Form):
    name = forms.CharField(max_length=80)
    payee_contains = forms.CharField(label="Payee contains", max_length=120, required=False)
    text_contains = forms.CharField(label="Note contains", max_length=120, required=False)
    least = NumberField(label="Amount from", least=0, most=LARGEST_AMOUNT, places=4, what="amount", required=False)
    most = NumberField(label="Amount up to", least=0, most=LARGEST_AMOUNT, places=4, what="amount", required=False)
    account = forms.ModelChoiceField(Account.objects.none(), required=False, empty_label="Any account")
    category = forms.ModelChoiceField(ExpenseCategory.objects.none(), label="File it under", empty_label="Choose one")
    set_payee = forms.CharField(label="Name the payee", max_length=120, required=False, help_text="Empty keeps the one it has.")
    add_tags = forms.CharField(label="Add tags", max_length=200, required=False, help_text="With commas between them.")
    is_active = forms.BooleanField(label="The rule is at work", required=False, initial=True)

    def __init__(self, data: Any = None, *, business: Business, rule: FilingRule | None = None, initial: Any = None) -> None:
        super().__init__(data, initial=_initial(business, rule) if rule else initial)
        categories = ExpenseCategory.objects.for_business(business).filter(is_active=True).order_by("name")
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        self.fields["account"].queryset = Account.objects.for_business(business).order_by("name")  # type: ignore[attr-defined]
        for name in ("least", "most"):
            self.fields[name].places = money.places(business.currency)  # type: ignore[attr-defined]


def _initial(business: Business, rule: FilingRule) -> dict[str, Any]:
    values = {name: getattr(rule, name) for name in FIELDS}
    amounts = {name: business.money(values[name]) for name in ("least", "most") if values[name] is not None}
    return values | amounts | {"category": rule.category_id, "account": rule.account_id}
