"""The forms of stock ask those who may enter for an earlier moment when it was."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from inventory.models import StockMovement
from purchasing.models import Receipt
from tests.factories import NOW, LocationFactory, StockedProductFactory, on_hand
from tests.factories.purchasing import sent
from tests.people import client_of

pytestmark = pytest.mark.django_db
PAGES = ["stock_receive", "stock_adjust", "stock_take", "stock_transfer"]


@pytest.fixture
def mug(member):
    LocationFactory(business=member.business)
    return StockedProductFactory(business=member.business, name="Mug", sku="MUG", on_hand=10, on_hand__on=NOW - timedelta(days=9))


def filled(browser, page, mug, when):
    page = browser.get(reverse(page))
    head = {"key": "one", "location": mug.levels.get().location_id, "reason": "Found", "save": "1", "occurred_at": when}
    choices = page.context["form"].fields.get("to")
    if choices:
        head |= {"to": choices.choices[1][0], "how": page.context["form"].fields["how"].choices[0][0]}
    row = {"product": mug.pk, "quantity": "2", "unit": "each", "unit_cost": ""}
    lines = {"line-TOTAL_FORMS": "1", "line-INITIAL_FORMS": "0", **{f"line-0-{name}": value for name, value in row.items()}}
    return browser.post(page.request["PATH_INFO"], head | lines)


@pytest.mark.parametrize("page", PAGES)
def test_what_happened_earlier_is_entered_for_when_it_did(logged_in, mug, page):
    assert filled(logged_in, page, mug, "2026-03-02T08:15").status_code == 302

    moments = StockMovement.objects.exclude(quantity=10).values_list("occurred_at", "recorded_at").distinct()
    assert list(moments) == [(datetime(2026, 3, 2, 8, 15, tzinfo=UTC), NOW)]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("2026-03-04T11:00", "That moment lies in the future."),
        ("last week", "Enter a day and a time"),
        ("2025-03-30T01:30", "there was no 01:30 on 30 March 2025"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_at_its_field(logged_in, mug, page, when, sentence):
    answer = filled(logged_in, page, mug, when)

    assert sentence in answer.text
    assert sentence in str(answer.context["form"].errors["occurred_at"])
    assert when in answer.text
    assert on_hand(mug) == 10


def test_left_empty_it_is_now(logged_in, mug):
    filled(logged_in, "stock_take", mug, "")

    assert StockMovement.objects.order_by("-pk")[0].occurred_at == NOW


def test_a_clerk_is_not_asked_and_cannot_say(clerk, mug):
    browser = client_of(clerk)
    assert "occurred_at" not in browser.get(reverse("stock_receive")).text

    filled(browser, "stock_receive", mug, "2026-03-02T08:15")

    assert StockMovement.objects.order_by("-pk")[0].occurred_at == NOW


def received(browser, order, when):
    line = order.lines.get()
    given = {"key": "one", "version": order.version, "location": order.location_id, f"line-{line.pk}": "4", "save": "1"}
    return browser.post(reverse("purchase_order_receive", args=[order.pk]), given | {"occurred_at": when})


def test_goods_of_an_order_may_have_come_earlier(logged_in, member):
    order = sent(member)
    then = NOW - timedelta(days=5)
    type(order).objects.update(sent_at=then, sent_on=then.date())

    received(logged_in, order, "2026-03-02T08:15")

    moment = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
    receipt = Receipt.objects.get()
    assert (receipt.received_at, receipt.received_on) == (moment, moment.date())
    movement = StockMovement.objects.get()
    assert (movement.occurred_at, movement.recorded_at, movement.quantity) == (moment, NOW, Decimal(4))


@pytest.mark.parametrize(
    ("when", "sentence"),
    [("2026-03-02T08:15", "was sent after that moment."), ("2026-03-04T11:00", "That moment lies in the future.")],
)
def test_goods_come_neither_before_they_are_ordered_nor_tomorrow(logged_in, member, when, sentence):
    order = sent(member)

    answer = received(logged_in, order, when)

    assert sentence in str(answer.context["form"].errors["occurred_at"])
    assert not Receipt.objects.exists()
