from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from audit import services as audit
from common.db import claim_version, unit_of_work
from common.errors import DomainError, InvalidInput
from sales.models import Customer, NumberSeries

FIELDS = ("name", "reference", "email", "phone", "country", "note")


class ReferenceTaken(DomainError):
    code = "reference_taken"
    field = "reference"


class NamelessCustomer(InvalidInput):
    field = "name"


@unit_of_work()
def create_customer(*, by: Member, values: Mapping[str, Any], at: datetime) -> Customer:
    """A new customer; without a reference they get the next free number."""
    by.must(Action.SELL)
    customer = Customer(business=by.business, created_at=at, **_cleaned(values))
    customer.reference = customer.reference or _free_reference(by)
    _save(customer)
    trail.record("customer created", customer, by=by, at=at, before={}, after=_values(customer))
    return customer


@unit_of_work()
def update_customer(
    *, customer: Customer, by: Member, values: Mapping[str, Any], at: datetime, version: int | None = None
) -> Customer:
    """Change a customer; fields not named in `values` stay. Raises StaleVersion for a `version` that is not the last."""
    by.must(Action.SELL)
    claim_version(customer, version)
    before = _values(customer)
    for name, value in _cleaned(values).items():
        setattr(customer, name, value)
    customer.reference = customer.reference or before["reference"]
    old, new = audit.changes(before, _values(customer))
    if new:
        _save(customer)
        trail.record("customer changed", customer, by=by, at=at, before=old, after=new)
    return customer


def _cleaned(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: " ".join(str(values[name] or "").split()) for name in FIELDS if name in values}


def _free_reference(by: Member) -> str:
    """The next number that nobody, not even an import, has given out."""
    while True:
        reference = f"K{NumberSeries.objects.take_next(by.business, 'customer')}"
        if not Customer.objects.for_business(by.business).filter(reference=reference).exists():
            return reference


def _save(customer: Customer) -> None:
    if not customer.name:
        raise NamelessCustomer("A customer needs a name.")
    try:
        with transaction.atomic():
            customer.save()
    except IntegrityError as error:
        raise ReferenceTaken(f"Another customer has the reference {customer.reference}.") from error


def _values(customer: Customer) -> dict[str, str]:
    return {name: getattr(customer, name) for name in FIELDS}
