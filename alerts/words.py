"""How alerts are put into words."""

from collections.abc import Sequence

from accounts.models import Business
from alerts.models import Alert, AlertKind

STOCK = {AlertKind.LOW_STOCK, AlertKind.OUT_OF_STOCK}


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
    if alert.kind == AlertKind.BUDGET:
        return f"{alert.subject}: {alert.message.rstrip('.').replace(': ', ', ', 1)}"
    return f"{alert.get_kind_display()}: {alert.subject}"
