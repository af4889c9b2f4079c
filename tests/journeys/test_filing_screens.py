"""From a bank's file to filed expenses in a real browser: the import's steps, “To be filed”, and a rule made of one of them."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.journeys.screens import Look

STATEMENT = (
    "Date,Amount,Payee,Note\n2026-03-01,-12.50,Journey Baker,rolls\n2026-03-02,-40.00,Journey Rail,train\n2026-03-03,few,X,\n"
)


@pytest.fixture
def statement() -> FilePayload:
    return {"name": "statement.csv", "mimeType": "text/csv", "buffer": STATEMENT.encode()}


def test_a_statement_comes_in_and_each_line_is_filed(signed_in: Page, look: Look, statement: FilePayload):
    page = signed_in
    page.goto("/imports/new/")
    page.get_by_label("Bank statement").check()
    page.locator("input[type=file]").set_input_files(statement)
    look(page, "import-new")
    page.get_by_role("button", name="Send and look at it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which column is what?")
    look(page, "import-columns")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 row has an error")
    look(page, "import-checked")
    page.get_by_role("button", name="Import the good rows only").click()
    expect(page.get_by_role("link", name="See what came in")).to_be_visible()
    look(page, "import-done")

    page.goto("/expenses/to-be-filed/")
    expect(page.get_by_label("To be filed", exact=True)).to_contain_text("Journey Baker")
    look(page, "to-be-filed")
    page.get_by_label("Category of Journey Baker").focus()
    page.keyboard.press("ArrowDown")  # by keyboard alone
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#messages")).to_contain_text("Filed under")
    expect(page.get_by_text("Journey Baker")).to_have_count(0)

    page.get_by_role("link", name="Make a rule of this").click()
    expect(page.get_by_label("Payee contains")).to_have_value("Journey Rail")
    page.get_by_label("File it under").select_option(index=1)
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("It takes 1 past expense")).to_be_visible()
    look(page, "rule-tried")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("would change 1 past expense")
    look(page, "rule-past")

    page.goto("/expenses/to-be-filed/")
    expect(page.get_by_text("Journey Rail files it under")).to_be_visible()
    page.get_by_role("button", name="See them all at once").click()
    expect(page.get_by_role("checkbox")).to_be_checked()
    look(page, "to-be-filed-likely")
    page.get_by_role("button", name="File those that are ticked").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All is filed")
    look(page, "all-filed")
    page.goto("/rules/")
    look(page, "rules-one")
