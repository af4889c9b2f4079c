from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.db import unit_of_work
from common.errors import DomainError, InvalidInput
from common.fields import LARGEST_QUANTITY, QUANTITY_STEP
from inventory.models import Pack, Product
from inventory.units import WHOLE, Unit


class PackNameTaken(DomainError):
    code = "name_taken"
    field = "name"


class BadFactor(InvalidInput):
    field = "factor"


@unit_of_work()
def add_pack(*, product: Product, name: str, factor: Decimal, by: Member, at: datetime) -> Pack:
    """A named multiple of the product's unit, in which it can be received and sold from then on."""
    by.must(Action.MANAGE_CATALOGUE)
    name = name.strip()
    if name in Unit.values:
        raise PackNameTaken(f"“{name}” is a unit already. Choose another name.")
    if not 0 < factor <= LARGEST_QUANTITY or factor != factor.quantize(QUANTITY_STEP):
        raise BadFactor(f"Enter a quantity above 0 and up to {LARGEST_QUANTITY:,}, with at most three decimal places.")
    if product.unit in WHOLE and factor != factor.to_integral_value():
        raise BadFactor(f"{product.label} is counted in whole numbers, and so is what is in a pack of it.")
    try:
        with transaction.atomic():
            pack = Pack.objects.create(product=product, name=name, factor=factor)
    except IntegrityError as error:
        raise PackNameTaken(f"There is a pack called {name} already.") from error
    _audit("pack added", pack, by, at)
    return pack


@unit_of_work()
def remove_pack(*, pack: Pack, by: Member, at: datetime) -> None:
    """What was received or sold in it stays: the ledger counts in the product's own unit."""
    by.must(Action.MANAGE_CATALOGUE)
    _audit("pack removed", pack, by, at)
    pack.delete()


def _audit(action: str, pack: Pack, by: Member, at: datetime) -> None:
    trail.record(
        action,
        pack.product,
        by=by,
        at=at,
        after={"name": pack.name, "factor": pack.factor},
    )
