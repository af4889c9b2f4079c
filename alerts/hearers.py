"""Programs hear of alerts beside people. Apps above register here, so that alerts need not know them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from accounts.models import Business
from alerts.models import Alert


class Change(StrEnum):
    OPENED = "opened"
    RESOLVED = "resolved"


Hearer = Callable[[Change, Mapping[Business, Iterable[Alert]], datetime], None]
_hearers: list[Hearer] = []


def hears_of_alerts(hearer: Hearer) -> Hearer:
    """Register what is told of each alert, once, in the transaction that opens or resolves it. The alerts may be a query."""
    if hearer not in _hearers:
        _hearers.append(hearer)
    return hearer


def tell_hearers(change: Change, alerts: Mapping[Business, Iterable[Alert]], at: datetime) -> None:
    for hearer in _hearers:
        hearer(change, alerts, at)
