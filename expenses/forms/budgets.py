from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Business
from common import money
from common.fields import LARGEST_AMOUNT
from common.form_fields import NumberField
from expenses.models import Budget, ExpenseCategory
from expenses.models.budget import Mode
from expenses.periods import CarryOver, Every

DATE = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class BudgetForm(forms.Form):
    name = forms.CharField(max_length=80)
    category = forms.ModelChoiceField(
        ExpenseCategory.objects.none(), required=False, empty_label="All spending", help_text="With all that lies in it."
    )
    amount = NumberField(label="Limit", least=0, most=LARGEST_AMOUNT, places=4, what="amount")
    period = forms.ChoiceField(label="Every", choices=Every.choices, initial=Every.MONTHLY)
    starts_on = forms.DateField(label="From", **DATE, help_text="The first day of its first period.")  # type: ignore[arg-type]
    ends_on = forms.DateField(label="To", **DATE, required=False, help_text="For “from one day to another” only.")  # type: ignore[arg-type]
    carry_over = forms.ChoiceField(label="Carry over", choices=CarryOver.choices, initial=CarryOver.NONE)
    thresholds = forms.CharField(
        label="Tell me at", initial="80, 100", max_length=40, help_text="Per cent, with commas between them."
    )
    mode = forms.ChoiceField(label="When it is over", choices=Mode.choices, initial=Mode.TELL)

    def __init__(self, data: Any = None, *, business: Business, budget: Budget | None = None) -> None:
        super().__init__(data, initial=_initial(business, budget))
        categories = ExpenseCategory.objects.for_business(business).order_by("name")
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        self.fields["amount"].places = money.places(business.currency)  # type: ignore[attr-defined]


def _initial(business: Business, budget: Budget | None) -> dict[str, Any]:
    if budget is None:
        return {"starts_on": business.local_day(timezone.now()).replace(day=1)}
    names = ("name", "period", "starts_on", "ends_on", "carry_over", "mode")
    return {name: getattr(budget, name) for name in names} | {
        "amount": business.money(budget.amount),
        "category": budget.category_id,
        "thresholds": budget.thresholds.replace(",", ", "),
    }
