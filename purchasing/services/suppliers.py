from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from audit import services as audit
from common import money
from common.db import claim_version, unit_of_work
from common.errors import DomainError, InvalidInput
from common.fields import LARGEST_AMOUNT
from purchasing.models import Supplier

FIELDS = ("name", "contact", "email", "phone", "account_number", "lead_days", "minimum_order", "category", "note", "is_active")
WORDS = {"name", "contact", "email", "phone", "account_number", "note"}
LONGEST_LEAD = 365


class SupplierNameTaken(DomainError):
    code = "name_taken"
    field = "name"


class NamelessSupplier(InvalidInput):
    field = "name"


class BadLeadTime(InvalidInput):
    field = "lead_days"


class BadMinimumOrder(InvalidInput):
    field = "minimum_order"


@unit_of_work()
def create_supplier(*, by: Member, values: Mapping[str, Any], at: datetime) -> Supplier:
    by.must(Action.BUY)
    supplier = Supplier(business=by.business, created_at=at)
    fill_supplier(supplier, values)
    _save(supplier)
    trail.record("supplier created", supplier, by=by, at=at, after=_values(supplier))
    return supplier


@unit_of_work()
def update_supplier(
    *, supplier: Supplier, by: Member, values: Mapping[str, Any], at: datetime, version: int | None = None
) -> Supplier:
    """Change a supplier; fields not named in `values` stay. Raises StaleVersion for a `version` that is not the last."""
    by.must(Action.BUY)
    claim_version(supplier, version)
    before = _values(supplier)
    fill_supplier(supplier, values)
    old, new = audit.changes(before, _values(supplier))
    if new:
        _save(supplier)
        trail.record("supplier changed", supplier, by=by, at=at, before=old, after=new)
    return supplier


def fill_supplier(supplier: Supplier, values: Mapping[str, Any]) -> None:
    """Put values in, each checked. Saves nothing."""
    for name in FIELDS:
        if name in values:
            given = values[name]
            setattr(supplier, name, " ".join(str(given or "").split()) if name in WORDS else given)
    _check(supplier)


def _check(supplier: Supplier) -> None:
    least, currency = supplier.minimum_order, supplier.business.currency
    if not supplier.name:
        raise NamelessSupplier("A supplier needs a name.")
    if supplier.lead_days is not None and not 0 <= supplier.lead_days <= LONGEST_LEAD:
        raise BadLeadTime(f"A lead time lies between 0 and {LONGEST_LEAD} days.")
    if least is not None and not 0 < least <= LARGEST_AMOUNT:
        raise BadMinimumOrder(f"A least order lies above 0 and up to {LARGEST_AMOUNT:,}. Leave it empty where there is none.")
    if least is not None and not money.fits(least, currency):
        raise BadMinimumOrder(f"An amount in {currency} has at most {money.places(currency)} decimal places.")


def _save(supplier: Supplier) -> None:
    try:
        with transaction.atomic():
            supplier.save()
    except IntegrityError as error:
        raise SupplierNameTaken(f"There is a supplier called {supplier.name} already.") from error


def _values(supplier: Supplier) -> dict[str, Any]:
    values = {name: getattr(supplier, name) for name in FIELDS if name != "category"}
    return values | {"category": supplier.category_id}
