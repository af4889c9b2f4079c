from typing import Self

from django.db import models

from accounts.models import Business, Member
from inventory.models.product import Product


class EditKind(models.TextChoices):
    BULK = "bulk", "Many at once"
    ROW = "row", "In the list"
    UNDO = "undo", "Undone"


class BulkEditQuerySet(models.QuerySet["BulkEdit"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class BulkEdit(models.Model):
    """One act that changed products, with what each was before: so that it can be taken back, once."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=EditKind)
    what = models.CharField(max_length=255, help_text="In words: “Price 5 % up”.")
    changed = models.PositiveIntegerField(help_text="Products that it changed.")
    refused = models.PositiveIntegerField(default=0, help_text="Products that it left as they were, each with its reason.")
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    undone_at = models.DateTimeField(null=True)

    objects = BulkEditQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["business", "made_at", "id"], name="bulk_edit_business_at")]

    def __str__(self) -> str:
        return self.what

    @property
    def is_undoable(self) -> bool:
        return self.kind != EditKind.UNDO and self.changed > 0 and self.undone_at is None


class BulkEditRowQuerySet(models.QuerySet["BulkEditRow"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(edit__business=business)


class BulkEditRow(models.Model):
    """One value of one product: what it was and what it became; or, with a reason, what it was to become and did not.

    Values are text as `inventory.bulk_values` writes them; "" is none.
    """

    edit = models.ForeignKey(BulkEdit, on_delete=models.CASCADE, related_name="rows")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=20)
    before = models.CharField(max_length=255, default="")
    after = models.CharField(max_length=255, default="")
    reason = models.CharField(max_length=255, default="", help_text="Why it was refused; empty where it was done.")

    objects = BulkEditRowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edit", "product", "field"], name="bulk_edit_row_once")]

    def __str__(self) -> str:
        return f"{self.field} of {self.product_id}"
