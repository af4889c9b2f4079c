"""What the program leans on, asked of every database through the ORM: values, rules, sums, locks."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Concat, Lower, Upper
from django.utils import timezone

from inventory.models import Category, Product
from mail.models import OutboxMessage
from sales.models import Customer, Sale
from tests.factories import CategoryFactory, CustomerFactory, MemberFactory, ProductFactory, UserFactory

pytestmark = pytest.mark.django_db
ODD = ["Default", "default", "O'Brien", "100 %", "100 %s", "a_b", "a\\b", "?", "DATE('x')", "TIMESTAMP"]
ODD += ["Žluťoučký 🐎", '"', "; --"]
EVIL = 'x\' || (SELECT MAX("EMAIL") FROM "ACCOUNTS_USER") || \''


@pytest.mark.parametrize("text", [*ODD, EVIL])
def test_a_text_comes_back_as_it_went(text):
    category = CategoryFactory(name=text)

    assert Category.objects.get(pk=category.pk).name == text
    assert Category.objects.filter(name=text, pk=category.pk).exists()


@pytest.mark.parametrize("text", [*ODD, EVIL])
def test_a_text_comes_back_from_a_bulk_update(text):
    category = CategoryFactory(name="Tea")
    category.name = text

    Category.objects.bulk_update([category], ["name"])

    assert Category.objects.get(pk=category.pk).name == text


@pytest.mark.parametrize("text", [*ODD, EVIL])
def test_a_text_comes_back_from_an_expression(text):
    CategoryFactory(name="Tea")
    chosen = Case(When(name="Tea", then=Value(text)), default=Value("other"))

    row = Category.objects.annotate(
        chosen=chosen, instead=Coalesce("name", Value(text)), joined=Concat("name", Value(text), output_field=models.CharField())
    ).values_list("chosen", "instead", "joined")

    assert list(row) == [(text, "Tea", f"Tea{text}")]


@pytest.mark.parametrize(("part", "found"), [("100 %", True), ("0_%", False), ("o'b", True), ("O'BRIEN 1", True), ("zz", False)])
def test_a_part_of_a_text_is_found_as_it_stands(part, found):
    CategoryFactory(name="O'Brien 100 %")

    assert Category.objects.filter(name__icontains=part).exists() is found


def test_text_functions_agree():
    CategoryFactory(name="Tea")

    assert Category.objects.values_list(Upper("name"), Lower("name")).get() == ("TEA", "tea")


def test_a_long_text_is_kept_whole():
    text, now = "é" * 200_000, timezone.now()
    mail = OutboxMessage.objects.create(to="a@example.com", text=text, created_at=now, due_at=now, claimed_until=now)

    assert OutboxMessage.objects.get(pk=mail.pk).text == text


def test_a_moment_comes_back_in_utc():
    at = datetime.fromisoformat("2026-03-04T15:06:07.123456+02:00")
    product = ProductFactory()
    Product.objects.filter(pk=product.pk).update(created_at=at)

    assert Product.objects.get(pk=product.pk).created_at == at
    assert Product.objects.filter(created_at__gte=at, created_at__lt=at + timedelta(seconds=1)).count() == 1
    assert Product.objects.get(pk=product.pk).created_at.tzinfo == UTC


def test_money_is_exact():
    product = ProductFactory(price=Decimal("19.90"))

    assert Product.objects.get(pk=product.pk).price == Decimal("19.90")
    assert Product.objects.filter(price__gte=Decimal("19.90"), price__lt=Decimal("19.91")).exists()
    assert Product.objects.aggregate(all=Coalesce(Sum("price"), Decimal(0)))["all"] == Decimal("19.90")


def test_a_guarded_update_takes_what_is_there_and_no_more():
    product = ProductFactory(price=Decimal(5))
    shelf = Product.objects.filter(pk=product.pk, price__gte=Decimal(3))

    assert shelf.update(price=F("price") - Decimal(3)) == 1
    assert shelf.update(price=F("price") - Decimal(3)) == 0


def test_many_rows_go_in_at_once():
    business = CategoryFactory().business

    Category.objects.bulk_create([Category(business=business, name=f"c{n}") for n in range(300)], batch_size=100)

    assert Category.objects.filter(business=business).count() == 301


def test_groups_are_counted():
    for category in CategoryFactory.create_batch(2):
        ProductFactory.create_batch(2, business=category.business, category=category)

    counts = Product.objects.values("category_id").annotate(n=Count("pk"), total=Sum("price")).order_by("category_id")

    assert [row["n"] for row in counts] == [2, 2]


def test_subqueries_answer_for_each_row():
    category, _ = CategoryFactory.create_batch(2)
    product = ProductFactory(business=category.business, category=category)
    its_products = Product.objects.filter(category=OuterRef("pk"))

    rows = Category.objects.annotate(has=Exists(its_products), one=Subquery(its_products.order_by("-pk").values("pk")[:1]))

    assert list(rows.order_by("pk").values_list("has", "one")) == [(True, product.pk), (False, None)]
    assert Category.objects.filter(Exists(its_products)).count() == 1


def test_slices_and_unions():
    for name in "abcd":
        CategoryFactory(name=name)
    names = Category.objects.order_by("name").values_list("name", flat=True)

    assert list(names[1:3]) == ["b", "c"]
    assert sorted(names.filter(name="a").order_by().union(names.filter(name="d").order_by())) == ["a", "d"]
    assert list(names.distinct()) == ["a", "b", "c", "d"]


def test_finds_or_makes_once():
    business = CategoryFactory().business

    assert [Category.objects.get_or_create(business=business, name="New")[1] for _ in range(2)] == [True, False]


def test_a_second_of_its_kind_is_refused_and_the_rest_goes_on():
    first = CategoryFactory(name="Tea")

    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.create(business=first.business, name="Tea")

    assert Category.objects.count() == 1


def test_a_check_is_kept():
    product = ProductFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(price=Decimal(-1))


@pytest.mark.django_db(transaction=True)
def test_a_foreign_key_is_kept():
    product = ProductFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(category_id=987654)


def test_what_is_rolled_back_is_gone():
    business = CategoryFactory().business

    with suppress(ZeroDivisionError), transaction.atomic():
        Category.objects.create(business=business, name="gone")
        raise ZeroDivisionError

    assert not Category.objects.filter(name="gone").exists()


def test_rows_are_locked_in_order():
    products = ProductFactory.create_batch(2)

    with transaction.atomic():
        locked = list(Product.objects.select_for_update().filter(pk__in=[p.pk for p in products]).order_by("pk"))

    assert [p.pk for p in locked] == [p.pk for p in products]


def test_sessions_groups_and_json_of_others_work():
    session = SessionStore()
    session["a"] = 1
    session.save()
    user = UserFactory()
    user.groups.add(Group.objects.create(name="g"))
    data = {"seed": "x'y", "list": [1, None, True]}
    key = Authenticator.objects.create(user=user, type="totp", data=data)

    assert SessionStore(session.session_key)["a"] == 1
    assert user.groups.count() == 1
    assert Authenticator.objects.get(pk=key.pk).data == data


def test_what_belongs_together_goes_together():
    member = MemberFactory()
    CustomerFactory(business=member.business)

    assert Sale.objects.filter(sold_on__gte=date(2026, 1, 1), sold_on__lt=date(2027, 1, 1)).count() == 0
    assert Customer.objects.filter(business=member.business).delete()[0] == 1
