"""Units of measure. A pack is a factor of the base unit; no conversion path means refusal, never a guess."""

from decimal import ROUND_CEILING, Decimal

from django.db import models

from common.errors import InvalidInput
from common.fields import LARGEST_QUANTITY, QUANTITY_STEP


class Unit(models.TextChoices):
    EACH = "each", "each"
    PAIR = "pair", "pair"
    KILOGRAM = "kg", "kg"
    GRAM = "g", "g"
    LITRE = "l", "l"
    MILLILITRE = "ml", "ml"
    METRE = "m", "m"
    CENTIMETRE = "cm", "cm"
    HOUR = "h", "hour"


WHOLE = frozenset({Unit.EACH, Unit.PAIR})
# (family, how many of the family's smallest unit)
_FAMILY = {
    Unit.GRAM: ("mass", Decimal(1)),
    Unit.KILOGRAM: ("mass", Decimal(1000)),
    Unit.MILLILITRE: ("volume", Decimal(1)),
    Unit.LITRE: ("volume", Decimal(1000)),
    Unit.CENTIMETRE: ("length", Decimal(1)),
    Unit.METRE: ("length", Decimal(100)),
}


class UnknownUnit(InvalidInput):
    code = "unknown_unit"
    field = "unit"


class BadQuantity(InvalidInput):
    code = "bad_quantity"
    field = "quantity"


def factor(*, given: str, base: str, packs: dict[str, Decimal], label: str) -> Decimal:
    """How many of the base unit one `given` is. Raises UnknownUnit where there is no path between them."""
    if given == base:
        return Decimal(1)
    if given in packs:
        return packs[given]
    if given in _FAMILY and base in _FAMILY:
        (family, many), (base_family, base_many) = _FAMILY[Unit(given)], _FAMILY[Unit(base)]
        if family == base_family:
            return many / base_many
    raise UnknownUnit(f"{label} is counted in {base}, and “{given}” is not known for it.")


def kin(base: str) -> list[Unit]:
    """The other units that convert to `base`."""
    family = _FAMILY.get(Unit(base), ("", 0))[0]
    return [unit for unit, (name, _) in _FAMILY.items() if name == family and unit != base]


def checked(quantity: Decimal, *, unit: str, label: str) -> Decimal:
    """A quantity that may be moved: not zero, within bounds, at most three places, whole where the unit is whole."""
    if not quantity.is_finite() or abs(quantity) > LARGEST_QUANTITY:
        raise BadQuantity(f"{label}: {quantity:f} is more than can be counted. The most is {LARGEST_QUANTITY:,}.")
    if quantity == 0:
        raise BadQuantity(f"{label}: enter a quantity other than 0.")
    if unit in WHOLE and quantity != quantity.to_integral_value():
        lower = quantity.to_integral_value(rounding="ROUND_FLOOR")
        raise BadQuantity(f"{label} is counted in whole numbers. Enter {lower:f} or {lower + 1:f}.")
    if quantity != quantity.quantize(QUANTITY_STEP):
        raise BadQuantity(f"{label}: quantities have at most three decimal places.")
    return quantity


def rounded_up(quantity: Decimal, *, unit: str) -> Decimal:
    """A needed quantity as it can be had: whole units round up, others at three places up."""
    step = Decimal(1) if unit in WHOLE else QUANTITY_STEP
    return quantity.quantize(step, rounding=ROUND_CEILING)


def packs_needed(quantity: Decimal, *, pack: Decimal) -> Decimal:
    """How many whole packs cover a quantity."""
    return (quantity / pack).to_integral_value(rounding=ROUND_CEILING)
