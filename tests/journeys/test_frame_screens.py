"""The screens of the frame: the door, settings, one's own account, the palette, and what is not there."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.screens import Look

DOOR = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/confirm-email/", "/accounts/inactive/"]
INSIDE = [
    "/menu/",
    "/start/",
    "/expenses/",
    "/budgets/",
    "/settings/",
    "/settings/switch/",
    "/settings/team/",
    "/settings/keys/",
    "/settings/alerts/",
    "/settings/email/",
    "/settings/audit/",
    "/settings/you/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/nowhere/",
]


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
