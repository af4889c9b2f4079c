from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import F

from common.db import BATCH

TRIES = 3


class AllowanceQuerySet(models.QuerySet["HourlyAllowance"]):
    def take_all(self, *, wanted: Mapping[int, int], hour: datetime, most: int) -> dict[int, int]:
        """Count messages of several businesses in this hour: how many each wants, and how many each may send."""
        granted: dict[int, int] = {}
        self._begin_all(wanted, hour)
        for count in sorted(set(wanted.values())):
            alike = [pk for pk in sorted(wanted) if wanted[pk] == count]
            granted |= dict.fromkeys(alike, count) if self._take_from_each(alike, count, hour, most) else {}
        for pk in sorted(wanted.keys() - granted.keys()):
            granted[pk] = sum(self.take(business_id=pk, hour=hour, most=most) for _ in range(wanted[pk]))
        return granted

    def _take_from_each(self, ids: list[int], count: int, hour: datetime, most: int) -> bool:
        """All of them or none: in two statements where nobody is near the limit."""
        rows = self.filter(business_id__in=ids)
        with transaction.atomic():
            done = rows.filter(hour__gte=hour, used__lte=most - count).update(used=F("used") + count)
            done += rows.filter(hour__lt=hour).update(hour=hour, used=count) if count <= most else 0
            transaction.set_rollback(done != len(ids))
        return done == len(ids)

    def _begin_all(self, ids: Iterable[int], hour: datetime) -> None:
        known = set(self.filter(business_id__in=list(ids)).values_list("business_id", flat=True))
        fresh = [HourlyAllowance(business_id=pk, hour=hour, used=0) for pk in sorted(ids) if pk not in known]
        try:
            with transaction.atomic():
                self.bulk_create(fresh, batch_size=BATCH)
        except IntegrityError:  # another worker began one of them; `take` begins what is missing
            return

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
