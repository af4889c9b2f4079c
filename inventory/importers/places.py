"""Categories and locations from a file, each known by its name."""

from abc import abstractmethod
from collections.abc import Hashable
from decimal import Decimal
from typing import Any, TypeVar

from common.fields import LARGEST_QUANTITY, QUANTITY_STEP
from imports import values
from imports.one_row import Draft, OneRowSession, needed
from imports.registry import Column, ImportKind, Job, Row, register
from inventory.models import Category, Location
from inventory.models.location import LocationKind
from inventory.services.places import DefaultPlace, save_category, save_location

Named = TypeVar("Named", Category, Location)


class NamedSession(OneRowSession[Named]):
    model: type[Named]

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        rows = self.model._default_manager.filter(business=self.business)
        self._known: dict[str, Named] = {thing.name.casefold(): thing for thing in rows}

    def named(self, row: Row) -> Hashable:
        return needed(row, "name", "The row has no name.", longest=120).casefold()

    def known(self, row: Row) -> Named | None:
        return self._known.get(" ".join(row["name"].split()).casefold())

    def save(self, draft: Draft[Named]) -> None:
        thing = draft.thing or self.model(business=self.business)
        for name, value in draft.said.items():
            setattr(thing, name, value)
        self.keep(thing)
        self._known[thing.name.casefold()] = thing

    @abstractmethod
    def keep(self, thing: Named) -> None:
        """Save it by its own service."""


class CategorySession(NamedSession[Category]):
    model = Category

    def said(self, row: Row, thing: Category | None) -> dict[str, Any]:
        said: dict[str, Any] = {"name": " ".join(row["name"].split())}
        if row["default_reorder_point"]:
            said["default_reorder_point"] = _quantity(row, comma=self.job.decimal_comma)
        return said

    def keep(self, thing: Category) -> None:
        save_category(category=thing, by=self.job.by, at=self.job.at)


class LocationSession(NamedSession[Location]):
    model = Location

    def said(self, row: Row, thing: Location | None) -> dict[str, Any]:
        said: dict[str, Any] = {"name": " ".join(row["name"].split())}
        if thing and thing.kind != LocationKind.PLACE:
            raise values.BadCell(f"{thing.name} is where goods lie that are under way.", field="name")
        if row["is_active"]:
            said["is_active"] = values.yes(row["is_active"], field="is_active")
        if thing and thing.is_default and not said.get("is_active", True):
            raise DefaultPlace(f"{thing.name} is where sales come from; it stays open.")
        return said

    def keep(self, thing: Location) -> None:
        save_location(location=thing, by=self.job.by, at=self.job.at)


def _quantity(row: Row, *, comma: bool) -> Decimal:
    name = "default_reorder_point"
    number = values.number(row[name], field=name, decimal_comma=comma)
    if not 0 <= number <= LARGEST_QUANTITY or number != number.quantize(QUANTITY_STEP):
        raise values.BadCell(f"Enter 0 to {LARGEST_QUANTITY:,}, with at most 3 decimal places.", field=name)
    return number


CATEGORIES = register(
    ImportKind(
        name="categories",
        leads_to="categories",
        label="Categories",
        help="A category is known by its name: new ones are created, known ones changed where the file differs.",
        columns=(
            Column("name", "Name", ("category", "group", "department", "title"), required=True),
            Column("default_reorder_point", "Reorder point", ("low at", "reorder level", "minimum", "default reorder point")),
        ),
        open=CategorySession,
    )
)
LOCATIONS = register(
    ImportKind(
        name="locations",
        leads_to="locations",
        label="Locations",
        help="A place that holds stock is known by its name.",
        columns=(
            Column("name", "Name", ("location", "place", "shop", "warehouse", "store", "branch"), required=True),
            Column("is_active", "Active", ("open", "in use", "enabled", "status"), help="Yes or no."),
        ),
        open=LocationSession,
    )
)
