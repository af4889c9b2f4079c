"""A strict eye on a screen: on a desk and on a phone, by day and by night."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Look = Callable[[Page, str], None]
Scheme = Literal["light", "dark"]
WIDTHS = {390: 844, 1440: 900}
HIGH_ENOUGH = {390: 43, 1440: 23}  # 44 and 24 px, less what a fraction of a pixel takes
TOO_LOW = """least => {
  const asks = "a, button, select, summary, input:not([type=hidden]), label:has(input)";
  const found = [...document.querySelectorAll(`main :is(${asks})`)];
  const shown = found.filter(each => each.checkVisibility({visibilityProperty: true}));
  const pressed = shown.filter(each => !each.closest(".sr") && !each.matches("label input"));
  const low = pressed.filter(each => each.getBoundingClientRect().height < least && each.getBoundingClientRect().width > 1);
  return low.map(each => `${each.outerHTML.slice(0, 120)} ${each.getBoundingClientRect().height}`);
}"""
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")


def look(page: Page, name: str) -> None:
    """Look at the page as it stands, at 390 and 1440 px, light and dark: accessible by axe, nothing scrolls sideways, and what
    one presses is high enough for a finger on the phone and for a pointer on the desk.

    With SCREENSHOTS=folder each look is kept as `<name>-<width>-<scheme>.png`.
    """
    before = page.viewport_size
    faults = [fault for width in WIDTHS for scheme in SCHEMES for fault in _faults(page, name, width, scheme)]
    page.emulate_media(color_scheme="light", reduced_motion="null")
    if before:
        page.set_viewport_size(before)
    assert faults == [], "\n".join(faults)


def _faults(page: Page, name: str, width: int, scheme: Scheme) -> list[str]:
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    # Without motion, so that no colour is caught half-way to the other scheme.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    where = f"{name} at {width} px, {scheme}"
    _keep(page, f"{name}-{width}-{scheme}")
    violations = Axe().run(page).response["violations"]
    faults = [f"{where}: {v['id']}: {node['html'][:200]}" for v in violations for node in v["nodes"]]
    faults += [f"{where}: too low to press: {each}" for each in page.evaluate(TOO_LOW, HIGH_ENOUGH[width])]
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*faults, f"{where}: scrolls sideways by {sideways} px"] if sideways > 0 else faults


def _keep(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
