from django.db.models import Count, OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.riders import ride_along
from alerts.models import Alert


def open_alerts(business_id: OuterRef) -> Combinable:
    """How many alerts of a business are open, as a part of another query."""
    counted = Alert.objects.open().filter(business_id=business_id).order_by().values("business_id").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


ride_along("open_alerts", open_alerts)
