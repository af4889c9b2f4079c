"""From whom a product is bought, handed down by the app that buys, so that the catalogue need not know suppliers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import QuerySet
from django.db.models.expressions import Combinable

from accounts.models import Member
from inventory.models import Product


class Prefer(Protocol):
    def __call__(self, *, product: Product, supplier_id: int | None, by: Member, at: datetime) -> None: ...


@dataclass(frozen=True)
class Sourcing:
    """`supplier_id` reads the preferred supplier of a product's row; `prefer` changes it, or raises DomainError."""

    supplier_id: Callable[[], Combinable]
    prefer: Prefer


_sourcings: list[Sourcing] = []


def register(sourcing: Sourcing) -> None:
    _sourcings[:] = [sourcing]


def with_supplier(rows: QuerySet[Product]) -> QuerySet[Product]:
    """Annotate `supplier_id`: who a product is bought from by preference."""
    return rows.annotate(supplier_id=_sourcings[0].supplier_id())


def prefer(*, product: Product, supplier_id: int | None, by: Member, at: datetime) -> None:
    """Buy a product from this supplier from now on, or from nobody by preference."""
    _sourcings[0].prefer(product=product, supplier_id=supplier_id, by=by, at=at)
