from typing import Any, NoReturn

from django.db import models


class AppendOnlyError(RuntimeError):
    """A row of an append-only table was about to be changed or deleted."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(f"{self.model.__name__} rows never change")

    def delete(self) -> NoReturn:
        raise AppendOnlyError(f"{self.model.__name__} rows are never deleted")

    def erase_sample(self) -> int:
        """Delete rows of businesses that hold sample data; a row of any other raises. Nothing else deletes such rows."""
        if self.exclude(business__has_sample_data=True).exists():
            raise AppendOnlyError(f"{self.model.__name__} rows are deleted for sample data only")
        return self._raw_delete(self.db)


class AppendOnlyModel(models.Model):
    """Rows that are written once; a correction is a new row. So it is by whatever manager Django itself uses, too."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert. A new object under the key of a row would otherwise overwrite that row."""
        if self.pk is not None and not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} rows never change")
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(f"{type(self).__name__} rows are never deleted")


class AuditQuerySet(AppendOnlyQuerySet):
    def for_business(self, business: Any) -> "AuditQuerySet":
        return self.filter(business=business)


class AuditEntry(AppendOnlyModel):
    """Who did what to which thing, when, from what to what, why, from which document."""

    business = models.ForeignKey("accounts.Business", on_delete=models.PROTECT, related_name="+", null=True)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True)
    via = models.CharField(max_length=60, default="", help_text="The API key or command it came through.")
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    subject = models.CharField(max_length=255)
    before = models.TextField(default="")
    after = models.TextField(default="")
    reason = models.CharField(max_length=255, default="")
    document = models.CharField(max_length=80, default="")

    objects = AuditQuerySet.as_manager()  # type: ignore[misc]  # its own in place of the base's

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["business", "at"], name="audit_business_at"),
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
