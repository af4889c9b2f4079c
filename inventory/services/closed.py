"""Stock in closed books: nothing is moved, or costed, on a day up to which they are closed."""

from datetime import date

from accounts.models import Business
from common.errors import DomainError


class BooksClosed(DomainError):
    code = "period_closed"
    field = "occurred_at"

    def __init__(self, until: date) -> None:
        super().__init__(f"The books are closed up to {until.day} {until:%B %Y}.")


def closed_until(business: Business) -> date | None:
    """Asked of the database, since the owner may have closed them while a form stood open."""
    return Business.objects.values_list("closed_until", flat=True).get(pk=business.pk)


def check_open_on(business: Business, day: date) -> None:
    closed = closed_until(business)
    if closed is not None and day <= closed:
        raise BooksClosed(closed)
