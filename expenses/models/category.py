from typing import Self

from django.db import models

from accounts.models import Business

STOCK_PURCHASES = "Stock purchases"  # where a shop files what it buys to sell: a cost once it is sold
TO_BE_FILED = "To be filed"  # where an import puts what no rule takes, until somebody files it


class ExpenseCategoryQuerySet(models.QuerySet["ExpenseCategory"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def to_be_filed(self) -> Self:
        return self.filter(parent_key=0, name=TO_BE_FILED)

    def to_file_under(self) -> Self:
        """Those in use, but the one that says that nobody has filed it."""
        return self.filter(is_active=True).exclude(parent_key=0, name=TO_BE_FILED)


class ExpenseCategory(models.Model):
    """What money is spent on; a tree. A budget of a category holds for all below it."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="expense_categories")
    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    parent_key = models.BigIntegerField(default=0, help_text="The parent's id, or 0: a unique key that is never null.")
    is_active = models.BooleanField(default=True)

    objects = ExpenseCategoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "expense categories"
        constraints = [models.UniqueConstraint(fields=["business", "parent_key", "name"], name="expense_category_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_to_be_filed(self) -> bool:
        return self.parent_key == 0 and self.name == TO_BE_FILED
