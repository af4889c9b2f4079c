"""A passkey: made on a device, and enough to log in with."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.journeys.conftest import Shop, log_in
from tests.journeys.screens import Look

EMAIL = "keys@shop.example"
PASSWORD = "a long pass phrase"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def device(page: Page, shop: Shop) -> Iterator[CDPSession]:
    """A person with a device that holds passkeys and always says yes."""
    shop.manage("create_business", "Key Shop", "--owner", EMAIL, "--password", PASSWORD)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield session
    session.detach()


def test_a_passkey_is_added_and_logs_in_without_a_password(page: Page, device: CDPSession, look: Look):
    log_in(page, EMAIL, PASSWORD)
    page.goto("/accounts/2fa/webauthn/add/")
    look(page, "is-it-you")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("This laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/**")
    look(page, "recovery-codes")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("This laptop")).to_be_visible()
    look(page, "passkeys")

    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Log in with a passkey").click()

    expect(page.get_by_role("link", name="Key Shop").first).to_be_visible()


def test_a_refusal_of_the_device_is_said_in_words(page: Page, shop: Shop):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | {"isUserVerified": False}})
    page.goto("/accounts/login/")

    page.get_by_role("button", name="Log in with a passkey").click()

    expect(page.locator("#passkey-error")).to_contain_text("No passkey was given")
