"""A shop of some size on PostgreSQL, and a program's key to it."""

import time
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from accounts.models import Member, User
from accounts.permissions import Role
from accounts.services.businesses import create_business
from accounts.services.keys import create_api_key
from inventory.models import Location, Product, StockLevel
from inventory.models.product import StockState, normalised
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
from sales.services.basket import BasketLine
from sales.services.sell import record_sale

PRODUCTS = 10_000
SALES = 500
LINES = 3
CHUNK = 200
WORDS = ("Red", "Blue", "Tall", "Small", "Oak", "Tin", "Paper", "Glass", "Garden", "Kitchen")


@dataclass(frozen=True)
class Shop:
    owner: Member
    key: str
    products: list[int]


def build() -> Shop:
    began = time.monotonic()
    user = User.objects.create_user("bench@shop.example", "not a secret")
    owner = create_business(name="Bench", owner=user, at=timezone.now(), via="benchmark")
    _, key = create_api_key(by=owner, name="bench", role=Role.OWNER, at=timezone.now())
    products = _products(owner)
    _stock(owner, products)
    _sales(owner, products)
    Product.objects.filter(pk__in=products[::10]).update(reorder_point=5000, stock_state=StockState.LOW)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself, a while later
    print(f"{PRODUCTS:,} products, {SALES:,} sales of {LINES} lines, built in {time.monotonic() - began:.0f} s", flush=True)
    return Shop(owner, key, products)


def _products(owner: Member) -> list[int]:
    place = Location.objects.get(business=owner.business, is_default=True)
    rows = [_product(owner, number) for number in range(PRODUCTS)]
    Product.objects.bulk_create(rows, batch_size=CHUNK)
    made = list(Product.objects.filter(business=owner.business).order_by("pk"))
    StockLevel.objects.bulk_create([StockLevel(product=product, location=place) for product in made], batch_size=CHUNK)
    return [product.pk for product in made]


def _product(owner: Member, number: int) -> Product:
    name = f"{WORDS[number % 10]} {WORDS[number // 10 % 10]} thing {number}"
    sku = f"SKU-{number:05d}"
    return Product(
        business=owner.business,
        name=name,
        sku=sku,
        price=Decimal("4.99"),
        tax_rate=Decimal(20),
        reorder_point=Decimal(5),
        search_text=normalised(f"{name} {sku}"),
        created_at=timezone.now(),
    )


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
