from django.db.models import Count, Q, QuerySet

from accounts.models import Business
from inventory.models import Category, Location


def get_categories(business: Business) -> "QuerySet[Category]":
    """By name, each with `product_count`, its active products."""
    counted = Count("products", filter=Q(products__is_active=True))
    return Category.objects.for_business(business).annotate(product_count=counted).order_by("name")


def get_locations(business: Business) -> "QuerySet[Location]":
    """The default first, each with `product_count`, the products that lie there."""
    counted = Count("levels", filter=Q(levels__on_hand__gt=0))
    return Location.objects.for_business(business).places().annotate(product_count=counted).order_by("-is_default", "name")
