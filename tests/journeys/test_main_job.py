"""The main job: a product is sold below its reorder point, and an email says so."""

import re
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OWNER, Shop

ARRIVES_WITHIN = 60


@pytest.fixture
def teapots(signed_in: Page) -> Page:
    """The page of a product entered by hand: teapots, to be reordered at five."""
    page = signed_in
    page.goto("/products/new/")
    for name, value in {"name": "Brown teapot", "sku": "POT-B", "price": "7.50", "reorder_point": "5"}.items():
        page.fill(f"main [name={name}]", value)
    page.press("main [name=name]", "Enter")
    expect(page.locator("h1")).to_contain_text("Brown teapot")
    return page


def receive(shop: Shop, sku: str, quantity: int) -> None:
    shop.manage("shell", "-c", RECEIVE.format(sku=sku, quantity=quantity))


RECEIVE = """
from django.utils import timezone
from accounts.models import Member
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
by = Member.objects.select_related("business").get(business__name="Corner Shop", role="owner")
receive_stock(by=by, lines=[StockLine(ProductRef(sku="{sku}"), {quantity}, unit_cost=2)], at=timezone.now())
"""


def an_email(shop: Shop, wanted: Callable[[EmailMessage], bool]) -> EmailMessage:
    end = time.monotonic() + ARRIVES_WITHIN
    while time.monotonic() < end:
        for path in shop.emails():
            message = cast("EmailMessage", message_from_bytes(path.read_bytes(), policy=default))
            if wanted(message):
                return message
        time.sleep(0.3)
    pytest.fail(f"No such email within {ARRIVES_WITHIN} seconds, only: {[path.name for path in shop.emails()]}")


def test_a_sale_below_the_reorder_point_is_told_by_email(teapots: Page, shop: Shop):
    receive(shop, "POT-B", 6)

    teapots.goto("/till/")
    for _ in range(2):
        teapots.fill("#scan", "POT-B")
        teapots.press("#scan", "Enter")
        expect(teapots.locator("#scan")).to_have_value("")
    expect(teapots.locator("[data-total]")).to_contain_text("15.00")
    teapots.click("#pay button[type=submit], #pay button:not([type])")
    expect(teapots.locator("main")).to_contain_text("15.00")

    email = an_email(shop, lambda message: "Brown teapot" in f"{message['subject']} {message.get_body(('plain',)).get_content()}")
    assert email["to"] == OWNER
    assert re.search(r"\b4\b", email.get_body(("plain",)).get_content())
    assert "Brown teapot" in email.get_body(("html",)).get_content()
