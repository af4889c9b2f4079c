"""Tells the catalogue from whom a product is bought: the supplier of its preferred offer."""

from django.db.models import Min, OuterRef, Subquery
from django.db.models.expressions import Combinable

from inventory.sourcing import Sourcing, register
from purchasing.models import Offer
from purchasing.services.offers import prefer_supplier


def _supplier_id() -> Combinable:
    preferred = Offer.objects.active().filter(product=OuterRef("pk"), is_preferred=True).order_by().values("product")
    return Subquery(preferred.annotate(supplier_min=Min("supplier")).values("supplier_min"))


register(Sourcing(supplier_id=_supplier_id, prefer=prefer_supplier))
