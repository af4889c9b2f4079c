"""Sets the sample shop up: the business, its people, places and products."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from allauth.account.models import EmailAddress

from accounts.models import Business, Member, User
from accounts.permissions import Role
from accounts.services.businesses import create_business, update_business
from accounts.services.team import add_member
from alerts.models import AlertKind, AlertPreference, Channel
from alerts.services import set_preference
from inventory.models import Category, Location, Product
from inventory.services.catalogue import create_product
from inventory.services.packs import add_pack
from inventory.services.places import save_category, save_location
from inventory.services.variants import add_variants
from portal.sample import goods
from sales.models import Customer
from sales.services.customers import create_customer

VIA = "sample data"
NAME = "Marlow Street Provisions"
ADDRESS = "14 Marlow Street, Bristol BS1 5TY"
PEOPLE = (
    ("ines@marlow.example", "Ines Marlow", Role.OWNER),
    ("tom@marlow.example", "Tom Okafor", Role.MANAGER),
    ("asha@marlow.example", "Asha Patel", Role.CLERK),
)
CUSTOMERS = (
    "Harbour Café", "St Werburgh's Primary School", "The Old Chapel Guest House", "Bramble Catering", "Mrs E. Whitcombe",
    "Mr D. Osei", "Park Row Dental", "Ms H. Lindqvist",
    "Cabot Street Allotments", "Mr and Mrs Byrne", "Severn Book Club", "Dr A. Rahman",
)  # fmt: skip


@dataclass
class Item:
    """A product as the year's story sees it: how wanted it is, and what stands where."""

    product: Product
    pull: float
    cost: Decimal
    floor: int = 0
    back: int = 0

    @property
    def on_hand(self) -> int:
        return self.floor + self.back

    @property
    def point(self) -> int:
        return int(self.product.effective_reorder_point or 0)


@dataclass
class Shop:
    owner: Member
    manager: Member
    clerk: Member
    back_room: Location
    customers: list[Customer]
    items: list[Item] = field(default_factory=list)

    @property
    def business(self) -> Business:
        return self.owner.business


def open_shop(*, password: str, at: datetime) -> Shop:
    owner_user, manager_user, clerk_user = (_person(email, name, password) for email, name, _ in PEOPLE)
    owner = create_business(name=NAME, owner=owner_user, at=at, via=VIA)
    owner.via = VIA
    business = update_business(
        business=owner.business, by=owner, values={"address": ADDRESS, "default_tax_rate": Decimal(20)}, at=at
    )
    Business.objects.filter(pk=business.pk).update(has_sample_data=True)
    manager, clerk = (
        add_member(user=user, role=role, by=owner, at=at)
        for user, role in ((manager_user, Role.MANAGER), (clerk_user, Role.CLERK))
    )
    for member in (manager, clerk):
        member.via, member.business = VIA, business
    back_room = save_location(location=Location(business=business, name="Back room"), by=owner, at=at)
    shop = Shop(owner, manager, clerk, back_room, [create_customer(by=owner, values={"name": name}, at=at) for name in CUSTOMERS])
    _fill_catalogue(shop, at)
    return shop


def hush(shop: Shop) -> None:
    """No mail for what is past: alerts of the year show in Tillbook only."""
    for member in (shop.owner, shop.manager, shop.clerk):
        for kind in AlertKind:
            set_preference(member=member, kind=kind, channel=Channel.PORTAL)


def unhush(shop: Shop) -> None:
    """From now on alerts are told as everywhere."""
    AlertPreference.objects.filter(member__business=shop.business).delete()


def _person(email: str, name: str, password: str) -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, password, name=name)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True, "verified": True})
    return user


def _fill_catalogue(shop: Shop, at: datetime) -> None:
    categories: dict[str, Category] = {}
    number = 0
    for shelf, things in goods.shelves():
        category = Category(business=shop.business, name=shelf.name, default_reorder_point=shelf.reorder_point)
        categories[shelf.code] = save_category(category=category, by=shop.owner, at=at)
        for good in things:
            number += 1
            shop.items.append(_item(shop, good, category, number, at))
    for name, code, price, cost, pull, options in goods.VARIANTS:
        number += 1
        values = {
            "name": name,
            "sku": f"{code}-{number:03d}",
            "price": Decimal(price),
            "cost": Decimal(cost),
            "tax_rate": Decimal(20),
        }
        parent = create_product(by=shop.owner, values=values | {"category": categories[code]}, at=at)
        for product in add_variants(parent=parent, options=options, by=shop.owner, at=at):
            shop.items.append(Item(product, pull, Decimal(cost)))


def _item(shop: Shop, good: goods.Good, category: Category, number: int, at: datetime) -> Item:
    values = {
        "name": good.name, "sku": f"{good.shelf.code}-{number:03d}", "category": category, "price": good.price, "cost": good.cost,
        "tax_rate": good.shelf.tax_rate,
    }  # fmt: skip
    product = create_product(by=shop.owner, values=values, at=at, barcodes=[goods.barcode(number)])
    if good.name in goods.PACKS:
        name, factor = goods.PACKS[good.name]
        add_pack(product=product, name=name, factor=Decimal(factor), by=shop.owner, at=at)
    return Item(product, good.pull, good.cost)
