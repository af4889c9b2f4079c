"""The program as `make run` starts it, and a real browser in front of it."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts.servers import free_port
from tests.journeys import screens
from tests.journeys.screens import Look

OWNER = "owner@shop.example"
PASSWORD = "a long pass phrase"
BROWSER = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
STARTS_WITHIN = 60
NARROW = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Shop:
    """A running Tillbook with one empty business, and its folder."""

    url: str
    var: Path
    slug: str

    def manage(self, *arguments: str) -> str:
        return _manage(self.var, *arguments)

    def emails(self) -> list[Path]:
        return sorted((self.var / "mail").glob("*.eml"))


def _env(var: Path) -> dict[str, str]:
    ours = {"VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "tracker.settings.dev"}
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | ours


def _manage(var: Path, *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, env=_env(var), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _wait_for(url: str, runner: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        assert runner.poll() is None, "manage.py run has stopped"
        try:
            with urllib.request.urlopen(f"{url}/healthz/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"{url} did not answer within {STARTS_WITHIN} seconds")


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    var = tmp_path_factory.mktemp("var")
    _manage(var, "migrate", "--noinput", "--verbosity", "0")
    slug = _manage(var, "create_business", "Corner Shop", "--owner", OWNER, "--password", PASSWORD)
    port = free_port()
    url = f"http://localhost:{port}"
    runner = subprocess.Popen([sys.executable, "manage.py", "run", "--port", str(port)], env=_env(var))
    try:
        _wait_for(url, runner)
        yield Shop(url, var, slug)
    finally:
        runner.terminate()
        runner.wait(30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=BROWSER)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, shop: Shop) -> Iterator[BrowserContext]:
    fresh = _context(browser, shop)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A new visitor. A script that fails, or that the Content-Security-Policy stops, fails the test."""
    yield from _watched(context)


@pytest.fixture(scope="session")
def owner_state(browser: Browser, shop: Shop) -> Any:
    """The owner's cookies: logged in once, because log-ins are counted."""
    context = _context(browser, shop)
    log_in(context.new_page())
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def signed_in(browser: Browser, shop: Shop, owner_state: Any) -> Iterator[Page]:
    """The owner's browser on the first page. Not for signing out: others wear the same cookies; use `log_in(page)`."""
    context = _context(browser, shop, storage_state=owner_state)
    for page in _watched(context):
        page.goto("/")
        yield page
    context.close()


@pytest.fixture
def look() -> Look:
    """`look(page, "name")` fails where the page as it stands is not accessible or scrolls sideways: see screens.py."""
    return screens.look


def log_in(page: Page, email: str = OWNER, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def _context(browser: Browser, shop: Shop, **options: Any) -> BrowserContext:
    context = browser.new_context(base_url=shop.url, locale="en-GB", timezone_id="Europe/London", **options)
    context.set_default_timeout(10_000)
    return context


def _watched(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if "Content Security Policy" in said.text else None)
    yield page
    assert faults == []
