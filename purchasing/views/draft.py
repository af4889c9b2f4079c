"""A draft and its lines. Each button posts; with a script only the form is swapped."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common import money
from common.errors import DomainError
from common.forms import refusals_shown_on
from inventory.models import Product
from inventory.queries.stock import get_scanned
from purchasing.forms.orders import OrderForm, OrderLines, lines_form
from purchasing.models import Offer, OrderState, PurchaseOrder
from purchasing.queries.orders import get_suggestions, get_whole_orders
from purchasing.services.lines import MOST_LINES
from purchasing.services.orders import update_order

FIELDS = ("product", "quantity", "unit", "price")
Row = dict[str, str]


@dataclass
class Draft:
    """The lines as they stand on the page, and what the scan box found."""

    rows: list[Row]
    text: str = ""
    error: str = ""
    picks: Sequence[Product] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@shop_member_required(Action.BUY)
def purchase_order_edit(request: MemberRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(get_whole_orders(request.business).select_related("business"), pk=pk)
    if order.state != OrderState.DRAFT:
        messages.info(request, f"{order.number} is {order.get_state_display().lower()} and can no longer be changed.")
        return redirect("purchase_order", pk=pk)
    draft = _draft(request, order)
    saving = request.method == "POST" and "save" in request.POST
    kept = {name: request.POST[name] for name in ("expected_on", "category", "note", "version") if name in request.POST}
    form = OrderForm(request.POST if saving else None, order=order, initial=kept)
    lines = lines_form(business=request.business, data=request.POST if saving else None, rows=draft.rows)
    if saving and form.is_valid() and lines.is_valid():
        _save(request, order, form, lines)
        if not form.errors and lines.is_valid():
            return redirect("purchase_order", pk=pk)
    context = {"order": order, "form": form, "lines": lines, "draft": draft}
    return render(request, "purchasing/order_edit.html", context)


def _save(request: MemberRequest, order: PurchaseOrder, form: OrderForm, lines: OrderLines) -> None:
    """Refusals land on the line or field they belong to."""
    with refusals_shown_on(form):
        try:
            version = form.cleaned_data["version"]
            now = timezone.now()
            update_order(order=order, by=request.member, lines=lines.lines, values=form.values, version=version, at=now)
        except DomainError as error:
            if not lines.blame(error):
                raise


def _draft(request: MemberRequest, order: PurchaseOrder) -> Draft:
    """The lines of the request, after the button that was pressed."""
    if request.method != "POST":
        return Draft(_stored(order))
    draft = Draft(_rows(request.POST))
    if "drop" in request.POST:
        draft.rows = [row for number, row in enumerate(draft.rows) if str(number) != request.POST["drop"]]
    elif "fill" in request.POST:
        _fill(draft, order)
    elif "pick" in request.POST:
        return _added(order, draft, request.POST["pick"])
    elif "add" in request.POST:
        return _added(order, draft, request.POST.get("scan", ""))
    return draft


def _stored(order: PurchaseOrder) -> list[Row]:
    return [_row(line.product_id, line.quantity, line.unit, line.price, order) for line in order.lines.all()]


def _fill(draft: Draft, order: PurchaseOrder) -> None:
    known = {row["product"] for row in draft.rows}
    fresh = [each for each in get_suggestions(order=order) if str(each.product.pk) not in known]
    draft.rows += [_row(each.product.pk, each.quantity, each.unit, each.price, order) for each in fresh][
        : MOST_LINES - len(known)
    ]
    if not fresh:
        draft.error = f"Nothing that {order.supplier} sells is low and not on its way."


def _added(order: PurchaseOrder, draft: Draft, text: str) -> Draft:
    found = get_scanned(business=order.business, text=text[:200].replace("\x00", "")) if text.strip() else []
    if len(found) == 1 and len(draft.rows) < MOST_LINES:
        _one_more(draft.rows, found[0], order)
        return draft
    draft.text, draft.picks = text, found
    if len(draft.rows) >= MOST_LINES:
        draft.error = f"An order takes {MOST_LINES} lines."
    elif not found:
        nothing = f"Nothing in stock matches “{text.strip()[:60]}”."
        draft.error = nothing if text.strip() else "Scan a barcode, or type a name or SKU."
    return draft


def _one_more(rows: list[Row], product: Product, order: PurchaseOrder) -> None:
    """The same product scanned again counts up, as long as its quantity is a plain number."""
    for row in rows:
        if row["product"] == str(product.pk):
            if row["quantity"].isdecimal():
                row["quantity"] = str(int(row["quantity"][:9]) + 1)
            return
    offer = Offer.objects.filter(supplier=order.supplier_id, product=product, is_active=True).first()
    known = product.known_cost
    price = offer.price if offer else None if known is None else order.business.money(known)
    least = (offer.minimum if offer else None) or Decimal(1)
    rows.append(_row(product.pk, least, offer.unit if offer else product.unit, price, order))


def _row(product: int, quantity: Decimal, unit: str, price: Decimal | None, order: PurchaseOrder) -> Row:
    places = money.places(order.business.currency)
    shown = "" if price is None else f"{price:.{places}f}"
    return {"product": str(product), "quantity": f"{quantity.normalize():f}", "unit": unit, "price": shown}


def _rows(data: QueryDict) -> list[Row]:
    total = data.get("line-TOTAL_FORMS", "")
    count = min(int(total[:4]) if total.isascii() and total.isdigit() else 0, MOST_LINES)
    return [{name: data.get(f"line-{number}-{name}", "") for name in FIELDS} for number in range(count)]
