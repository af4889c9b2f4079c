from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.births import on_birth
from accounts.models import Business, Member
from accounts.permissions import Action
from common.db import claim_version, unit_of_work
from common.errors import DomainError
from inventory.models import Category, Location
from inventory.services.watch import check_business


class NameTaken(DomainError):
    code = "name_taken"
    field = "name"


class DefaultPlace(DomainError):
    code = "default_place"
    field = "is_active"


@on_birth
def make_default_location(business: Business, _owner: Member) -> None:
    """A shop has its default location from birth."""
    if business.is_shop:
        Location.objects.create(business=business, name="Shop floor", is_default=True)


@unit_of_work()
def save_location(*, location: Location, by: Member, at: datetime, version: int | None = None) -> Location:
    """Create or change a location. Raises StaleVersion when `version` is given and somebody else was faster."""
    by.must(Action.MANAGE_CATALOGUE)
    if location.is_default and not location.is_active:
        raise DefaultPlace(f"{location.name} is where sales come from; it stays open.")
    _save(location, f"There is a place called {location.name} already.", version)
    trail.record("location saved", location, by=by, at=at, after={"name": location.name, "is_active": location.is_active})
    return location


@unit_of_work()
def save_category(*, category: Category, by: Member, at: datetime, version: int | None = None) -> Category:
    """Create or change a category; a new default reorder point is checked against the shelves at once."""
    by.must(Action.MANAGE_CATALOGUE)
    is_new = category.pk is None
    _save(category, f"There is a category called {category.name} already.", version)
    point: Decimal | None = category.default_reorder_point
    trail.record("category saved", category, by=by, at=at, after={"name": category.name, "default_reorder_point": point})
    if not is_new:
        check_business(business=by.business, at=at, category=category)
    return category


def _save(thing: Location | Category, taken: str, version: int | None) -> None:
    if thing.pk is not None:
        claim_version(thing, version)
    try:
        with transaction.atomic():
            thing.save()
    except IntegrityError as error:
        raise NameTaken(taken) from error
