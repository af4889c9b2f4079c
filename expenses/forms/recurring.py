from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Business
from common import money
from common.fields import LARGEST_AMOUNT
from common.form_fields import NumberField, WholeField
from expenses.models import Account, ExpenseCategory, ExpenseKind, RecurringExpense
from expenses.patterns import NAMES, NTH, On, Pattern, Unit, pattern_of
from expenses.rule_text import LONGEST, MOST, WEEKDAYS

WEEKDAY_CHOICES = list(zip(WEEKDAYS, NAMES, strict=True))
NTH_CHOICES = [(number, f"The {name}") for number, name in NTH.items()]
NEVER, ON_A_DAY, AFTER = "never", "day", "times"
ENDS = [(NEVER, "Never"), (ON_A_DAY, "On a day"), (AFTER, "After so many times")]


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class RecurringForm(forms.Form):
    """What comes again, and when: chosen, or as a rule by who knows it."""

    name = forms.CharField(max_length=80)
    amount = NumberField(least=0, most=LARGEST_AMOUNT, places=4, what="amount")
    is_variable = forms.BooleanField(label="The amount varies: ask me each time", required=False)
    category = forms.ModelChoiceField(ExpenseCategory.objects.none(), empty_label="Choose one")
    payee = forms.CharField(max_length=120, required=False)
    kind = forms.ChoiceField(choices=ExpenseKind.choices, required=False)
    account = forms.ModelChoiceField(Account.objects.none(), required=False)
    tags = forms.CharField(max_length=200, required=False, help_text="With commas between them.")
    tax = NumberField(label="Tax in it", least=0, most=LARGEST_AMOUNT, places=4, what="amount", required=False)
    note = forms.CharField(max_length=255, required=False)
    starts_on = _day(label="Starts on", help_text="Days that are past are posted too, up to a year back.")
    every = WholeField(label="Every", least=1, most=MOST["INTERVAL"], initial=1)
    unit = forms.ChoiceField(label="Unit", choices=Unit.choices, initial=Unit.MONTH)
    weekdays = forms.MultipleChoiceField(
        label="In weeks, on", choices=WEEKDAY_CHOICES, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="None: the weekday it starts on.",
    )  # fmt: skip
    on = forms.ChoiceField(label="In months and years, on", choices=On.choices, initial=On.DAY_OR_LAST, required=False)
    nth = forms.TypedChoiceField(label="Which one", choices=NTH_CHOICES, coerce=int, required=False, initial=1)
    weekday = forms.ChoiceField(label="Weekday", choices=WEEKDAY_CHOICES, required=False)
    ends = forms.ChoiceField(label="Ends", choices=ENDS, initial=NEVER, widget=forms.RadioSelect)
    ends_on = _day(label="Last day", required=False)
    times = WholeField(label="Times", least=1, most=MOST["COUNT"], required=False)
    rule = forms.CharField(
        label="Rule", max_length=LONGEST, required=False,
        help_text="RFC 5545, in place of these choices: FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 is each last working day. "
        "BYMONTHDAY=31 falls in months of 31 days only.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, business: Business, recurring: RecurringExpense | None = None) -> None:
        super().__init__(data, initial=_initial(business, recurring))
        categories = ExpenseCategory.objects.for_business(business).filter(is_active=True).order_by("name")
        accounts = Account.objects.for_business(business).filter(is_active=True).order_by("name")
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]
        for name in ("amount", "tax"):
            self.fields[name].places = money.places(business.currency)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for ends, name, sentence in ((ON_A_DAY, "ends_on", "Say on which day."), (AFTER, "times", "Say how many times.")):
            if values.get("ends") == ends and not values.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return values

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        chosen = self.cleaned_data
        plain = ("name", "amount", "is_variable", "category", "payee", "account", "note", "starts_on")
        return {name: chosen[name] for name in plain} | {
            "kind": chosen["kind"] or ExpenseKind.EXPENSE,
            "tags": chosen["tags"].split(","),
            "tax": chosen["tax"] or Decimal(0),
            "rule": chosen["rule"] or self._pattern().rule(chosen["starts_on"]),
            "ends_on": chosen["ends_on"] if chosen["ends"] == ON_A_DAY else None,
        }

    def _pattern(self) -> Pattern:
        chosen = self.cleaned_data
        return Pattern(
            every=chosen["every"],
            unit=Unit(chosen["unit"]),
            weekdays=tuple(day for day in WEEKDAYS if day in chosen["weekdays"]),
            on=On(chosen["on"] or On.DAY_OR_LAST),
            nth=chosen["nth"] or 1,
            weekday=chosen["weekday"] or WEEKDAYS[0],
            times=chosen["times"] if chosen["ends"] == AFTER else None,
        )


class OccurrenceForm(forms.Form):
    """What one day of it came to."""

    amount = NumberField(least=0, most=LARGEST_AMOUNT, places=4, what="amount")
    spent_on = _day(label="Date")
    confirmed = forms.BooleanField(required=False, label="Record it although a budget is over")

    def __init__(self, data: Any = None, *, recurring: RecurringExpense, on: Any) -> None:
        amount = None if recurring.is_variable else recurring.business.money(recurring.amount)
        super().__init__(data, initial={"amount": amount, "spent_on": on})
        self.fields["amount"].places = money.places(recurring.business.currency)  # type: ignore[attr-defined]


def _initial(business: Business, recurring: RecurringExpense | None) -> dict[str, Any]:
    if recurring is None:
        return {"starts_on": business.local_day(timezone.now()), "kind": ExpenseKind.EXPENSE}
    names = ("name", "is_variable", "kind", "note", "starts_on", "ends_on")
    return (
        {name: getattr(recurring, name) for name in names}
        | _when(recurring)
        | {
            "amount": business.money(recurring.amount),
            "tax": business.money(recurring.tax) or None,
            "category": recurring.category_id,
            "account": recurring.account_id,
            "payee": recurring.payee.name if recurring.payee else "",
            "tags": ", ".join(sorted(tag.name for tag in recurring.tags.all())),
        }
    )


def _when(recurring: RecurringExpense) -> dict[str, Any]:
    pattern = pattern_of(recurring.rule, recurring.starts_on)
    if pattern is None:
        return {"rule": recurring.rule, "ends": ON_A_DAY if recurring.ends_on else NEVER}
    ends = ON_A_DAY if recurring.ends_on else AFTER if pattern.times else NEVER
    names = ("every", "unit", "weekdays", "on", "nth", "weekday", "times")
    return {name: getattr(pattern, name) for name in names} | {"ends": ends}
