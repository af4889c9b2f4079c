"""Products edited in the list by the keyboard alone, then changed together, looked at first and taken back."""

from playwright.sync_api import Page, expect

from tests.journeys.screens import Look
from tests.journeys.test_shop_screens import add_product


def test_prices_are_changed_in_the_list_and_together_and_taken_back(signed_in: Page, look: Look):
    page = signed_in
    for name, price in (("Bulk apple", "2.00"), ("Bulk beetroot", "3.00")):
        add_product(page, name, price)
    page.goto("/products/?q=bulk")
    page.get_by_role("link", name="Edit in the list").click()
    first, second = (page.get_by_label(f"Price of Bulk {name}") for name in ("apple", "beetroot"))
    first.focus()
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(first).to_have_value("2.00")
    page.keyboard.type("2.50")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Changed Bulk apple: price.")
    expect(second).to_be_focused()
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Enter a number, for example 12.50.")).to_be_visible()
    expect(second).to_be_focused()
    look(page, "grid")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Undone: Bulk apple: price")

    page.goto("/products/?q=bulk")
    page.get_by_label("All on this page").check()
    look(page, "products-ticked")
    page.get_by_role("button", name="Change the ticked ones").click()
    page.get_by_label("What to change").select_option("price_percent")
    page.get_by_label("Per cent").fill("10")
    page.get_by_label("Round it").select_option(".99")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Price 10 % up, ending in .99")).to_be_visible()
    look(page, "bulk-preview")
    page.get_by_role("button", name="Change 2 products").click()
    expect(page.locator("#messages")).to_contain_text("done.")
    look(page, "bulk-done")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Undone: Price 10 % up")
    page.get_by_role("link", name="All changes").click()
    look(page, "bulk-changes")
    page.goto("/products/?q=bulk")
    expect(page.get_by_text("£2.00")).to_be_visible()
