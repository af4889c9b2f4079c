from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business, Member
from common.fields import MoneyField
from expenses.models.account import Account
from expenses.models.category import ExpenseCategory
from expenses.models.expense import Expense, ExpenseKind, Tag
from expenses.models.payee import Payee


class RecurringExpenseQuerySet(models.QuerySet["RecurringExpense"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def active(self) -> Self:
        return self.filter(is_active=True)

    def behind(self, today: date) -> Self:
        """Those that no run has brought up to this day yet."""
        begun = self.active().filter(starts_on__lte=today)
        return begun.filter(Q(handled_until=None) | Q(handled_until__lt=today))


class RecurringExpense(models.Model):
    """An expense or income that comes again by a rule of RFC 5545, on local days of its business."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="recurring_expenses")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=ExpenseKind, default=ExpenseKind.EXPENSE)
    rule = models.CharField(max_length=255, help_text="RRULE without DTSTART: FREQ=MONTHLY;BYMONTHDAY=-1.")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The last day it may fall on.")
    amount = MoneyField(help_text="What it costs, or about what where it varies.")
    is_variable = models.BooleanField(default=False, help_text="Asks for the amount each time instead of posting it.")
    category = models.ForeignKey(ExpenseCategory, on_delete=models.PROTECT, related_name="+")
    payee = models.ForeignKey(Payee, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tags = models.ManyToManyField(Tag, blank=True, related_name="+")
    note = models.CharField(max_length=255, default="", blank=True)
    tax = MoneyField(default=Decimal(0))
    is_active = models.BooleanField(default=True)
    handled_until = models.DateField(null=True, blank=True, help_text="All its days up to this one are dealt with.")
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = RecurringExpenseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "name"], name="recurring_name_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="recurring_amount_ok"),
        ]

    def __str__(self) -> str:
        return self.name


class OccurrenceState(models.TextChoices):
    POSTED = "posted", "Posted"
    DUE = "due", "Waits for its amount"
    SKIPPED = "skipped", "Skipped"


class Occurrence(models.Model):
    """One day of a recurring expense that is dealt with. Inserting the row claims the day, so it is posted once."""

    recurring = models.ForeignKey(RecurringExpense, on_delete=models.CASCADE, related_name="occurrences")
    due_on = models.DateField()
    state = models.CharField(max_length=7, choices=OccurrenceState)
    expense = models.ForeignKey(Expense, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recurring", "due_on"], name="occurrence_once")]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.state}"
