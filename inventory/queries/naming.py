"""Products as reports name them."""

from dataclasses import dataclass

from accounts.models import Business
from inventory.models import Category, Location, Product


@dataclass(frozen=True)
class Named:
    label: str
    unit: str
    category: int  # 0 without one


def get_named(business: Business) -> dict[int, Named]:
    """Every product by its id, those that are put away too, by name. One query."""
    rows = Product.objects.for_business(business).order_by("name", "variant", "pk")
    figures = rows.values_list("pk", "name", "variant", "unit", "category_id")
    return {
        pk: Named(f"{name}, {variant}" if variant else name, unit, category or 0) for pk, name, variant, unit, category in figures
    }


def get_category_names(business: Business) -> dict[int, str]:
    """By name; 0 is no category. One query."""
    return {**dict(Category.objects.for_business(business).order_by("name").values_list("pk", "name")), 0: "No category"}


def get_location_names(business: Business) -> dict[int, str]:
    """The default one first; what is under way between two of them has its own. One query."""
    return dict(Location.objects.for_business(business).order_by("-is_default", "name").values_list("pk", "name"))
