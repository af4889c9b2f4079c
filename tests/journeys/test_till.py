"""Selling in a real browser: by keys alone, by scanner, without a script, and giving it back."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Shop, log_in
from tests.journeys.screens import Look

STOCK = """
from decimal import Decimal
from django.utils import timezone
from accounts.models import Member
from inventory.services.catalogue import create_product
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
member, now = Member.objects.get(business__slug="{slug}", role="owner"), timezone.now()
for name, sku, price, rate, code in [
    ("Rye loaf", "RYE", "3.60", "0", "5000000000017"),
    ("Enamel mug, white", "MUG-W", "9.50", "20", "5000000000055"),
    ("Enamel mug, blue", "MUG-B", "9.50", "20", "5000000000062"),
]:
    values = dict(name=name, sku=sku, price=Decimal(price), tax_rate=Decimal(rate))
    product = create_product(by=member, at=now, values=values, barcodes=[code])
    receive_stock(by=member, at=now, lines=[StockLine(ProductRef(product=product.pk), Decimal(500), unit_cost=Decimal(1))])
"""
LOAF, WHITE, BLUE = "5000000000017", "5000000000055", "5000000000062"


@pytest.fixture(scope="module", autouse=True)
def stocked(shop: Shop) -> None:
    shop.manage("shell", "-c", STOCK.format(slug=shop.slug))


@pytest.fixture
def till(signed_in: Page) -> Page:
    signed_in.goto("/till/")
    if (empty := signed_in.get_by_role("button", name="Empty the basket")).count():
        signed_in.once("dialog", lambda dialog: dialog.accept())
        empty.click()
        expect(signed_in.get_by_text("The basket is empty")).to_be_visible()
    return signed_in


@pytest.fixture
def plain(browser: Browser, shop: Shop) -> Iterator[Page]:
    """A browser without JavaScript."""
    context = browser.new_context(base_url=shop.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page)
    page.goto("/till/")
    yield page
    context.close()


def scan(page: Page, code: str) -> None:
    """As a scanner does it: quickly, wherever the focus is, and Enter at the end."""
    for character in code:
        page.keyboard.press(character)
    page.keyboard.press("Enter")


def total(page: Page) -> str:
    return page.locator("[data-total]").inner_text()


def test_three_items_for_cash_take_three_scans_and_two_keys(till: Page, request: pytest.FixtureRequest):
    times = []
    for lines, code in enumerate([LOAF, WHITE, BLUE], start=1):
        for character in code:
            till.keyboard.press(character)
        began = time.perf_counter()
        till.keyboard.press("Enter")
        till.locator(".table--cart tbody tr").nth(lines - 1).wait_for()
        times.append(round((time.perf_counter() - began) * 1000))
    till.keyboard.press("F9")
    till.keyboard.press("Enter")

    expect(till.get_by_role("heading", name=re.compile(r"^Sale \d{4}-\d+"))).to_be_visible()
    expect(till.locator("#scan")).to_be_focused()
    expect(till.locator(".sold")).to_contain_text("£22.60 by cash")
    request.node.user_properties.append(("scan_to_line_ms", times))


def test_a_scan_lands_in_the_basket_whatever_has_the_focus(till: Page):
    scan(till, LOAF)
    till.locator("#given").focus()
    till.keyboard.type("20")
    time.sleep(0.1)

    scan(till, WHITE)

    expect(till.locator(".table--cart tbody tr")).to_have_count(2)
    till.get_by_role("button", name="One more Rye loaf").focus()
    scan(till, BLUE)
    expect(till.locator(".table--cart tbody tr")).to_have_count(3)


def test_a_hurry_of_scans_loses_none_and_a_payment_waits_for_them(till: Page):
    for _ in range(5):
        scan(till, LOAF)
    till.keyboard.press("F9")
    expect(till.locator("#given")).to_be_focused()
    till.keyboard.press("Enter")

    expect(till.locator(".sold")).to_contain_text("£18.00")


def test_a_name_is_searched_while_typing_and_chosen_by_arrow(till: Page, look: Look):
    till.keyboard.press("F2")
    till.keyboard.type("mug", delay=60)
    expect(till.get_by_role("option")).to_have_count(2)
    till.keyboard.press("ArrowDown")
    look(till, "till-search")
    till.keyboard.press("Enter")

    expect(till.locator(".table--cart tbody tr")).to_have_count(1)
    expect(till.locator(".table--cart")).to_contain_text("Enamel mug, blue")
    expect(till.get_by_role("status").filter(has_text="Enamel mug, blue added")).to_be_visible()


def test_quantity_discount_and_change_are_reckoned_as_they_are_typed(till: Page, look: Look):
    scan(till, WHITE)
    expect(till.locator(".table--cart tbody tr")).to_have_count(1)
    till.get_by_label("Quantity of Enamel mug, white").fill("3")
    till.get_by_label("Discount on everything").fill("10%")
    till.keyboard.press("Enter")
    expect(till.locator("[data-total]")).to_have_text("£25.65")

    till.locator("#given").fill("20")
    expect(till.locator("[data-change]")).to_have_text("£5.65")
    expect(till.locator("[data-change-label]")).to_have_text("Still to pay")
    till.get_by_role("button", name="£30.00").click()
    expect(till.locator("[data-change]")).to_have_text("£4.35")
    look(till, "till-basket")


def test_too_little_cash_is_said_at_its_field(till: Page, look: Look):
    scan(till, LOAF)
    expect(till.locator(".table--cart tbody tr")).to_have_count(1)
    till.keyboard.press("F9")
    till.keyboard.type("2")
    till.keyboard.press("Enter")

    expect(till.locator("#given")).to_have_attribute("aria-invalid", "true")
    expect(till.locator("#given-error")).to_contain_text("1.60 is still to pay")
    look(till, "till-refused")


def test_an_unknown_code_offers_a_product_with_it(till: Page, look: Look):
    scan(till, "4006381333931")
    look(till, "till-unknown")

    till.get_by_role("link", name="Create a product with this barcode").click()

    expect(till.locator("[name=barcodes]")).to_have_value("4006381333931")


def test_a_basket_is_held_and_recalled_by_keys_and_survives_a_reload(till: Page, look: Look):
    scan(till, LOAF)
    expect(till.locator(".table--cart tbody tr")).to_have_count(1)
    till.reload()
    expect(till.locator(".table--cart tbody tr")).to_have_count(1)

    till.keyboard.press("F4")
    expect(till.get_by_text("The basket is empty")).to_be_visible()
    look(till, "till-empty")
    till.keyboard.press("F8")
    expect(till.get_by_role("heading", name="Held baskets")).to_be_visible()
    look(till, "till-held")
    till.keyboard.press("Enter")

    expect(till.locator(".table--cart")).to_contain_text("Rye loaf")


def test_help_opens_by_question_mark_and_closes_by_escape(till: Page, look: Look):
    till.keyboard.press("?")
    expect(till.get_by_role("dialog", name="Keys of the till")).to_be_visible()
    look(till, "till-help")
    till.keyboard.press("Escape")

    expect(till.get_by_role("dialog")).to_have_count(0)
    expect(till.locator("#scan")).to_be_focused()


def test_going_back_and_paying_again_sells_once(till: Page):
    scan(till, LOAF)
    expect(till.locator(".table--cart tbody tr")).to_have_count(1)
    till.keyboard.press("F9")
    till.keyboard.press("Enter")
    first = till.get_by_role("heading", name=re.compile("^Sale ")).inner_text()
    till.go_back()
    till.reload()
    expect(till.get_by_text("The basket is empty")).to_be_visible()
    till.goto("/sales/")

    expect(till.get_by_role("link", name=first.removeprefix("Sale "), exact=True)).to_have_count(1)


def test_a_sale_is_undone_from_the_till(till: Page, look: Look):
    scan(till, LOAF)
    expect(till.locator(".table--cart tbody tr")).to_have_count(1)
    till.keyboard.press("F9")
    till.keyboard.press("Enter")
    till.get_by_role("link", name="Undo this sale").click()
    look(till, "sale-void")
    till.get_by_role("button", name="Void £3.60").click()

    expect(till.get_by_text("Voided", exact=True)).to_be_visible()
    look(till, "sale-voided")


def test_a_return_by_scanning_the_receipt_takes_four_actions(till: Page, look: Look):
    scan(till, LOAF)
    scan(till, WHITE)
    expect(till.locator(".table--cart tbody tr")).to_have_count(2)
    till.keyboard.press("F9")
    till.keyboard.press("Enter")
    number = till.get_by_role("heading", name=re.compile("^Sale ")).inner_text().removeprefix("Sale ").strip()
    look(till, "till-sold")

    scan(till, number)  # 1
    till.get_by_role("link", name="Refund", exact=True).click()  # 2
    till.get_by_label("How many of Enamel mug, white").fill("1")  # 3
    expect(till.locator("#amount")).to_contain_text("£9.50")
    look(till, "sale-refund")
    till.get_by_role("button", name="Give the money back").click()  # 4

    expect(till.get_by_role("heading", name=re.compile("^Refund "))).to_be_visible()
    look(till, "sale-refunded")


def test_everything_works_without_javascript(plain: Page):
    if (empty := plain.get_by_role("button", name="Empty the basket")).count():
        empty.click()
    for typed in (LOAF, "mug-w", "blue"):
        plain.fill("#scan", typed)
        plain.press("#scan", "Enter")
    expect(plain.locator(".table--cart tbody tr")).to_have_count(3)
    plain.get_by_role("button", name="One more Rye loaf").click()
    plain.get_by_role("button", name="Remove Enamel mug, blue").click()
    assert total(plain) == "£16.70"
    plain.fill("#given", "20")
    plain.press("#given", "Enter")

    expect(plain.locator(".sold")).to_contain_text("£3.30")


@pytest.mark.parametrize("path", ["/sales/", "/sales/?q=nobody", "/customers/", "/customers/new/", "/till/customer/"])
def test_the_lists_look_right(till: Page, look: Look, path: str):
    till.goto(path)

    look(till, re.sub(r"\W+", "-", path).strip("-"))


def test_a_receipt_prints_with_its_barcode(till: Page, look: Look):
    scan(till, LOAF)
    expect(till.locator(".table--cart tbody tr")).to_have_count(1)
    till.keyboard.press("F9")
    till.keyboard.press("Enter")
    href = till.get_by_role("link", name="Print the receipt").get_attribute("href")
    till.goto(href or "")

    expect(till.get_by_role("img", name=re.compile("^Barcode of "))).to_be_visible()
    look(till, "receipt")
