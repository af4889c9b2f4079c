"""Stock in closed books: nothing is moved, or costed, on a day up to which they are closed."""

from datetime import date

from accounts.models import Business
from common.errors import DomainError


class BooksClosed(DomainError):
    code = "period_closed"
    field = "occurred_at"


def check_open_on(business: Business, day: date) -> None:
    """Asked of the database, since the owner may have closed them while a form stood open."""
    closed = Business.objects.values_list("closed_until", flat=True).get(pk=business.pk)
    if closed is not None and day <= closed:
        raise BooksClosed(f"The books are closed up to {closed.day} {closed:%B %Y}.")
