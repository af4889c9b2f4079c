"""What a person agreed to, signed: the change, and each product's version and value as the preview showed them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core import signing

from accounts.models import Business
from inventory.models import Category
from inventory.services.bulk_changes import BulkChange, Change, Judged
from inventory.services.bulk_edit import Seen, seen_in

SALT = "tillbook.bulk"


class BadToken(ValueError):
    """Nobody was given this, or what it names is gone."""


@dataclass(frozen=True)
class Agreed:
    change: Change
    seen: Mapping[int, Seen]
    address: str


def token_of(change: Change, rows: Sequence[Judged], business: Business, address: str) -> str:
    what = [change.what.value, None if change.value is None else str(change.value), change.rounding]
    what.append(str(change.category.pk) if change.category else None)
    seen = [[pk, each.version, each.after] for pk, each in seen_in(rows).items()]
    return signing.dumps([business.pk, what, seen, address], salt=SALT, compress=True)


def read_token(token: str, business: Business) -> Agreed:
    """Raises BadToken, also where it is another business's."""
    try:
        whose, (what, value, rounding, category), seen, address = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise BadToken from error
    found = Category.objects.for_business(business).filter(pk=category).first() if category else None
    if whose != business.pk or (category and not found):
        raise BadToken
    change = Change(BulkChange(what), None if value is None else Decimal(value), found, rounding)
    return Agreed(change, {pk: Seen(version, after) for pk, version, after in seen}, address)
