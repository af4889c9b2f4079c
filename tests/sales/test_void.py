"""Rule 9: a void undoes a sale of the same local day, once, and leaves its trace."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.permissions import NotAllowed, Role
from audit.models import AuditEntry
from common.errors import InvalidInput
from sales.models import Sale
from sales.services.basket import Tender
from sales.services.undo import CannotRefund, CannotVoid, RefundLine, refund_sale, void_sale
from tests.factories import NOW, MemberFactory, StockedProductFactory, on_hand, sell
from tests.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(member):
    return StockedProductFactory(business=member.business, on_hand=10)


@pytest.fixture
def sale(member, product):
    return sell(member, {product: 3}, payments=[Tender("cash", Decimal(10)), Tender("card", Decimal(5))])


def void(sale, by, at=NOW, reason="Wrong item"):
    return void_sale(sale=sale, by=by, reason=reason, at=at)


def test_puts_the_goods_back_and_reverses_each_payment(member, product, sale):
    void(sale, member)

    assert on_hand(product) == 10
    assert sorted(sale.payments.values_list("method", "amount")) == [
        ("card", Decimal(-5)),
        ("card", Decimal(5)),
        ("cash", Decimal(-10)),
        ("cash", Decimal(10)),
    ]


def test_reverses_only_the_cash_that_stayed_when_change_was_given(member, product):
    sale = sell(member, {product: 1}, payments=[Tender("cash", Decimal(20))])

    void(sale, member)

    assert sum(payment.amount for payment in sale.payments.all()) == sale.change == 15


def test_stays_in_the_list_with_who_when_and_why(member, sale):
    voided = void(sale, member)

    assert (voided.state, voided.voided_by, voided.voided_at, voided.reason) == ("voided", member, NOW, "Wrong item")
    assert AuditEntry.objects.filter(action="voided", document=sale.number, reason="Wrong item").exists()


def test_works_once(member, product, sale):
    void(sale, member)

    with pytest.raises(CannotVoid, match="voided already"):
        void(sale, member)

    assert on_hand(product) == 10


def test_only_on_its_own_day(member, product, sale):
    with pytest.raises(CannotVoid, match="own day"):
        void(sale, member, at=NOW + timedelta(days=1))

    assert on_hand(product) == 7


@pytest.mark.parametrize(
    ("zone", "sold", "later", "may"),
    [
        ("Pacific/Auckland", (2026, 3, 4, 10, 0), (2026, 3, 4, 12, 0), False),  # 23:00 and 01:00 of the next day there
        ("Pacific/Auckland", (2026, 3, 4, 11, 30), (2026, 3, 5, 10, 30), True),  # 00:30 and 23:30 of one day there
        ("America/Los_Angeles", (2026, 3, 4, 23, 0), (2026, 3, 5, 7, 30), True),  # 15:00 and 23:30 of one day there
        ("Europe/London", (2026, 7, 1, 22, 30), (2026, 7, 1, 23, 30), False),  # summer time: 23:30 and 00:30
    ],
)
def test_the_day_is_the_shops_own(member, product, zone, sold, later, may):
    member.business.timezone = zone
    member.business.save()
    sold, later = datetime(*sold, tzinfo=UTC), datetime(*later, tzinfo=UTC)
    sale = sell(member, {product: 1}, at=sold)

    if may:
        assert void(sale, member, at=later).state == "voided"
    else:
        with pytest.raises(CannotVoid):
            void(sale, member, at=later)


def test_needs_a_reason(member, sale):
    with pytest.raises(InvalidInput, match="Say why"):
        void(sale, member, reason="  ")


def test_not_after_a_part_was_refunded(member, product, sale):
    refund_sale(sale=sale, lines=[RefundLine(sale.lines.get(), Decimal(1))], by=member, reason="Faulty", at=NOW)

    with pytest.raises(CannotVoid, match="refunded"):
        void(sale, member)

    assert on_hand(product) == 8
    assert Sale.objects.get(pk=sale.pk).state == "completed"


def test_a_voided_sale_is_not_refunded(member, sale):
    void(sale, member)

    with pytest.raises(CannotRefund, match="voided"):
        refund_sale(sale=sale, lines=[RefundLine(sale.lines.get(), Decimal(1))], by=member, reason="Faulty", at=NOW)


def test_a_refund_is_not_voided(member, sale):
    refund = refund_sale(sale=sale, lines=[RefundLine(sale.lines.get(), Decimal(1))], by=member, reason="Faulty", at=NOW)

    with pytest.raises(CannotVoid):
        void(refund, member)


def test_an_imported_sale_is_not_voided(member, sale):
    Sale.objects.update(source="file")

    with pytest.raises(CannotVoid):
        void(Sale.objects.get(), member)


@pytest.mark.parametrize(
    ("role", "own", "any_"), [("viewer", False, False), ("clerk", True, False), ("manager", True, True), ("owner", True, True)]
)
def test_who_may_void(member, product, role, own, any_):
    person = MemberFactory(business=member.business, role=Role(role))
    seller = MemberFactory(business=member.business, role=Role.CLERK)

    for author, may in [(person, own), (seller, any_)]:
        sale = sell(member, {product: 1})
        Sale.objects.filter(pk=sale.pk).update(sold_by=author)
        sale.refresh_from_db()
        if may:
            assert void(sale, person).state == "voided"
        else:
            with pytest.raises(NotAllowed):
                void(sale, person)


def test_the_page_asks_why_and_voids(logged_in, sale, product):
    page = logged_in.post(reverse("sale_void", args=[sale.pk]), {"reason": ""})
    assert "This field is required" in page.text

    page = logged_in.post(reverse("sale_void", args=[sale.pk]), {"reason": "Wrong price"}, follow=True)
    assert "Voided" in page.text
    assert on_hand(product) == 10


def test_the_page_says_why_it_cannot(logged_in, sale, frozen_time):
    frozen_time.shift(timedelta(days=1))

    page = logged_in.post(reverse("sale_void", args=[sale.pk]), {"reason": "Wrong price"})

    assert "on its own day only" in page.text


@pytest.mark.parametrize("page", ["sale_void", "sale_refund"])
def test_what_can_be_neither_voided_nor_refunded_shows_itself_instead_of_the_form(logged_in, member, sale, page):
    void(sale, member)

    assert logged_in.get(reverse(page, args=[sale.pk])).url == reverse("sale", args=[sale.pk])


def test_another_persons_sale_offers_a_clerk_no_void(clerk, sale):
    page = client_of(clerk).get(reverse("sale", args=[sale.pk]))

    assert reverse("sale_void", args=[sale.pk]) not in page.text
