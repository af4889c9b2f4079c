from django.db import IntegrityError, models, transaction
from django.db.models import F

from accounts.models import Business


class NumberSeriesQuerySet(models.QuerySet["NumberSeries"]):
    def take_next(self, business: Business, name: str) -> int:
        """The next number, without gaps: a rolled-back sale gives its number back. Serialises the series until the commit."""
        row = self.filter(business=business, name=name)
        if not row.update(last=F("last") + 1):
            try:
                with transaction.atomic():
                    return self.create(business=business, name=name, last=1).last
            except IntegrityError:  # another till began the series at the same moment
                row.update(last=F("last") + 1)
        return row.values_list("last", flat=True).get()


class NumberSeries(models.Model):
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)
    last = models.PositiveIntegerField()

    objects = NumberSeriesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "number series"
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.last}"
