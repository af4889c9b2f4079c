"""The screens of the frame: the door, settings, one's own account, the palette, and what is not there."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, Shop, log_in
from tests.journeys.screens import Look

DOOR = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/confirm-email/", "/accounts/inactive/"]
INSIDE = [
    "/menu/",
    "/start/",
    "/expenses/",
    "/expenses/to-approve/",
    "/expenses/to-be-filed/",
    "/expenses/to-be-filed/likely/",
    "/expenses/?line=12.50+lunch+@cafe+%23team+yesterday&read=1",
    "/expenses/rates/",
    "/budgets/",
    "/budgets/new/",
    "/expenses/export/",
    "/expenses/recurring/",
    "/expenses/recurring/new/",
    "/expenses/recurring/calendar/",
    "/money/",
    "/money/new/",
    "/money/transfers/new/",
    "/rules/",
    "/rules/new/",
    "/settings/",
    "/settings/switch/",
    "/settings/team/",
    "/settings/books/",
    "/settings/keys/",
    "/settings/alerts/",
    "/settings/email/",
    "/settings/audit/",
    "/settings/you/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/nowhere/",
]

TIMED_SEARCH = """async () => {
  const began = performance.now();
  await (await fetch("/search/?q=a", {headers: {"HX-Request": "true"}})).text();
  return performance.now() - began;
}"""


def _name(path: str) -> str:
    return path.strip("/").replace("/", "-")


@pytest.mark.parametrize("path", DOOR)
def test_the_door_looks_right_to_a_visitor(page: Page, look: Look, path: str):
    page.goto(path)

    look(page, _name(path))


@pytest.mark.parametrize("path", INSIDE)
def test_each_screen_of_the_frame_looks_right_to_the_owner(signed_in: Page, look: Look, path: str):
    signed_in.goto(path)

    look(signed_in, _name(path))


def test_the_key_of_an_app_is_shown_as_a_picture(page: Page, shop: Shop, look: Look):
    shop.manage("create_business", "App Shop", "--owner", "app@shop.example", "--password", PASSWORD)
    log_in(page, "app@shop.example", PASSWORD)
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()

    picture = page.get_by_role("img", name="Key for the app")

    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    look(page, "authenticator-app")


def test_the_chosen_theme_is_kept_on_the_next_page(signed_in: Page):
    signed_in.goto("/settings/you/")

    signed_in.get_by_role("button", name="Dark").click()
    signed_in.goto("/menu/")

    expect(signed_in.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_test_message_is_written_and_shown_as_a_letter(signed_in: Page, look: Look):
    signed_in.goto("/settings/email/")
    signed_in.get_by_role("button", name="Send me a test message").click()

    signed_in.get_by_role("link", name="A test message from Corner Shop").click()

    letter = signed_in.frame_locator("iframe")
    expect(letter.get_by_role("heading", level=1)).to_have_text("This is what a message looks like")
    look(signed_in, "email-message")


def test_ctrl_k_finds_a_page_by_keyboard_alone(signed_in: Page, look: Look):
    signed_in.keyboard.press("Control+k")
    box = signed_in.get_by_role("combobox", name="Find anything")
    expect(box).to_be_focused()

    box.fill("audit")
    expect(signed_in.get_by_role("option", selected=True)).to_have_text("Audit log")
    look(signed_in, "palette")
    box.press("Enter")

    expect(signed_in.get_by_role("heading", level=1)).to_have_text("Audit log")


def test_the_arrows_walk_through_the_palette_and_escape_leaves_it(signed_in: Page):
    signed_in.keyboard.press("Control+k")
    first = signed_in.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")

    signed_in.keyboard.press("ArrowDown")
    expect(signed_in.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    signed_in.keyboard.press("ArrowUp")
    signed_in.keyboard.press("ArrowUp")
    expect(signed_in.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    signed_in.keyboard.press("Escape")

    expect(signed_in.locator("#palette")).to_be_hidden()


def test_the_palette_says_when_nothing_is_found(signed_in: Page, look: Look):
    signed_in.keyboard.press("Control+k")

    signed_in.get_by_role("combobox", name="Find anything").fill("zzzz")

    expect(signed_in.locator("#palette")).to_contain_text("Nothing found")
    look(signed_in, "palette-nothing")


def test_the_list_of_the_palette_comes_within_300_milliseconds(signed_in: Page):
    signed_in.keyboard.press("Control+k")
    expect(signed_in.get_by_role("option").first).to_be_visible()

    taken = signed_in.evaluate(TIMED_SEARCH)

    assert taken < 300
