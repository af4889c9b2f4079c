"""Small facts of apps above that ride along with the one query that loads the person and their business."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, OuterRef
from django.db.models.expressions import Combinable

Rider = Callable[[OuterRef], Combinable]
_riders: dict[str, Rider] = {}


def ride_along(name: str, rider: Rider) -> None:
    """Register an expression over a business's id; its value becomes `member.<name>` of the signed-in member."""
    _riders[name] = rider


def expressions(path: str) -> dict[str, Any]:
    """To annotate a query whose rows reach the business's id by `path`."""
    return {f"rides_{name}": rider(OuterRef(path)) for name, rider in _riders.items()}


def hand_over(row: Model, member: Model) -> None:
    for name in _riders:
        setattr(member, name, getattr(row, f"rides_{name}"))
