"""What is measured: the daily work of a shop, by its API and on its pages."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.benchmarks.web import Web

FIRST_PAGE = "/api/v1/products/?page_size=50"


@dataclass(frozen=True)
class Work:
    name: str
    method: str
    path: str
    body: Callable[[], object] = lambda: None


def last_page(served: Web) -> str:
    """The address of the last page of the product list, found as a program finds it: page after page."""
    path = FIRST_PAGE
    while following := served.ask("GET", path)["next"]:
        path = "?".join(urlsplit(following)[2:4])
    return path


def daily_work(served: Web, products: list[int]) -> list[Work]:
    turn = itertools.cycle(products)

    def sale() -> object:
        return {"lines": [{"product": next(turn), "quantity": "1"}]}

    def removal() -> object:
        return {"lines": [{"product": next(turn), "quantity": "-1"}], "reason": "broken"}

    return [
        Work("a bare view", "GET", "/healthz/live"),
        Work("a bare view behind a key", "GET", "/api/v1/business/"),
        Work("product list, 50", "GET", FIRST_PAGE),
        Work("product list, the last 50", "GET", last_page(served)),
        Work("product page of the portal, 50", "GET", "/products/"),
        *searches("sku-007777", "tall oak"),
        Work("low-stock list, 50", "GET", "/api/v1/products/?stock=low&page_size=50"),
        Work("barcode lookup", "GET", "/api/v1/products/?barcode=2900000007777"),
        Work("one product", "GET", f"/api/v1/products/{products[77]}/"),
        Work("movements, 50", "GET", "/api/v1/movements/?page_size=50"),
        Work("stock removal", "POST", "/api/v1/stock/adjust/", removal),
        Work("sale of one line", "POST", "/api/v1/sales/", sale),
    ]


def searches(one: str, two_words: str) -> list[Work]:
    """No product has a zebra, one has the SKU, a fiftieth has both words, a fifth is for the garden."""
    words = {"no hit": "zebra", "one hit": one, "two words": two_words, "one word": "garden"}
    return [
        Work(f"product search, {hits}", "GET", f"/api/v1/products/?page_size=50&search={text.replace(' ', '%20')}")
        for hits, text in words.items()
    ]
