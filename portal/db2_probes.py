"""What `manage.py db2check` asks of a DB2 server. Each probe raises, or has a one-line answer; nothing of it stays."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Case, Count, F, Model, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from accounts.models import Member
from accounts.services.businesses import create_business
from inventory.models import Category, Product, StockLevel
from inventory.services.catalogue import create_product
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
from mail.models import OutboxMessage
from sales.models import Sale
from sales.services.basket import BasketLine
from sales.services.sell import record_sale

ODD = ("Default", "O'Brien", "100 %s", "DATE('x')", "Žluťoučký 🐎", "x' || CURRENT USER || '")
LONG = "é" * 200_000


class Wrong(Exception):
    """The database answered, and not what it should have."""


def _expect(what: str, *, holds: bool) -> None:
    if not holds:
        raise Wrong(what)


def a_shop(user_model: Any) -> Member:
    owner = user_model.objects.create_user("db2check@example.com", None)
    return create_business(name="DB2 check", owner=owner, at=timezone.now())


def a_shelf(member: Member, units: int) -> StockLevel:
    at = timezone.now()
    product = create_product(by=member, values={"name": "Probe", "sku": f"P{units}", "price": Decimal("1.99")}, at=at)
    line = StockLine(ProductRef(product=product.pk), Decimal(units), unit_cost=Decimal(1))
    receive_stock(by=member, lines=[line], at=at)
    return StockLevel.objects.get(product=product)


def _texts(member: Member) -> str:
    for text in ODD:
        category = Category.objects.create(business=member.business, name=text)
        Category.objects.bulk_update([category], ["name"])
        chosen = Category.objects.filter(pk=category.pk, name=text).annotate(
            a=Case(When(pk__gt=0, then=Value(text)), default=Value("")), b=Coalesce("name", Value(text))
        )
        _expect(f"the text {text!r} came back changed", holds=list(chosen.values_list("a", "b")) == [(text, text)])
    return f"{len(ODD)} odd texts come back as they went"


def _moments(member: Member) -> str:
    at = datetime(2026, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)
    product = create_product(by=member, values={"name": "M", "sku": "M", "price": Decimal("0.10")}, at=at)
    _expect("a moment came back changed", holds=Product.objects.get(pk=product.pk).created_at == at)
    return "moments come back in UTC, to the microsecond"


def _long_text(_: Member) -> str:
    now = timezone.now()
    mail = OutboxMessage.objects.create(to="a@example.com", text=LONG, created_at=now, due_at=now, claimed_until=now)
    _expect("a long text came back changed", holds=OutboxMessage.objects.get(pk=mail.pk).text == LONG)
    return f"a text of {len(LONG):,} characters comes back whole"


def _json(member: Member) -> str:
    data = {"a": ["it's", 1, None]}
    key = Authenticator.objects.create(user=member.user, type="totp", data=data)
    _expect("JSON came back changed", holds=Authenticator.objects.get(pk=key.pk).data == data)
    return "JSON is stored and read back"


def _refuses(write: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


def _rules(member: Member) -> str:
    shelf = a_shelf(member, 3)
    again = shelf.product.sku
    _expect("a check was not kept", holds=_refuses(lambda: Product.objects.filter(pk=shelf.product_id).update(price=Decimal(-1))))
    _expect("a unique was not kept", holds=_refuses(lambda: _copy(shelf.product, sku=again)))
    return "checks and uniques refuse what they should"


def _foreign_keys(member: Member) -> str:
    shelf = StockLevel.objects.filter(pk=a_shelf(member, 3).pk)
    _expect("a foreign key was not kept", holds=_refuses(lambda: shelf.update(product_id=-1)))
    return "foreign keys refuse what they should"


def _copy(row: Model, **values: Any) -> None:
    row.pk = None
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def _conditional_unique(member: Member) -> str:
    def address(email: str) -> None:
        EmailAddress.objects.create(user=member.user, email=email, primary=True, verified=True)

    address("one@example.com")
    _expect("a second main address was taken", holds=_refuses(lambda: address("two@example.com")))
    for email in ("three@example.com", "four@example.com"):
        EmailAddress.objects.create(user=member.user, email=email, primary=False)
    return "conditional uniques (over CASE keys) refuse what they should, and nothing else"


def _rollback(member: Member) -> str:
    Category.objects.create(business=member.business, name="stays")
    with suppress(ZeroDivisionError), transaction.atomic():
        Category.objects.create(business=member.business, name="goes")
        with transaction.atomic():
            Category.objects.create(business=member.business, name="goes too")
        raise ZeroDivisionError
    names = set(Category.objects.values_list("name", flat=True))
    _expect("a savepoint was not rolled back", holds="stays" in names and not {"goes", "goes too"} & names)
    return "savepoints are rolled back"


def _questions(member: Member) -> str:
    shelf = a_shelf(member, 5)
    record_sale(by=member, lines=[BasketLine(ProductRef(product=shelf.product_id), Decimal(2))], at=timezone.now())
    months = Sale.objects.annotate(month=TruncMonth("sold_on")).values("month").annotate(n=Count("pk"), total=Sum("total"))
    _expect("a month was not counted", holds=[row["n"] for row in months] == [1])
    with transaction.atomic():
        locked = StockLevel.objects.select_for_update().get(pk=shelf.pk)
    _expect("the shelf is wrong after a sale", holds=locked.on_hand == 3)
    below = StockLevel.objects.filter(pk=shelf.pk, on_hand__gte=9).update(on_hand=F("on_hand") - 9)
    _expect("a guarded update took too much", holds=below == 0)
    return "a sale, a month, a lock and a guarded update"


PROBES = (_texts, _moments, _long_text, _json, _rules, _foreign_keys, _conditional_unique, _rollback, _questions)


def ask(probe: Callable[[Member], str], member: Member) -> tuple[bool, str]:
    """In a transaction that is rolled back."""
    try:
        with transaction.atomic():
            answer = probe(member)
            transaction.set_rollback(True)
    except (DatabaseError, Wrong) as error:
        return False, f"{probe.__name__.strip('_')}: {error}"
    return True, answer
