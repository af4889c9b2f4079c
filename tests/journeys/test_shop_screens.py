"""The day of a shop in a real browser: from the first product to the warning that it runs low."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Shop
from tests.journeys.screens import Look

WAIT = 20


def add_product(page: Page, name: str, price: str, **fields: str) -> str:
    """Through the form; answers the address of its page."""
    page.goto("/products/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Price").fill(price)
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " ")).fill(value)
    page.get_by_role("button", name="Add the product").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url


def scan(page: Page, text: str) -> None:
    page.get_by_label("Scan or search").fill(text)
    page.keyboard.press("Enter")


def receive(page: Page, name: str, quantity: str) -> None:
    page.goto("/stock/receive/")
    scan(page, name)
    asked = page.get_by_label(f"Quantity of {name}")
    expect(asked).to_have_value("1")
    page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")  # it takes the focus back
    asked.fill(quantity)
    expect(asked).to_have_value(quantity)
    page.get_by_label(f"Cost of one {name}").fill("1.10")
    page.get_by_role("button", name="Receive", exact=True).click()
    expect(page.locator("#messages")).to_contain_text(f"{name} is received.")


def sell_one(page: Page, name: str) -> None:
    page.goto("/till/")
    page.locator("#scan").fill(name)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("[data-part=cart]")).to_contain_text(name)
    page.get_by_role("button", name=re.compile("^Take £")).click()
    expect(page.locator("[data-part=cart]")).not_to_contain_text(name)


def test_a_product_sold_to_its_reorder_point_is_told_everywhere(signed_in: Page, shop: Shop):
    page, name = signed_in, "Journey honey"
    address = add_product(page, name, "4.80", Low_at="4")
    receive(page, name, "5")
    told = len(shop.emails())

    sell_one(page, name)

    page.goto(address)
    expect(page.get_by_label("Figures")).to_contain_text("Low")
    page.goto("/")
    expect(page.get_by_role("region", name=re.compile("low"))).to_contain_text(name)
    expect(page.get_by_role("region", name=re.compile("open alert"))).to_contain_text("4 left, reorder point 4.")
    page.goto("/alerts/")
    expect(page.get_by_label("Open alerts")).to_contain_text(name)
    assert [mail for mail in emails_after(shop, told) if name in mail]


def emails_after(shop: Shop, count: int) -> list[str]:
    """What the worker has written since, waiting for it a while."""
    end = time.monotonic() + WAIT
    while len(shop.emails()) <= count and time.monotonic() < end:
        time.sleep(0.2)
    return [path.read_text() for path in shop.emails()[count:]]


def test_scans_add_lines_without_leaving_the_form(signed_in: Page):
    page = signed_in
    for name in ("Journey rye", "Journey spelt"):
        add_product(page, name, "3.00")
    page.goto("/stock/receive/")
    page.get_by_label("Note").fill("Delivery 17")

    scan(page, "Journey rye")
    expect(page.get_by_label("Quantity of Journey rye")).to_have_value("1")
    expect(page.get_by_label("Scan or search")).to_be_focused()
    scan(page, "Journey rye")
    expect(page.get_by_label("Quantity of Journey rye")).to_have_value("2")
    scan(page, "journey")
    page.get_by_role("button", name="Journey spelt").click()

    expect(page.get_by_label("Quantity of Journey spelt")).to_have_value("1")
    expect(page.get_by_label("Note")).to_have_value("Delivery 17")


def test_the_list_follows_what_is_typed(signed_in: Page):
    page = signed_in
    for name in ("Journey cardamom", "Journey cinnamon"):
        add_product(page, name, "2.00")
    page.goto("/products/")

    page.get_by_label("Search", exact=True).press_sequentially("cardam")

    expect(page.locator("#list")).to_contain_text("Journey cardamom")
    expect(page.locator("#list")).not_to_contain_text("Journey cinnamon")
    expect(page).to_have_url(re.compile("q=cardam"))


def test_an_alert_is_put_aside_until_tomorrow(signed_in: Page):
    page, name = signed_in, "Journey thyme"
    add_product(page, name, "1.00", Low_at="9")
    receive(page, name, "1")
    page.goto("/alerts/")
    item = page.get_by_role("listitem").filter(has_text=name)

    item.get_by_text("Resolve or put aside").click()
    item.get_by_role("button", name="Until tomorrow").click()

    expect(page.locator("#messages")).to_contain_text(f"{name}: put aside.")
    page.goto("/alerts/?tab=snoozed")
    expect(page.get_by_label("Snoozed alerts")).to_contain_text(name)


@pytest.fixture
def stocked(signed_in: Page) -> Page:
    """A shop with something to look at: one product sold, one low."""
    page, name = signed_in, "Journey marmalade"
    page.goto("/products/?q=marmalade")
    if page.get_by_role("link", name=name).count() == 0:
        add_product(page, name, "4.20", Low_at="2", new_category="Preserves")
        receive(page, name, "3")
        sell_one(page, name)
    return page


SCREENS = [
    "/",
    "/products/",
    "/products/?q=nothing+like+it",
    "/products/new/",
    "/products/1/",
    "/products/1/edit/",
    "/products/1/variants/",
    "/products/1/remove/",
    "/categories/",
    "/categories/1/",
    "/locations/",
    "/stock/",
    "/stock/movements/",
    "/stock/receive/?sku=JOURNEY-MARMALADE",
    "/stock/adjust/",
    "/stock/take/",
    "/stock/transfer/",
    "/stock/transfers/",
    "/reports/profit-and-loss/?period=year",
    "/reports/stock-value/?period=last-month",
    "/reports/stock-value/?by=location",
    "/reports/movements/?period=year&measure=value",
    "/reports/movements/?by=location",
    "/reports/idle-stock/",
    "/reports/shrinkage/?period=12-months",
    "/reports/sell-through/?by=category",
    "/reports/categories/?period=year",
    "/reports/months/",
    "/reports/calendar/?period=year",
    "/reports/calendar/",
    "/reports/budgets/",
    "/reports/net-worth/",
    "/alerts/",
    "/alerts/?tab=snoozed",
    "/alerts/?tab=resolved",
]


@pytest.mark.parametrize("path", SCREENS)
def test_each_screen_of_the_shop_looks_right(stocked: Page, look: Look, path: str):
    stocked.goto(path)
    stocked.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")

    look(stocked, re.sub(r"\W+", "-", path).strip("-") or "today")


def test_a_form_full_of_errors_looks_right(stocked: Page, look: Look):
    stocked.goto("/products/new/")
    stocked.get_by_label("Name", exact=True).fill("Journey marmalade")
    stocked.get_by_label("SKU").fill("JOURNEY-MARMALADE")
    stocked.get_by_label("Price").fill("0.005")
    stocked.get_by_label("Low at").fill("few")
    stocked.get_by_role("button", name="Add the product").click()

    expect(stocked.get_by_text("A price has at most 2 decimal places.")).to_be_visible()
    look(stocked, "product-errors")


def test_a_new_shop_is_led_to_its_first_sale(signed_in: Page, look: Look):
    signed_in.goto("/start/")
    signed_in.get_by_label("Name").fill("Fresh shop")
    signed_in.get_by_role("button", name="Open the book").click()

    expect(signed_in.get_by_role("heading", name="Your first sale is three steps away")).to_be_visible()
    look(signed_in, "first-steps")
    signed_in.goto("/products/")
    look(signed_in, "products-first-use")
    signed_in.goto("/settings/switch/")
    signed_in.get_by_role("button", name=re.compile("Corner Shop")).click()
