from typing import Self

from django.db import models

from accounts.models import Business, Member
from expenses.models.expense import Expense


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class Attachment(models.Model):
    """A receipt or another paper kept with an expense. Deleting it never touches its expense."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="+")
    expense = models.ForeignKey(Expense, on_delete=models.CASCADE, related_name="attachments")
    file = models.CharField(max_length=255, help_text="Its name in the file store.")
    filename = models.CharField(max_length=255, help_text="As it was sent.")
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256.")
    added_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["expense", "digest"], name="attachment_once")]

    def __str__(self) -> str:
        return self.filename
