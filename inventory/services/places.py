from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.births import on_birth
from accounts.models import Business, Member
from accounts.permissions import Action
from audit import services as audit
from common.db import claim_version, unit_of_work
from common.errors import DomainError
from inventory.models import Category, Location, LocationKind, StockTransfer
from inventory.services.watch import check_business


class NameTaken(DomainError):
    code = "name_taken"
    field = "name"


class DefaultPlace(DomainError):
    code = "default_place"
    field = "is_active"


class PlaceAwaits(DomainError):
    """Goods are under way from or to it."""

    code = "place_awaits_goods"
    field = "is_active"


class NotAPlace(DomainError):
    code = "not_a_place"


@on_birth
def make_default_location(business: Business, _owner: Member) -> None:
    """A shop has its default location from birth."""
    if business.is_shop:
        Location.objects.create(business=business, name="Shop floor", is_default=True)


@unit_of_work()
def save_location(*, location: Location, by: Member, at: datetime, version: int | None = None) -> Location:
    """Create or change a location. Raises StaleVersion when `version` is given and somebody else was faster."""
    by.must(Action.MANAGE_CATALOGUE)
    if location.kind != LocationKind.PLACE:
        raise NotAPlace("What is under way lies there. It stays as it is.")
    if location.is_default and not location.is_active:
        raise DefaultPlace(f"{location.name} is where sales come from; it stays open.")
    before = _stored(location, "name", "is_active")
    _save(location, f"There is a place called {location.name} already.", version)
    if not location.is_active:
        _check_nothing_under_way(location)
    _audit("location saved", location, before, by, at)
    return location


@unit_of_work()
def save_category(*, category: Category, by: Member, at: datetime, version: int | None = None) -> Category:
    """Create or change a category; a new default reorder point is checked against the shelves at once."""
    by.must(Action.MANAGE_CATALOGUE)
    is_new = category.pk is None
    before = _stored(category, "name", "default_reorder_point")
    _save(category, f"There is a category called {category.name} already.", version)
    _audit("category saved", category, before, by, at)
    if not is_new:
        check_business(business=by.business, at=at, category=category)
    return category


def _check_nothing_under_way(location: Location) -> None:
    """After it is saved: who sends goods there meanwhile waits, and then finds it closed."""
    first = StockTransfer.objects.under_way().touching(location).order_by("pk").first()
    if first is not None:
        raise PlaceAwaits(f"Goods of {first.number} are under way from or to {location.name}. Receive, close or cancel it first.")


def _stored(thing: Location | Category, *names: str) -> dict[str, Any]:
    """What the database says of it; nothing where it is new."""
    return type(thing)._default_manager.filter(pk=thing.pk).values(*names).first() or dict.fromkeys(names)


def _audit(action: str, thing: Location | Category, before: dict[str, Any], by: Member, at: datetime) -> None:
    old, new = audit.changes(before, {name: getattr(thing, name) for name in before})
    if new:
        trail.record(action, thing, by=by, at=at, before=old, after=new)


def _save(thing: Location | Category, taken: str, version: int | None) -> None:
    if thing.pk is not None:
        claim_version(thing, version)
    try:
        with transaction.atomic():
            thing.save()
    except IntegrityError as error:
        raise NameTaken(taken) from error
