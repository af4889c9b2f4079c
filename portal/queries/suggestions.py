"""What is worth doing now, from what the shop's own rows say. No query of its own but for the import."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.urls import reverse

from accounts.models import Member
from accounts.permissions import Action
from common.templatetags.tillbook import money
from expenses.bars import Bar
from imports.models import ImportBatch, ImportState
from inventory.models import Product, StockState
from portal.queries.goods import Seller, Shortage

MOST = 3
NAMED = 3
UNFINISHED = (ImportState.UPLOADED, ImportState.READY, ImportState.FAILED)


@dataclass(frozen=True)
class Suggestion:
    title: str
    why: str
    action: str
    url: str


def get_suggestions(*, member: Member, shortage: Shortage, sellers: Sequence[Seller], budgets: Sequence[Bar]) -> list[Suggestion]:
    """At most three, the most urgent first, and only what this member may do."""
    return list(islice(_suggestions(member, shortage, sellers, budgets), MOST))


def _suggestions(member: Member, shortage: Shortage, sellers: Sequence[Seller], budgets: Sequence[Bar]) -> Iterator[Suggestion]:
    if shortage.out and member.may(Action.RECEIVE):
        yield _order_what_is_out(shortage)
    if budgets and budgets[0].each.position.left < 0 and member.may(Action.MANAGE_BUDGETS):
        yield _cover(budgets[0], member.business.currency, alone=len(budgets) == 1)
    if member.may(Action.IMPORT) and (batch := _unfinished(member)):
        why = f"{batch.get_state_display()}: what its {batch.total_rows:,} rows say is not all in your books yet."
        yield Suggestion(f"Finish the import of {batch.filename}", why, "Go on with it", reverse("import", args=[batch.pk]))
    lacking = [seller for seller in sellers if seller.lacks_reorder_point]
    if lacking and member.may(Action.MANAGE_CATALOGUE):
        yield _give_reorder_points(lacking)
    if shortage.low and member.may(Action.RECEIVE):
        yield _order_what_is_low(shortage)


def _order_what_is_out(shortage: Shortage) -> Suggestion:
    names = _names([p.label for p in shortage.products if p.stock_state == StockState.OUT], shortage.out)
    title = f"Order what is out: {shortage.out} product{_s(shortage.out)}"
    return Suggestion(title, f"{names} cannot be sold until more arrives.", "See what is out", _products("out"))


def _cover(worst: Bar, currency: str, *, alone: bool) -> Suggestion:
    budget, where = worst.each.budget, worst.each.position
    over, used, limit = (money(amount, currency) for amount in (-where.left, where.used, where.available))
    action, page = ("Raise its limit", "budget_revise") if alone else ("Move money to it", "budget_move")
    why = f"{used} is spent or committed of {limit}."
    return Suggestion(f"{budget.name} is {over} over its budget", why, action, reverse(page, args=[budget.pk]))


def _order_what_is_low(shortage: Shortage) -> Suggestion:
    names = _names([_left(p) for p in shortage.products if p.stock_state == StockState.LOW], shortage.low)
    title = f"Order {shortage.low} product{_s(shortage.low)} before {'it runs' if shortage.low == 1 else 'they run'} out"
    return Suggestion(
        title, f"{names}." if names else "They are at or under their reorder point.", "See what is low", _products("low")
    )


def _give_reorder_points(lacking: Sequence[Seller]) -> Suggestion:
    names, one = _names([seller.label for seller in lacking], len(lacking)), len(lacking) == 1
    title = f"Give {len(lacking)} best seller{_s(len(lacking))} a reorder point"
    why = f"Nobody is warned before {names} {'runs' if one else 'run'} out."
    return Suggestion(title, why, f"Begin with {lacking[0].label}", reverse("product_edit", args=[lacking[0].pk]))


def _unfinished(member: Member) -> ImportBatch | None:
    batches = (
        ImportBatch.objects.for_business(member.business)
        .filter(state__in=UNFINISHED)
        .defer("header", "mapping", "options", "tally")
    )
    return batches.order_by("-created_at", "-pk").first()


def _left(product: Product) -> str:
    return f"{product.label} ({product.total_on_hand.normalize():f} left)"  # type: ignore[attr-defined]


def _names(names: Sequence[str], count: int) -> str:
    """“Tea”, “Tea and Milk”, “Tea, Milk, Jam and 4 more”."""
    shown = list(names[:NAMED])
    if shown and count > len(shown):
        return f"{', '.join(shown)} and {count - len(shown)} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _products(state: str) -> str:
    return f"{reverse('products')}?stock={state}"
