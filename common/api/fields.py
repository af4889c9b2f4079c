"""The kinds of value that the API reads and writes. They are strict: what does not fit is refused, never bent."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common import money
from common.fields import LARGEST_AMOUNT, LARGEST_QUANTITY, QUANTITY_PLACES
from common.text import seen

DIGITS = r"[0-9]{1,15}(\.[0-9]{1,15})?"
PLAIN = re.compile(f"-?{DIGITS}")
RFC3339 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_YEAR, LAST_YEAR = 1970, 9000
LARGEST_ID = 2**53 - 1  # what every JSON reader holds exactly
RATE_PLACES = 3


def plain(value: Decimal, places: int = 0) -> str:
    """Fixed notation without needless zeros, but with at least so many places: "3", "1.5", "12.50"."""
    whole, _, part = f"{value:f}".partition(".")
    part = part.rstrip("0").ljust(places, "0")
    text = f"{whole}.{part}" if part else whole
    return text.removeprefix("-") if not value else text


class Number(serializers.Field[Any, Any, Any, Any]):
    examples: ClassVar[Sequence[str]] = ("12.50",)
    default_error_messages = {
        "invalid": "Enter a number such as 12.50.",
        "too_many_places": "At most {places} decimal places.",
        "too_small": "Not below {least}.",
        "too_large": "Not above {most}.",
        "not_above": "Enter a number above {above}.",
    }

    def __init__(
        self, *, least: Decimal | int | None = None, most: Decimal | int, above_zero: bool = False, **kwargs: Any
    ) -> None:
        self.least = -most if least is None else least
        self.most = most
        self.above_zero = above_zero
        super().__init__(**kwargs)

    @property
    def pattern(self) -> str:
        """As JSON Schema has it. The places depend on the currency, so they are not said here."""
        return f"^{'-?' if self.least < 0 else ''}{DIGITS}$"

    def places(self) -> int:
        raise NotImplementedError

    def to_internal_value(self, data: Any) -> Decimal:
        value = self._parsed(data)
        if value > self.most:
            self.fail("too_large", most=f"{self.most:,}")
        if value < self.least:
            self.fail("too_small", least=f"{self.least:,}")
        if self.above_zero and value <= 0:
            self.fail("not_above", above=0)
        if value != round(value, self.places()):
            self.fail("too_many_places", places=self.places())
        return value

    def _parsed(self, data: Any) -> Decimal:
        if isinstance(data, str) and PLAIN.fullmatch(data):
            return Decimal(data)
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            self.fail("invalid")
        value = Decimal(data)
        if abs(value.adjusted()) > 30:
            self.fail("invalid")
        return value


class Amount(Number):
    """Money, with the places of the business's currency."""

    def __init__(self, **kwargs: Any) -> None:
        options: dict[str, Any] = {"least": 0, "most": LARGEST_AMOUNT}
        super().__init__(**options | kwargs)

    def places(self) -> int:
        return money.places(self.context["currency"])

    def to_representation(self, value: Decimal) -> str:
        return plain(value, self.places())


class Cost(Amount):
    """A cost or margin: money, derived ones with up to six places; null for those who may not see it."""

    examples = ("6.25", "3.333333")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True} | kwargs)

    def to_representation(self, value: Decimal) -> str | None:  # type: ignore[override]  # null is an answer too
        return super().to_representation(value) if self.context["sees_costs"] else None


class Quantity(Number):
    examples = ("3", "1.5")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"most": LARGEST_QUANTITY} | kwargs)

    def places(self) -> int:
        return QUANTITY_PLACES

    def to_representation(self, value: Decimal) -> str:
        return plain(value)


class Rate(Number):
    """Per cent."""

    examples = ("22",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"least": 0, "most": 100} | kwargs)

    def places(self) -> int:
        return RATE_PLACES

    def to_representation(self, value: Decimal) -> str:
        return plain(value)


