"""A shop of some size on PostgreSQL, and a program's key to it."""

import time
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection
from django.utils import timezone

from accounts.models import Member, User
from accounts.permissions import Role
from accounts.services.businesses import create_business
from accounts.services.keys import create_api_key
from inventory.models import Barcode, Location, MovementKind, Product, StockLevel, StockMovement, StockState
from inventory.models.product import searchable
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
from sales.services.basket import BasketLine
from sales.services.sell import record_sale

PRODUCTS = 10_000
MANY_PRODUCTS = 100_000
MOVEMENTS = 50_000
SALES = 500
LINES = 3
CHUNK = 200
BATCH = 2000
WORDS = ("Red", "Blue", "Tall", "Small", "Oak", "Tin", "Paper", "Glass", "Garden", "Kitchen")


@dataclass(frozen=True)
class Shop:
    owner: Member
    key: str
    session: str
    products: list[int]


def build() -> Shop:
    began = time.monotonic()
    user = User.objects.create_user("bench@shop.example", "not a secret")
    owner = create_business(name="Bench", owner=user, at=timezone.now(), via="benchmark")
    _, key = create_api_key(by=owner, name="bench", role=Role.OWNER, at=timezone.now())
    products = _products(owner, range(PRODUCTS))
    _stock(owner, products)
    _sales(owner, products)
    _past(owner, products)
    Product.objects.filter(pk__in=products[::10]).update(reorder_point=5000, stock_state=StockState.LOW)
    settle()
    movements = StockMovement.objects.count()
    print(
        f"{count():,} products, {movements:,} movements, {SALES:,} sales, built in {time.monotonic() - began:.0f} s", flush=True
    )
    return Shop(owner, key, session_of(user), products)


def grow(shop: Shop) -> None:
    """Until the shop has MANY_PRODUCTS, for search."""
    _products(shop.owner, range(PRODUCTS, MANY_PRODUCTS))
    settle()
    print(f"\n{count():,} products", flush=True)


def count() -> int:
    return Product.objects.count()


def settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself, a while later


def session_of(user: User) -> str:
    """The cookie of somebody who has logged in."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _products(owner: Member, numbers: range) -> list[int]:
    place = Location.objects.get(business=owner.business, is_default=True)
    Product.objects.bulk_create([_product(owner, number) for number in numbers], batch_size=BATCH)
    made = list(Product.objects.filter(business=owner.business, levels=None).order_by("pk"))
    StockLevel.objects.bulk_create([StockLevel(product=product, location=place) for product in made], batch_size=BATCH)
    codes = [
        Barcode(business=owner.business, product=product, code=barcode(number))
        for number, product in zip(numbers, made, strict=True)
    ]
    Barcode.objects.bulk_create(codes, batch_size=BATCH)
    return [product.pk for product in made]


def barcode(number: int) -> str:
    return f"29{number:011d}"


def _product(owner: Member, number: int) -> Product:
    name = f"{WORDS[number % 10]} {WORDS[number // 10 % 10]} thing {number}"
    sku = f"SKU-{number:06d}"
    return Product(
        business=owner.business,
        name=name,
        sku=sku,
        price=Decimal("4.99"),
        tax_rate=Decimal(20),
        reorder_point=Decimal(5),
        search_text=searchable(sku, name, barcode(number)),
        created_at=timezone.now(),
    )


def _past(owner: Member, products: list[int]) -> None:
    """Older rows of the ledger, until there are MOVEMENTS: they weigh, they are not reckoned with."""
    place = Location.objects.get(business=owner.business, is_default=True)
    at = timezone.now() - timedelta(days=30)
    rows = [
        StockMovement(
            business=owner.business, product_id=products[number % len(products)], location=place, kind=MovementKind.ADJUSTED,
            quantity=1 - 2 * (number // len(products) % 2), occurred_at=at, occurred_on=at.date(), recorded_at=at, moved_by=owner,
            reason="past",
        )
        for number in range(MOVEMENTS - StockMovement.objects.count())
    ]  # fmt: skip
    StockMovement.objects.bulk_create(rows, batch_size=BATCH)


def _stock(owner: Member, products: list[int]) -> None:
    for first in range(0, len(products), CHUNK):
        lines = [
            StockLine(ProductRef(product=pk), Decimal(1000), unit_cost=Decimal("2.10")) for pk in products[first : first + CHUNK]
        ]
        receive_stock(by=owner, lines=lines, at=timezone.now())


def _sales(owner: Member, products: list[int]) -> None:
    for number in range(SALES):
        wanted = [products[(number * LINES + line) % len(products)] for line in range(LINES)]
        record_sale(by=owner, lines=[BasketLine(ProductRef(product=pk), Decimal(1)) for pk in wanted], at=timezone.now())
