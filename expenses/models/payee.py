from typing import Self

from django.db import models

from accounts.models import Business
from expenses.models.category import ExpenseCategory


class PayeeQuerySet(models.QuerySet["Payee"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class Payee(models.Model):
    """Whom money goes to. Remembers the category it was last filed under."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="payees")
    name = models.CharField(max_length=120)
    category = models.ForeignKey(ExpenseCategory, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = PayeeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="payee_name_once")]

    def __str__(self) -> str:
        return self.name
