"""Set goods aside for a document: they stay on hand, are committed to it, and nobody else is sold them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, QuerySet
from django.db.models.functions import Round

from accounts.models import Business
from common.db import create_all, unit_of_work
from common.fields import QUANTITY_PLACES
from inventory.models import Reservation, StockLevel

KEPT_FOR = timedelta(days=1)


@unit_of_work()
def reserve(*, business: Business, wanted: Mapping[int, Decimal], document_type: str, document_id: int, at: datetime) -> None:
    """Of each shelf, by its id, what is wanted or as much of it as is available. Shelves are locked in primary-key order."""
    for pk in sorted(wanted):
        StockLevel.objects.filter(pk=pk).lock()
    shelves = StockLevel.objects.for_business(business).filter(pk__in=list(wanted)).order_by("pk")
    aside = {shelf.pk: min(wanted[shelf.pk], shelf.available) for shelf in shelves}
    kept = [
        Reservation(
            business=business, level_id=pk, quantity=n, document_type=document_type, document_id=document_id, reserved_at=at
        )
        for pk, n in aside.items()
        if n > 0
    ]
    for each in kept:
        _commit(each.level_id, each.quantity)
    create_all(Reservation, kept)


@unit_of_work()
def release(*, document_type: str, document_id: int) -> None:
    """Give back what is set aside for a document, if anything is."""
    _give_back(Reservation.objects.of_document(document_type, document_id))


@unit_of_work()
def release_forgotten(*, at: datetime) -> int:
    """Give back what nobody came for within KEPT_FOR."""
    return _give_back(Reservation.objects.older_than(at - KEPT_FOR))


def _give_back(rows: QuerySet[Reservation]) -> int:
    """Who deletes a row gives it back, so that it is given back once."""
    given = 0
    for row in rows.order_by("level_id", "pk"):
        if Reservation.objects.filter(pk=row.pk).delete()[0]:
            _commit(row.level_id, -row.quantity)
            given += 1
    return given


def _commit(level: int, quantity: Decimal) -> None:
    committed = Round(F("committed") + quantity, precision=QUANTITY_PLACES)
    StockLevel.objects.filter(pk=level).update(committed=committed, version=F("version") + 1)
