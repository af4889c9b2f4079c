"""What a person meets first: the door."""

from playwright.sync_api import Page, expect


def test_a_visitor_can_log_in(page: Page):
    page.goto("/accounts/login/")

    expect(page.locator("input[name=login]")).to_be_visible()
