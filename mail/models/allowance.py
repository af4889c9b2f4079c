from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import F

TRIES = 3


class AllowanceQuerySet(models.QuerySet["HourlyAllowance"]):
    def take(self, *, business_id: int, hour: datetime, most: int) -> bool:
        """Count one more message of a business in this hour, or False when `most` have gone; exact for any number at once."""
        rows = self.filter(business_id=business_id)
        for _ in range(TRIES):  # whoever finds nothing and cannot begin either was overtaken, and looks again
            if rows.filter(hour__gte=hour, used__lt=most).update(used=F("used") + 1):
                return True
            if rows.filter(hour__lt=hour).update(hour=hour, used=1) or self._begin(business_id, hour):
                return True
            if rows.filter(hour__gte=hour, used__gte=most).exists():
                return False
        return False

    def _begin(self, business_id: int, hour: datetime) -> bool:
        """The first message of a business; False when there has been one."""
        if self.filter(business_id=business_id).exists():
            return False
        try:
            with transaction.atomic():
                self.create(business_id=business_id, hour=hour, used=1)
        except IntegrityError:  # another worker began it
            return False
        return True


class HourlyAllowance(models.Model):
    """How many messages of one business have left in the hour that began at `hour`."""

    business = models.OneToOneField("accounts.Business", on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    objects = AllowanceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.used} of business {self.business_id}"
