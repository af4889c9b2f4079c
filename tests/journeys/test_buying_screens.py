"""From a supplier to goods on the shelf, in a real browser and by the keyboard alone where a scanner is one."""

from playwright.sync_api import Page, expect

from tests.journeys.screens import Look
from tests.journeys.test_shop_screens import add_product


def test_goods_are_ordered_sent_and_received_by_scan(signed_in: Page, look: Look):
    page, name = signed_in, "Buying honey"
    add_product(page, name, "4.80")
    page.goto("/suppliers/new/")
    page.get_by_label("Name", exact=True).fill("Bakers & Sons")
    page.get_by_label("Email").fill("orders@bakers.example")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a product").first.click()
    page.get_by_label("Scan or search").fill(name)
    page.keyboard.press("Enter")
    page.get_by_label("Price of one").fill("2.10")
    page.get_by_role("button", name="Save").click()
    look(page, "supplier")

    page.goto("/orders/new/")
    page.get_by_role("button", name="Draft the order").click()
    page.get_by_label("Scan or search").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_label(f"Quantity of {name}")).to_have_value("1")
    page.get_by_label(f"Quantity of {name}").fill("2")
    look(page, "order-draft")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Send the order").click()
    expect(page.locator("#messages")).to_contain_text("is on its way to orders@bakers.example")
    look(page, "order")

    page.get_by_role("link", name="Count by scan").click()
    for count in ("1", "2"):
        page.get_by_label("Scan", exact=True).fill(name)
        page.keyboard.press("Enter")
        expect(page.get_by_label(f"Came of {name}")).to_have_value(count)
    look(page, "order-receive")
    page.get_by_role("button", name="Receive", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("is on the shelf")
    page.get_by_role("link", name="Bill", exact=True).click()
    look(page, "order-bill")
    page.goto("/orders/")
    look(page, "orders")