class Text(serializers.CharField):
    """Text and nothing that merely could be read as text; the spaces around it go, and signs that nobody sees."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if self.max_length and len(data) > self.max_length:
            raise serializers.ValidationError(f"At most {self.max_length} characters.", code="max_length")
        return seen(data).strip()


@extend_schema_field({"type": "boolean"})
class Flag(serializers.Field[Any, Any, Any, Any]):
    """true or false."""

    default_error_messages = {"invalid": "Say true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if is_from_text(self) and data in {"true", "false"}:
            return bool(data == "true")
        if not isinstance(data, bool):
            self.fail("invalid")
        return data

    def to_representation(self, value: bool) -> bool:  # noqa: FBT001  (the framework's signature)
        return value


class Whole(serializers.IntegerField):
    """A whole number; in an address its digits."""

    def to_internal_value(self, data: Any) -> int:
        if is_from_text(self) and isinstance(data, str) and data.isascii() and data.isdigit() and len(data) < 20:
            return int(data)
        number = _whole(data)
        if number is None:
            self.fail("invalid")
        return number


class Id(Whole):
    """The id of a row that a service looks up."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": LARGEST_ID} | kwargs)


class Moment(serializers.DateTimeField):
    """RFC 3339 with its offset; written in UTC."""

    default_error_messages = {"rfc3339": "Enter a moment with its offset, such as 2026-03-04T10:00:00Z."}

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = _read(self, value, RFC3339, lambda text: datetime.fromisoformat(text.upper()).astimezone(UTC))
        return moment


class MomentOrDay(Moment):
    """A moment, or a date that means the business's own day."""

    default_error_messages = {"rfc3339": "Enter a date (2026-03-04) or a moment with its offset (2026-03-04T10:00:00Z)."}

    def to_internal_value(self, value: Any) -> Any:
        if isinstance(value, str) and DAY.fullmatch(value):
            return _read(self, value, DAY, date.fromisoformat)
        return super().to_internal_value(value)


class Day(serializers.DateField):
    """A date, YYYY-MM-DD and nothing else."""

    default_error_messages = {"day": "Enter a date such as 2026-03-04."}

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not DAY.fullmatch(value):
            self.fail("day")
        try:
            found = date.fromisoformat(value)
        except ValueError:
            self.fail("day")
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.fail("day")
        return found


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": LARGEST_ID})
class Ref(serializers.Field[Any, Any, Any, Any]):
    """A row of the business's own, by its id. An unknown one is refused at its field, another business's alike."""

    default_error_messages = {"invalid": "Enter an id.", "unknown": "There is no {what} {id}."}

    def __init__(self, model: type[models.Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(**kwargs)

    def get_attribute(self, instance: Any) -> Any:
        return getattr(instance, f"{self.source}_id")

    def to_internal_value(self, data: Any) -> models.Model:
        number = _whole(data)
        if number is None or not 0 < number <= LARGEST_ID:
            self.fail("invalid")
        rows = self.model._default_manager.for_business(self.context["business"])  # type: ignore[attr-defined]
        found: models.Model | None = rows.filter(pk=number).first()
        if found is None:
            self.fail("unknown", what=self.model._meta.verbose_name, id=number)
        return found

    def to_representation(self, value: int) -> int:
        return value


def many(shape: type[serializers.Serializer[Any]], **options: Any) -> serializers.ListSerializer[Any]:
    """A list of things of one shape."""
    return serializers.ListSerializer(child=shape(), **options)


def is_from_text(field: serializers.Field[Any, Any, Any, Any]) -> bool:
    """Whether the value stood in an address, where everything is text."""
    return bool(getattr(field.parent, "is_from_text", False))


def _whole(data: Any) -> int | None:
    """A whole number of JSON, which may be written 3.0 there; None for anything else."""
    if isinstance(data, Decimal) and data.adjusted() < 20 and data == data.to_integral_value():
        return int(data)
    return data if isinstance(data, int) and not isinstance(data, bool) else None


def _read(field: serializers.DateTimeField, value: Any, form: re.Pattern[str], read: Callable[[str], Any]) -> Any:
    if not isinstance(value, str) or not form.fullmatch(value):
        field.fail("rfc3339")
    try:
        found = read(value)
    except (ValueError, OverflowError):
        field.fail("rfc3339")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        field.fail("rfc3339")
    return found
