"""Transfers between places, made as the application makes them."""

from decimal import Decimal
from typing import Any

from accounts.models import Member
from inventory.models import Location, Product, StockLevel, StockTransfer
from inventory.services.receive_transfer import Arrived, receive_transfer
from inventory.services.send_transfer import send_transfer
from inventory.services.stock import StockLine
from inventory.shelves import ProductRef
from tests.factories import NOW, LocationFactory


def place(member: Member, name: str = "Stall") -> Location:
    """A second place of the shop."""
    found: Location | None = Location.objects.filter(business=member.business, name=name).first()
    return found or LocationFactory(business=member.business, name=name)


def transferred(member: Member, product: Product, quantity: Any = 1, to: Location | None = None, **options: Any) -> StockTransfer:
    """On its way from the default place to the stall."""
    lines = [StockLine(ProductRef(product=product.pk), Decimal(quantity))]
    return send_transfer(by=member, lines=lines, to_id=(to or place(member)).pk, **{"at": NOW, **options})


def arrived(member: Member, transfer: StockTransfer, *quantities: Any, **options: Any) -> StockTransfer:
    """Quantities of its lines, in turn; all that is outstanding where none are given."""
    lines = list(transfer.lines.order_by("pk"))
    counts = [Decimal(quantity) for quantity in quantities] or [line.outstanding for line in lines]
    came = [Arrived(line.pk, count) for line, count in zip(lines, counts, strict=False) if count]
    again = StockTransfer.objects.select_related("business", "source", "target").get(pk=transfer.pk)
    return receive_transfer(transfer=again, by=member, lines=came, **{"at": NOW, **options})


def at(product: Product, location: Location) -> Decimal:
    level = StockLevel.objects.filter(product=product, location=location).first()
    return level.on_hand if level else Decimal(0)
