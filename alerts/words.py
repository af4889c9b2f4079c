"""How alerts are put into words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Business
from alerts.models import Alert, AlertKind

STOCK = {AlertKind.LOW_STOCK, AlertKind.OUT_OF_STOCK}
MOST = 20
# what stands before an alert in a message, and what the button of a message about one alone says
MARKS: dict[str, str] = {
    AlertKind.LOW_STOCK: "Low",
    AlertKind.OUT_OF_STOCK: "Out",
    AlertKind.BUDGET: "Budget",
    AlertKind.UNUSUAL_EXPENSE: "Unusual",
    AlertKind.RECURRING_DUE: "Due",
    AlertKind.APPROVAL: "Decide",
    AlertKind.ORDER_OVERDUE: "Late",
    AlertKind.EXPIRING: "Expires",
    AlertKind.WEBHOOK_OFF: "Off",
}
ACTS: dict[str, str] = {
    AlertKind.LOW_STOCK: "See the product",
    AlertKind.OUT_OF_STOCK: "See the product",
    AlertKind.BUDGET: "See the budget",
    AlertKind.UNUSUAL_EXPENSE: "Is it right?",
    AlertKind.RECURRING_DUE: "Say the amount",
    AlertKind.APPROVAL: "Approve or refuse",
    AlertKind.ORDER_OVERDUE: "See the order",
    AlertKind.WEBHOOK_OFF: "See the webhook",
}


@dataclass(frozen=True)
class Entry:
    """An alert in a message."""

    alert: Alert
    mark: str

    @property
    def tone(self) -> str:
        return self.alert.sign


@dataclass(frozen=True)
class Entries:
    """The first of some alerts, how many are left out, and where one sees them: of one kind, in the list of that kind."""

    shown: Sequence[Entry]
    hidden: int
    url: str
    act: str
    topics: str


def entries(alerts: Sequence[Alert]) -> Entries:
    kinds = list(dict.fromkeys(alert.kind for alert in alerts))
    shown = [Entry(alert, MARKS.get(alert.kind, "Check")) for alert in alerts[:MOST]]
    only = alerts[0] if len(alerts) == 1 and alerts[0].url else None
    if only:
        url, act = only.url, ACTS.get(only.kind, "Look at it")
    else:
        url, act = reverse("alerts") + (f"?kind={kinds[0]}" if len(kinds) == 1 else ""), "See all alerts"
    return Entries(shown, max(len(alerts) - MOST, 0), url, act, ", ".join(map(_topic, kinds)))


def _topic(kind: str) -> str:
    label = str(AlertKind(kind).label)
    return f"{label[0].lower()}{label[1:]}"


def headline(alerts: Sequence[Alert], business: Business) -> str:
    """The one line that must be enough: "Rye loaf 600 g is low: 3 left", "5 products are low or out at Marlow Street"."""
    if len(alerts) == 1:
        return _of_one(alerts[0])
    kinds = {alert.kind for alert in alerts}
    if kinds <= STOCK:
        state = "low or out" if len(kinds) > 1 else "low" if AlertKind.LOW_STOCK in kinds else "out"
        return f"{len(alerts)} products are {state} at {business.name}"
    return f"{len(alerts)} things need you at {business.name}"


def _of_one(alert: Alert) -> str:
    if alert.kind == AlertKind.LOW_STOCK:
        return f"{alert.subject} is low: {alert.message.partition(', ')[0]}"
    if alert.kind == AlertKind.OUT_OF_STOCK:
        return f"{alert.subject} is out"
    if alert.kind == AlertKind.EXPIRING:
        said = alert.message.partition(":")[0]
        return f"{alert.subject} {said[:1].lower()}{said[1:]}"
    if alert.kind == AlertKind.BUDGET:
        return f"{alert.subject}: {alert.message.rstrip('.').replace(': ', ', ', 1)}"
    return f"{alert.get_kind_display()}: {alert.subject}"
