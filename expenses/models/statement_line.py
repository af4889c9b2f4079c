from typing import Self

from django.db import models

from accounts.models import Business
from common.fields import MoneyField
from expenses.models.account import Account, Transfer
from expenses.models.expense import Expense


class StatementLineQuerySet(models.QuerySet["StatementLine"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class StatementLine(models.Model):
    """A line of an account's statement that was imported. Its fingerprint keeps it from coming in twice.

    It stays when what was made of it is deleted, so that an import does not bring that back.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="lines")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the bank's id, else of content and position.")
    booked_on = models.DateField()
    amount = MoneyField(help_text="Signed: what it did to the balance.")
    expense = models.ForeignKey(Expense, on_delete=models.SET_NULL, null=True, blank=True, related_name="lines")
    transfer = models.ForeignKey(Transfer, on_delete=models.SET_NULL, null=True, blank=True, related_name="lines")

    objects = StatementLineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "fingerprint"], name="statement_line_once")]

    def __str__(self) -> str:
        return f"{self.amount} on {self.booked_on}"
