"""Things to test with. A factory makes a thing the way the application does: through its services."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.births import give_birth
from accounts.models import Business, Member, User
from accounts.permissions import Role
from inventory.models import Barcode, Category, Location, Product, StockLevel
from inventory.models.product import normalised
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
from sales.models import Customer, Sale
from sales.services.basket import BasketLine
from sales.services.sell import record_sale

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  # a Wednesday morning, at which conftest freezes time
PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@shop.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


class BusinessFactory(DjangoModelFactory[Business]):
    """A shop without people; MemberFactory gives birth to its location."""

    class Meta:
        model = Business

    name = factory.Sequence(lambda n: f"Shop {n}")
    slug = factory.Sequence(lambda n: f"shop-{n}")
    created_at = NOW


class MemberFactory(DjangoModelFactory[Member]):
    class Meta:
        model = Member
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    business = factory.SubFactory(BusinessFactory)
    role = Role.MANAGER
    joined_at = NOW

    @factory.post_generation
    def settled(member: Member, create: bool, *_: Any, **__: Any) -> None:  # noqa: N805
        if not create:
            return
        User.objects.filter(pk=member.user_id).update(current_member=member)
        if member.business.is_shop and not Location.objects.filter(business=member.business).exists():
            give_birth(member.business, member)


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    business = factory.SubFactory(BusinessFactory)
    name = factory.Sequence(lambda n: f"Category {n}")


class LocationFactory(DjangoModelFactory[Location]):
    class Meta:
        model = Location

    business = factory.SubFactory(BusinessFactory)
    name = factory.Sequence(lambda n: f"Place {n}")


class ProductFactory(DjangoModelFactory[Product]):
    """A product with an empty shelf at its business's default location, where there is one."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    business = factory.SubFactory(BusinessFactory)
    name = factory.Sequence(lambda n: f"Product {n}")
    sku = factory.Sequence(lambda n: f"SKU-{n}")
    price = Decimal("5.00")
    search_text = factory.LazyAttribute(lambda p: normalised(f"{p.name} {p.sku}"))
    created_at = NOW

    @factory.post_generation
    def shelf(product: Product, *_: Any, **__: Any) -> None:  # noqa: N805
        place = Location.objects.filter(business=product.business, is_default=True).first()
        if place:
            StockLevel.objects.create(product=product, location=place)


class BarcodeFactory(DjangoModelFactory[Barcode]):
    class Meta:
        model = Barcode

    product = factory.SubFactory(ProductFactory)
    business = factory.SelfAttribute("product.business")
    code = factory.Sequence(lambda n: f"50{n:011d}")


class StockedProductFactory(ProductFactory):
    """`on_hand` units, received at 2.00 each (`on_hand__at` for another cost) by an owner, now or `on_hand__on`."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    @factory.post_generation
    def on_hand(product: Product, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        quantity = Decimal(10 if extracted is None else extracted)
        member = Member.objects.filter(business=product.business).order_by("pk").first() or MemberFactory(
            business=product.business
        )
        if not StockLevel.objects.filter(product=product).exists():
            place = Location.objects.get(business=product.business, is_default=True)
            StockLevel.objects.create(product=product, location=place)
        if quantity:
            receiver = Member(pk=member.pk, business=product.business, user_id=member.user_id, role=Role.OWNER)
            line = StockLine(ProductRef(product=product.pk), quantity, unit_cost=Decimal(kwargs.get("at", "2.00")))
            receive_stock(by=receiver, lines=[line], at=NOW, occurred_at=kwargs.get("on"))
            product.refresh_from_db()


class CustomerFactory(DjangoModelFactory[Customer]):
    class Meta:
        model = Customer

    business = factory.SubFactory(BusinessFactory)
    name = factory.Sequence(lambda n: f"Customer {n}")
    reference = factory.Sequence(lambda n: f"C{n}")
    created_at = NOW


def sell(member: Member, basket: dict[Product, Any], *, at: datetime = NOW, **options: Any) -> Sale:
    """Sell quantities of products, at their prices, for exact cash unless told otherwise."""
    lines = [BasketLine(ProductRef(product=product.pk), Decimal(quantity)) for product, quantity in basket.items()]
    return record_sale(by=member, lines=lines, at=at, **options)


def on_hand(product: Product) -> Decimal:
    """What the levels say there is, over all locations."""
    return sum((level.on_hand for level in StockLevel.objects.filter(product=product)), Decimal(0))
