"""What stock brought in when it was sold, and whose it is: what inventory does not know of its products."""

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from accounts.models import Business
from purchasing.models import Offer
from sales.models import SaleLine, SaleState

HERE = "tillbook"  # what was sold elsewhere and imported moved no stock


def get_revenue(*, business: Business, first: date, last: date) -> dict[int, Decimal]:
    """Without tax, by product; of what was sold here on some local days, less what was refunded. One query."""
    lines = SaleLine.objects.filter(
        sale__business=business,
        sale__state=SaleState.COMPLETED,
        sale__source=HERE,
        sale__sold_on__gte=first,
        sale__sold_on__lte=last,
    )
    return {pk: Decimal(net) for pk, net in lines.order_by().values_list("product_id").annotate(Sum("net"))}


def get_suppliers(business: Business) -> tuple[dict[int, int], dict[int, str]]:
    """By product who it is bought from, the preferred one first; and their names. One query."""
    offers = Offer.objects.for_business(business).active().order_by("-is_preferred", "pk")
    of: dict[int, int] = {}
    names: dict[int, str] = {}
    for product, supplier, name in offers.values_list("product_id", "supplier_id", "supplier__name"):
        of.setdefault(product, supplier)
        names[supplier] = name
    return of, names
