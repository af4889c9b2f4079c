from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import F


class AllowanceQuerySet(models.QuerySet["HourlyAllowance"]):
    def take(self, *, business_id: int, hour: datetime, most: int) -> bool:
        """Count one more message of a business in this hour, or False when `most` have gone; exact for any number at once."""
        rows = self.filter(business_id=business_id)
        if rows.filter(hour=hour, used__lt=most).update(used=F("used") + 1):
            return True
        if rows.filter(hour__lt=hour).update(hour=hour, used=1):
            return True
        return not rows.exists() and self._begin(business_id, hour, most)

    def _begin(self, business_id: int, hour: datetime, most: int) -> bool:
        try:
            with transaction.atomic():
                self.create(business_id=business_id, hour=hour, used=1)
        except IntegrityError:  # another worker began it
            return self.take(business_id=business_id, hour=hour, most=most)
        return True


class HourlyAllowance(models.Model):
    """How many messages of one business have left in the hour that began at `hour`."""

    business = models.OneToOneField("accounts.Business", on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    objects = AllowanceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.used} of business {self.business_id}"
