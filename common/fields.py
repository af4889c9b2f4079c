"""Column types of the house: one scale for each kind of number."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

MONEY_PLACES = 4  # room for every currency; values keep their own currency's places
QUANTITY_PLACES = 3
COST_PLACES = 6
QUANTITY_STEP = Decimal("0.001")
MONEY_STEP = Decimal("0.0001")
COST_STEP = Decimal("0.000001")
LARGEST_QUANTITY = Decimal(999_999_999)
LARGEST_AMOUNT = Decimal(99_999_999_999)


Set = TypeVar("Set", contravariant=True)
Get = TypeVar("Get", covariant=True)

if TYPE_CHECKING:

    class _Decimal(models.DecimalField[Set, Get]):
        """What may be set and read, with and without null: the checker fills it in."""

else:

    class _Decimal(models.DecimalField):
        def __class_getitem__(cls, _: Any) -> type:
            return cls


class _Fixed(_Decimal[Set, Get]):
    scale = 0
    digits = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", self.digits)
        kwargs.setdefault("decimal_places", self.scale)
        super().__init__(*args, **kwargs)


class MoneyField(_Fixed[Set, Get]):
    scale = MONEY_PLACES
    digits = 19


class QuantityField(_Fixed[Set, Get]):
    scale = QUANTITY_PLACES
    digits = 15


class CostField(_Fixed[Set, Get]):
    """A unit cost: six places, rounded only at a total."""

    scale = COST_PLACES
    digits = 19


class RateField(_Fixed[Set, Get]):
    """Per cent: 22 is 22 %."""

    scale = 3
    digits = 6
