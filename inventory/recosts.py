"""Who above must hear that costs have changed, handed down so that stock need not know why it moved."""

from collections.abc import Callable, Collection

from accounts.models import Business

Document = tuple[str, int]  # its type and id, as in the ledger
Listener = Callable[[Business, Collection[Document]], None]
_listeners: list[Listener] = []


def on_recost(listener: Listener) -> Listener:
    """Register a function to run in the transaction that changes what documents cost."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell_recosted(business: Business, documents: Collection[Document]) -> None:
    for listener in _listeners:
        listener(business, documents)
