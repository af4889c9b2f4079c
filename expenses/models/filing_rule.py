from typing import Self

from django.db import models

from accounts.models import Business
from common.fields import MoneyField
from expenses.models.account import Account
from expenses.models.category import ExpenseCategory


class FilingRuleQuerySet(models.QuerySet["FilingRule"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def active(self) -> Self:
        return self.filter(is_active=True)

    def in_order(self) -> Self:
        return self.order_by("position", "id")

    def at_work(self) -> Self:
        """Those that file, in the order in which they are tried; one whose category is put away rests."""
        return self.active().filter(category__is_active=True).in_order()


class FilingRule(models.Model):
    """Files an expense by itself: the first rule of which all that it asks for holds gives category, payee and tags."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="filing_rules")
    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0, help_text="The lowest is tried first.")
    payee_contains = models.CharField(max_length=120, default="", blank=True)
    text_contains = models.CharField(max_length=120, default="", blank=True)
    least = MoneyField(null=True, blank=True)
    most = MoneyField(null=True, blank=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    category = models.ForeignKey(ExpenseCategory, on_delete=models.PROTECT, related_name="+")
    set_payee = models.CharField(max_length=120, default="", blank=True)
    add_tags = models.CharField(max_length=200, default="", blank=True, help_text="With commas between them.")
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = FilingRuleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="filing_rule_name_once")]

    def __str__(self) -> str:
        return self.name
