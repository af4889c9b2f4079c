from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F


class SeriesQuerySet(models.QuerySet[Any]):
    def take_next(self, business: Any, name: str) -> int:
        """The next number, without gaps: a rolled-back document gives its number back. Serialises the series until the commit."""
        row = self.filter(business=business, name=name)
        if not row.update(last=F("last") + 1):
            try:
                with transaction.atomic():
                    return int(self.create(business=business, name=name, last=1).last)
            except IntegrityError:  # another began the series at the same moment
                row.update(last=F("last") + 1)
        return int(row.values_list("last", flat=True).get())


class Series(models.Model):
    """Numbers of documents, given out in turn. Each app has its own table of them."""

    business = models.ForeignKey("accounts.Business", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)
    last = models.PositiveIntegerField()

    objects = SeriesQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.name} {self.last}"
