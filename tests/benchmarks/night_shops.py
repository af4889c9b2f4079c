"""Many shops with three people each and a product that has become low unnoticed, where it is now around noon."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from accounts.models import Business, Member, User
from accounts.permissions import Role
from inventory.models import Location, Product, StockLevel
from inventory.models.product import normalised

ROLES = (Role.OWNER, Role.MANAGER, Role.MANAGER)
BATCH = 1000


def build(count: int) -> None:
    """Rows only, as an import of a former system would leave them; what is low is for the night to find."""
    now = datetime.now(tz=UTC)
    began = now - timedelta(days=400)
    zone = noon(now)
    shops = [Business(name=f"Shop {n}", slug=f"night-{n}", timezone=zone, created_at=began) for n in range(count)]
    shops = Business.objects.bulk_create(shops, batch_size=BATCH)
    people = [User(email=f"p{k}.{shop.slug}@shop.example", name=f"Person {k}", password="!") for shop in shops for k in range(3)]
    people = User.objects.bulk_create(people, batch_size=BATCH)
    seats = [
        Member(business=shop, user=people[3 * n + k], role=role, joined_at=began)
        for n, shop in enumerate(shops)
        for k, role in enumerate(ROLES)
    ]
    Member.objects.bulk_create(seats, batch_size=BATCH)
    _stock(shops, began)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a database that has stood for a while knows how much it holds


def _stock(shops: list[Business], began: datetime) -> None:
    places = [Location(business=shop, name="Shop", is_default=True) for shop in shops]
    places = Location.objects.bulk_create(places, batch_size=BATCH)
    loaves = [
        Product(
            business=shop, name="Rye loaf", sku="LOAF", price=3, reorder_point=5,
            search_text=normalised("Rye loaf LOAF"), created_at=began,
        )
        for shop in shops
    ]  # fmt: skip
    loaves = Product.objects.bulk_create(loaves, batch_size=BATCH)
    levels = [StockLevel(product=loaf, location=place, on_hand=3) for loaf, place in zip(loaves, places, strict=True)]
    StockLevel.objects.bulk_create(levels, batch_size=BATCH)


def noon(now: datetime) -> str:
    """A zone in which the clock shows twelve or so; in Etc/GMT-3 it is three hours later than in UTC."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC"
