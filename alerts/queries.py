from django.db.models import Count, OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.models import Business
from accounts.riders import ride_along
from alerts.models import Alert, AlertQuerySet


def open_alerts(business_id: OuterRef) -> Combinable:
    """How many alerts of a business are open, as a part of another query."""
    counted = Alert.objects.open().filter(business_id=business_id).order_by().values("business_id").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def get_alerts(*, business: Business, state: str) -> AlertQuerySet:
    return Alert.objects.for_business(business).filter(state=state).select_related("resolved_by__user")


ride_along("open_alerts", open_alerts)
