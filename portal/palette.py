"""What one finds by a few letters: pages, actions, products, customers and receipts."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Member
from inventory.models import Product
from portal import navigation
from portal.navigation import Place
from purchasing.models import PurchaseOrder, Supplier
from sales.models import Customer, Sale

MOST = 6
SHORTEST = 2  # letters before rows are looked for: one letter finds everything


@dataclass(frozen=True)
class Hit:
    label: str
    url: str
    icon: str
    detail: str = ""


@dataclass(frozen=True)
class Hits:
    head: str
    hits: list[Hit]


def find(*, member: Member, text: str) -> list[Hits]:
    """What matches, in groups, the best guesses first; without a text, where one can go. At most six queries."""
    text = " ".join(text.split())
    groups = [Hits("Go to", _places(navigation.everywhere(member), text)), Hits("Do", _places(navigation.actions(member), text))]
    if member.business.is_shop and len(text) >= SHORTEST:
        groups = [*_rows(member, text), *groups]
    return [group for group in groups if group.hits]


def _places(places: Iterator[Place], text: str) -> list[Hit]:
    words = text.casefold().split()
    found = (place for place in places if all(word in f"{place.label} {place.words}".casefold() for word in words))
    return [Hit(place.label, place.url, place.icon) for place in found]


def _rows(member: Member, text: str) -> Iterator[Hits]:
    business = member.business
    products = Product.objects.for_business(business).active().matching(text).order_by("name", "id")
    yield Hits("Products", [Hit(p.label, reverse("product", args=[p.pk]), "products", p.sku) for p in products[:MOST]])
    suppliers = Supplier.objects.for_business(business).active().matching(text).order_by("name", "id")
    yield Hits("Suppliers", [Hit(s.name, reverse("supplier", args=[s.pk]), "orders", s.contact) for s in suppliers[:MOST]])
    customers = Customer.objects.for_business(business).matching(text).order_by("name", "id")
    yield Hits("Customers", [Hit(c.name, reverse("customer", args=[c.pk]), "customers", c.reference) for c in customers[:MOST]])
    if any(letter.isdigit() for letter in text):
        sales = Sale.objects.for_business(business).filter(number__startswith=text.upper()).order_by("-number", "-id")
        orders = PurchaseOrder.objects.for_business(business).filter(number__startswith=text.upper()).select_related("supplier")
        newest = orders.order_by("-created_at", "-id")[:MOST]
        yield Hits("Orders", [Hit(o.number, reverse("purchase_order", args=[o.pk]), "orders", o.supplier.name) for o in newest])
        yield Hits("Receipts", [Hit(s.number, reverse("sale", args=[s.pk]), "sales", s.get_kind_display()) for s in sales[:MOST]])
