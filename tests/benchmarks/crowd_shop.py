"""A shop for a crowd: one member for each process, three places, fifty products in stock for a week, two suppliers."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import Member, User
from accounts.permissions import Role
from accounts.services.businesses import create_business
from inventory.models import Location
from inventory.services.catalogue import create_product
from inventory.services.places import save_location
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
from purchasing.services.suppliers import create_supplier

PRODUCTS = 50
A_WEEK = timedelta(days=7)


def build(*, method: str, people: int, at: datetime) -> list[Member]:
    """All through the services, as people would; the first member is the owner."""
    user = User.objects.create_user(f"owner@{method}.example", "not a secret")
    owner = create_business(name=f"Crowd, {method}", owner=user, at=at - A_WEEK, via="benchmark")
    owner.business.valuation = method
    owner.business.save()
    return [owner, *fill(owner=owner, people=people - 1, at=at)]


def fill(*, owner: Member, people: int, at: datetime) -> list[Member]:
    business = owner.business
    places = [Location.objects.get(business=business, is_default=True)]
    rooms = [Location(business=business, name=name) for name in ("Back room", "Market stall")]
    places += [save_location(location=room, by=owner, at=at) for room in rooms]
    named = [{"name": f"Thing {n}", "sku": f"CROWD-{n:02}", "price": Decimal(5), "reorder_point": 9} for n in range(PRODUCTS)]
    products = [create_product(by=owner, values=values, at=at) for values in named]
    for place in places:
        lines = [StockLine(ProductRef(product=p.pk), Decimal(40), unit_cost=Decimal(n % 7 + 1)) for n, p in enumerate(products)]
        receive_stock(by=owner, lines=lines, at=at, occurred_at=at - A_WEEK, location_id=place.pk)
    for name in ("Bakers", "Millers"):
        create_supplier(by=owner, values={"name": name}, at=at)
    users = User.objects.bulk_create(
        [User(email=f"p{n}@{business.slug}.example", name=f"Person {n}", password="!") for n in range(people)]
    )
    return Member.objects.bulk_create([Member(business=business, user=u, role=Role.MANAGER, joined_at=at) for u in users])
