"""What the summary says of what is out of line: each with its evidence, to those who may undo another's receipt."""

from collections.abc import Iterator, Sequence

from django.urls import reverse

from accounts.permissions import Action
from alerts.sections import Line, Section, Span, section_of_digest
from common.templatetags.tillbook import money, qty
from inventory.models import Product
from portal.queries.oddities import Habit, get_copies, get_habits, get_reduced

MOST = 5
NAMED = 3
HUNDRED = 100


@section_of_digest(25)
def below_zero(span: Span) -> Section | None:
    """More was sold or taken than was there. Two queries."""
    if not span.business.is_shop:
        return None
    rows = Product.objects.for_business(span.business).negative()
    if not (count := rows.count()):
        return None
    named = [f"{product.label} ({_there(product)})" for product in rows.order_by("name", "pk")[:NAMED]]
    more = f" and {count - NAMED} more" if count > NAMED else ""
    text = f"{count} product{_s(count)} stand{'' if count > 1 else 's'} below zero"
    line = Line(
        text, f"{', '.join(named)}{more}. Count them.", f"{reverse('products')}?stock=negative&active=all", "out", "Count"
    )
    return Section("To count", [line], f"{count} to count")


@section_of_digest(60)
def oddities(span: Span) -> Section | None:
    """Five queries."""
    if not span.business.is_shop:
        return None
    lines = [*_habits(span), *_reduced(span), *_copies(span)]
    if not lines:
        return None
    return Section("Worth a look", lines, f"{len(lines)} worth a look", needs=Action.VOID_ANY)


def _habits(span: Span) -> Iterator[Line]:
    refunds, voids = get_habits(business=span.business, first=span.days[0], last=span.days[-1])
    yield from (_habit(each, span, "Refunds by", "refund", "kind=refund") for each in refunds)
    yield from (_habit(each, span, "Voided receipts of", "void", "state=voided") for each in voids)


def _habit(each: Habit, span: Span, title: str, what: str, narrowed: str) -> Line:
    usual = max(each.usual * HUNDRED, 0.1)
    detail = (
        f"{each.count} {what}{_s(each.count)} beside {each.receipts} receipt{_s(each.receipts)}, "
        f"{money(each.amount, span.business.currency)}. Usual here: {usual:.1f} in 100."
    )
    url = f"{reverse('sales')}?{narrowed}&person={each.person}&{_days(span)}"
    return Line(f"{title} {each.name}", detail, url, "over", "Look")


def _reduced(span: Span) -> Iterator[Line]:
    found = get_reduced(business=span.business, first=span.days[0], last=span.days[-1])
    limit = span.business.most_discount_percent
    for each in found[:MOST]:
        detail = (
            f"{money(each.off, span.business.currency)} off, {qty(each.percent)} %; more than {qty(limit)} % is for managers."
        )
        yield Line(f"Discount on {each.number}", detail, reverse("sale", args=[each.pk]), "over", "Look")
    yield from _more(found, "large discounts", span)


def _copies(span: Span) -> Iterator[Line]:
    found = get_copies(business=span.business, first=span.days[0], last=span.days[-1])
    for each in found[:MOST]:
        total = money(each.total, span.business.currency)
        detail = f"The same goods for {total} as {each.other}, {each.seconds} seconds before. Rung up twice?"
        yield Line(f"{each.number} looks like a copy", detail, reverse("sale", args=[each.pk]), "over", "Look")
    yield from _more(found, "possible copies", span)


def _more(found: Sequence[object], what: str, span: Span) -> Iterator[Line]:
    if len(found) > MOST:
        yield Line(f"And {len(found) - MOST} more {what}", "", f"{reverse('sales')}?{_days(span)}", "over", "Look")


def _there(product: Product) -> str:
    return qty(product.total_on_hand - product.total_committed)  # type: ignore[attr-defined]


def _days(span: Span) -> str:
    return f"first={span.days[0]}&last={span.days[-1]}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
