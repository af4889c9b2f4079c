"""What a person meets first: the door, and the day behind it."""

import re

from playwright.sync_api import Page, expect


def test_a_visitor_is_asked_to_log_in(page: Page):
    page.goto("/")

    expect(page).to_have_url(re.compile("/accounts/login/"))
    expect(page.locator("input[name=login]")).to_be_visible()


def test_the_owner_logs_in_and_sees_the_shop(signed_in: Page):
    expect(signed_in.locator("body")).to_contain_text("Corner Shop")
