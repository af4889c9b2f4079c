"""Pictures of every kind of message, on a phone and on a desk, by day and by night.

`python -m scripts.mail_pictures DIR [NAME …]`: each message is written as the application writes it, in a database that is
thrown away, and drawn by Chromium. Beside the pictures lies the text part of each.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Literal

import django
import time_machine
from django.db import transaction
from django.test.runner import DiscoverRunner
from playwright.sync_api import Browser, sync_playwright

WIDTHS = {"phone": 390, "desk": 760}
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
BROWSER = ["--no-sandbox", "--disable-background-networking", "--disable-gpu", "--disable-lcd-text"]
TALLEST = 6000


def main(arguments: Sequence[str]) -> None:
    folder, wanted = Path(arguments[0]), set(arguments[1:])
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings.test")
    django.setup()
    with _database():
        letters = list(_letters(wanted))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=BROWSER)
        for name, subject, text, html in letters:
            (folder / f"{name}.txt").write_text(f"Subject: {subject}\n\n{text}")
            _draw(browser, html, folder, name)
            print(name, "·", subject)
        browser.close()


@contextmanager
def _database() -> Iterator[None]:
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    yield
    runner.teardown_databases(databases)


def _letters(wanted: set[str]) -> Iterator[tuple[str, str, str, str]]:
    messages = import_module("mail.models").OutboxMessage.objects  # Django is set up by now
    letters = import_module("tests.mail.letters")
    for write in letters.LETTERS:
        if wanted and write.__name__ not in wanted:
            continue
        with transaction.atomic(), time_machine.travel(letters.NOW, tick=False):
            write(letters.an_owner())
            message = messages.latest("pk")
            yield write.__name__, message.subject, message.text, message.html
            transaction.set_rollback(True)


def _draw(browser: Browser, html: str, folder: Path, name: str) -> None:
    for place, width in WIDTHS.items():
        for scheme in SCHEMES:
            page = browser.new_page(viewport={"width": width, "height": 400}, color_scheme=scheme)
            page.set_content(html)
            height = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=folder / f"{name}-{place}-{scheme}.png")
            sideways = int(page.evaluate("document.documentElement.scrollWidth"))
            if sideways > width:
                print(f"{name} is {sideways} px wide on a {place} of {width}")
            page.close()


if __name__ == "__main__":
    main(sys.argv[1:])
