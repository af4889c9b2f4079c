"""The list of sales: what a filter shows, what its totals count, and pages by key."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from sales.models import Sale
from sales.services.basket import Tender
from sales.services.undo import RefundLine, refund_sale, void_sale
from tests.factories import NOW, CustomerFactory, MemberFactory, StockedProductFactory, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(member):
    return StockedProductFactory(business=member.business, on_hand=500)


@pytest.fixture
def listed(logged_in):
    def get(**query):
        return logged_in.get(reverse("sales"), query).context

    return get


def test_newest_first_and_only_this_shops(listed, member, product):
    stranger = MemberFactory()
    sell(stranger, {StockedProductFactory(business=stranger.business): 1})
    older = sell(member, {product: 1})
    newer = sell(member, {product: 1}, at=NOW + timedelta(minutes=1))

    assert listed()["page"].items == [newer, older]


def test_totals_leave_out_voided_sales_and_take_off_refunds(listed, member, product):
    sell(member, {product: 1})
    void_sale(sale=sell(member, {product: 1}), by=member, reason="Wrong", at=NOW)
    sale = sell(member, {product: 2})
    refund_sale(sale=sale, lines=[RefundLine(sale.lines.get(), Decimal(1))], by=member, reason="Faulty", at=NOW)

    totals = listed()["totals"]

    assert (totals.sales, totals.refunds, totals.total) == (2, 1, Decimal(10))


def test_days_are_the_shops_own_and_both_ends_count(listed, member, product):
    member.business.timezone = "Pacific/Auckland"
    member.business.save()
    sale = sell(member, {product: 1}, at=NOW + timedelta(hours=2))  # already 5 March there

    assert listed(first="2026-03-05", last="2026-03-05")["page"].items == [sale]
    assert not listed(last="2026-03-04")["page"].items


def test_each_filter_leaves_out_what_does_not_fit(listed, member, clerk, product):
    ada = CustomerFactory(business=member.business, name="Ada Byron")
    plain = sell(member, {product: 1})
    card = sell(clerk, {product: 1}, payments=[Tender("card", Decimal(5))], customer=ada)
    refund = refund_sale(sale=plain, lines=[RefundLine(plain.lines.get(), Decimal(1))], by=member, reason="Faulty", at=NOW)
    voided = void_sale(sale=sell(member, {product: 1}), by=member, reason="Wrong", at=NOW)

    assert listed(method="card")["page"].items == [card]
    assert listed(person=clerk.pk)["page"].items == [card]
    assert listed(kind="refund")["page"].items == [refund]
    assert listed(state="voided")["page"].items == [voided]
    assert listed(q="byron")["page"].items == [card]
    assert listed(q=plain.number)["page"].items == [plain]


@pytest.mark.parametrize(
    "query", [{"first": "soon"}, {"person": "x"}, {"method": "barter"}, {"after": "x"}, {"q": "%_'"}, {"kind": "\x00"}]
)
def test_a_filter_that_makes_no_sense_shows_a_page_and_never_an_error(logged_in, query):
    assert logged_in.get(reverse("sales"), query).status_code == 200


def test_pages_follow_each_other_without_a_gap_although_new_sales_come_in(logged_in, member, product):
    for minute in range(60):
        sell(member, {product: 1}, at=NOW - timedelta(minutes=minute))
    first = logged_in.get(reverse("sales")).context["page"]
    sell(member, {product: 1}, at=NOW)

    second = logged_in.get(reverse("sales") + first.next_url).context["page"]

    assert len(first.items) == 50
    assert len({sale.pk for sale in [*first.items, *second.items]}) == 60


def test_imported_sales_are_marked(logged_in, member, product):
    sell(member, {product: 1})
    assert "Imported" not in logged_in.get(reverse("sales")).text

    Sale.objects.update(source="online-retail")

    assert "Imported" in logged_in.get(reverse("sales")).text
