"""What is ordered and has not come: a number on the shelf that whoever buys keeps."""

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Round

from common.db import unit_of_work
from common.fields import QUANTITY_PLACES
from inventory.models import StockLevel


@unit_of_work()
def expect(changes: Mapping[int, Decimal]) -> None:
    """Add signed quantities to what is on its way to shelves, in primary-key order. After `post`, where goods come too."""
    for pk, change in sorted(changes.items()):
        if change:
            StockLevel.objects.filter(pk=pk).update(incoming=Round(F("incoming") + change, precision=QUANTITY_PLACES))
