"""Money in a real browser: reconciling with the sum in sight, and forms that were refused."""

from playwright.sync_api import Page, expect

from tests.journeys.screens import Look

PHONE = {"width": 390, "height": 844}


def add_account(page: Page, name: str, opening: str) -> str:
    """Through the form; answers the address of its page."""
    page.goto("/money/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Opening balance").fill(opening)
    page.get_by_label("On", exact=True).fill("2026-01-01")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return page.url


def spend(page: Page, amount: str, account: str) -> None:
    page.goto("/expenses/")
    page.get_by_label("Amount", exact=True).fill(amount)
    page.locator("#entry").get_by_label("Category", exact=False).first.select_option(index=1)
    page.get_by_text("Tags, account, currency, tax").click()
    page.locator("#entry").get_by_label("Account").select_option(label=account)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("is recorded")


def test_what_is_missing_stays_in_sight_while_one_ticks(signed_in: Page, look: Look):
    page, name = signed_in, "Journey bank"
    address = add_account(page, name, "100")
    for amount in ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]:
        spend(page, amount, name)
    page.set_viewport_size(PHONE)
    page.goto(f"{address}reconcile/")
    page.get_by_label("Its closing balance").fill("97")
    page.get_by_role("button", name="Show what is open").click()
    tally = page.get_by_role("status").filter(has_text="difference")

    expect(tally).to_contain_text("−£3.00")
    expect(page.get_by_role("button", name="Finish")).to_be_in_viewport(ratio=1)
    page.locator("tr", has_text="−£3.00").get_by_role("checkbox").check()

    expect(page.get_by_text("It agrees with the statement")).to_be_in_viewport(ratio=1)
    look(page, "reconcile")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("#messages")).to_contain_text(f"{name} agrees with its statement")


def test_a_refused_form_begins_at_its_first_fault(signed_in: Page, look: Look):
    signed_in.goto("/products/new/")
    signed_in.get_by_label("Name", exact=True).fill("Tea")
    signed_in.get_by_label("Price").fill("cheap")
    signed_in.get_by_role("button", name="Add the product").click()

    expect(signed_in.get_by_label("Price")).to_be_focused()
    look(signed_in, "refused-form")


def test_a_refused_recurring_expense_begins_at_its_category(signed_in: Page):
    signed_in.goto("/expenses/recurring/new/")
    signed_in.locator("main form").first.evaluate("form => { form.noValidate = true; }")
    signed_in.get_by_label("Name", exact=True).fill("Rent")
    signed_in.get_by_label("Amount", exact=True).fill("100")
    signed_in.get_by_role("button", name="Save").click()

    expect(signed_in.get_by_label("Category")).to_be_focused()
