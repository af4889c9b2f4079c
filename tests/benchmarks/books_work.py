"""What is measured on a book: a month's pages and reports, the list, and an expense added with the check of its budgets."""

import itertools
from urllib.parse import urlsplit

from tests.benchmarks.books import Book
from tests.benchmarks.web import Web
from tests.benchmarks.work import Work

DEEP = 20
REPORTS = ("categories", "budgets", "payees", "calendar", "months", "net-worth")


def books_work(served: Web, book: Book) -> list[Work]:
    amounts, category = itertools.count(100), book.categories[-1]
    first = f"/api/v1/expenses/?category={category}&page_size=50"

    def expense() -> object:
        return {"spent_on": f"{book.today}", "amount": f"{next(amounts) / 100:.2f}", "category": category}

    return [
        Work("a bare view behind a key", "GET", "/api/v1/business/"),
        Work("all budgets, month's page", "GET", "/budgets/"),
        Work("one budget's page, carrying over", "GET", f"/budgets/{book.budget('Limit 0')}/"),
        Work("one budget's page, on everything", "GET", f"/budgets/{book.budget('Everything')}/"),
        Work("one budget's position", "GET", f"/api/v1/budgets/{book.budget('Limit 29')}/position/"),
        *(Work(f"report: {name}", "GET", f"/reports/{name}/") for name in REPORTS),
        Work("expenses page", "GET", "/expenses/"),
        Work("list of a category, page 1", "GET", first),
        Work(f"list of a category, page {DEEP}", "GET", _page(served, first, DEEP)),
        Work("add an expense, budgets checked", "POST", "/api/v1/expenses/", expense),
    ]


def _page(served: Web, path: str, number: int) -> str:
    """The address of a page by its number, or of the last one of a book that is smaller."""
    for _ in range(number - 1):
        if following := served.ask("GET", path)["next"]:
            path = "?".join(urlsplit(following)[2:4])
    return path
