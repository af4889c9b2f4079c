"""Receive, adjust, take and transfer: one form with lines. Each button posts; with a script only the form is swapped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.errors import DomainError
from common.forms import refusals_shown_on
from common.idempotency import Answer, IdempotencyConflict, fingerprint, run_once
from inventory.forms.stock import MOST_LINES, StockForm, StockLines, lines_form
from inventory.models import Product
from inventory.queries.stock import get_location_choices, get_scanned
from inventory.services.send_transfer import send_transfer
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock, transfer_stock

GET_AND_POST = ["GET", "HEAD", "POST"]
FIELDS = ("product", "quantity", "unit", "unit_cost", "expires_on", "batch_code")
Row = dict[str, str]


@dataclass(frozen=True)
class Kind:
    """How one of the four forms speaks."""

    name: str
    title: str
    button: str
    done: str


KINDS = {
    "receive": Kind("receive", "Receive stock", "Receive", "received"),
    "adjust": Kind("adjust", "Adjust stock", "Adjust", "adjusted"),
    "take": Kind("take", "Take stock", "Take off the shelf", "taken off the shelf"),
    "transfer": Kind("transfer", "Transfer stock", "Transfer", "transferred"),
}


@dataclass
class Draft:
    """The lines as they stand on the page, and what the scan box found."""

    rows: list[Row]
    text: str = ""
    error: str = ""
    picks: Sequence[Product] = field(default_factory=list)


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.RECEIVE)
def stock_receive(request: MemberRequest) -> HttpResponse:
    return _stock_page(request, KINDS["receive"])


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.ADJUST)
def stock_adjust(request: MemberRequest) -> HttpResponse:
    return _stock_page(request, KINDS["adjust"])


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.ADJUST)
def stock_take(request: MemberRequest) -> HttpResponse:
    return _stock_page(request, KINDS["take"])


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.TRANSFER)
def stock_transfer(request: MemberRequest) -> HttpResponse:
    return _stock_page(request, KINDS["transfer"])


def _stock_page(request: MemberRequest, kind: Kind) -> HttpResponse:
    locations = get_location_choices(request.business)
    if kind.name == "transfer" and len(locations) < 2:
        return render(request, "inventory/one_place.html", {"kind": kind})
    draft = _draft(request)
    saving = request.method == "POST" and "save" in request.POST
    data = request.POST if saving else None
    form = StockForm(data, kind=kind.name, locations=locations, by=request.member, initial=_head(request))
    lines = lines_form(kind=kind.name, business=request.business, data=request.POST if saving else None, rows=draft.rows)
    if saving and form.is_valid() and lines.is_valid():
        _save(request, kind, form, lines)
        if not form.errors and lines.is_valid():
            messages.success(request, _told(kind, lines, is_sent=form.is_sent))
            return redirect("stock_transfers" if form.is_sent else "stock")
    return render(request, "inventory/stock_form.html", {"kind": kind, "form": form, "lines": lines, "draft": draft})


def _draft(request: MemberRequest) -> Draft:
    """The lines of the request, after the button that was pressed."""
    if request.method != "POST":
        code = request.GET.get("sku", "")
        return _added(request, Draft([]), code) if code else Draft([])
    draft = Draft(_rows(request.POST))
    if "drop" in request.POST:  # a button called "remove" would hide form.remove() from the script that swaps the form
        gone = request.POST["drop"]
        draft.rows = [row for number, row in enumerate(draft.rows) if str(number) != gone]
    elif "pick" in request.POST:
        return _added(request, draft, request.POST["pick"])
    elif "add" in request.POST:
        return _added(request, draft, request.POST.get("scan", ""))
    return draft


def _added(request: MemberRequest, draft: Draft, text: str) -> Draft:
    found = get_scanned(business=request.business, text=text[:200]) if text.strip() else []
    if len(found) == 1 and len(draft.rows) < MOST_LINES:
        _count_one_more(draft.rows, found[0])
        return draft
    draft.text, draft.picks = text, found
    if len(draft.rows) >= MOST_LINES:
        draft.error = f"One form takes {MOST_LINES} lines. Save these first."
    elif not found:
        draft.error = (
            f"Nothing in stock matches “{text.strip()[:60]}”." if text.strip() else "Scan a barcode, or type a name or SKU."
        )
    return draft


def _count_one_more(rows: list[Row], product: Product) -> None:
    """The same product scanned again counts up, as long as its quantity is a plain number and no batch of it is named yet."""
    for row in rows:
        is_plain = row["quantity"].isdecimal() and not (row["expires_on"] or row["batch_code"])
        if row["product"] == str(product.pk) and is_plain and row["unit"] in {"", product.unit}:
            row["quantity"] = str(int(row["quantity"][:9]) + 1)
            return
    rows.append(dict.fromkeys(FIELDS, "") | {"product": str(product.pk), "quantity": "1", "unit": product.unit})


def _rows(data: QueryDict) -> list[Row]:
    total = data.get("line-TOTAL_FORMS", "")
    count = min(int(total[:4]) if total.isdecimal() else 0, MOST_LINES)
    return [{name: data.get(f"line-{number}-{name}", "") for name in FIELDS} for number in range(count)]


def _head(request: MemberRequest) -> dict[str, str]:
    given: Mapping[str, Any] = request.POST if request.method == "POST" else {}
    return {name: given[name] for name in ("key", "location", "to", "how", "reason", "occurred_at") if given.get(name)}


def _save(request: MemberRequest, kind: Kind, form: StockForm, lines: StockLines) -> None:
    """Once, however often the button was pressed; refusals land on the line or field they belong to."""
    given = form.cleaned_data
    wanted = lines.lines

    def work() -> Answer:
        return Answer(200, str(_services(request, form, wanted)[kind.name]()))

    with refusals_shown_on(form):
        try:
            body = fingerprint(*(repr(part).encode() for part in (kind.name, {**given, "key": ""}, wanted)))
            run_once(business_id=request.business.pk, key=f"stock:{given['key']}", body=body, at=timezone.now(), work=work)
        except IdempotencyConflict as error:
            raise DomainError("This was saved already. Open the form again for something else.") from error
        except DomainError as error:
            if not lines.blame(error):
                raise


def _services(request: MemberRequest, form: StockForm, lines: list[StockLine]) -> dict[str, Callable[[], object]]:
    given, place = form.cleaned_data, int(form.cleaned_data["location"])
    shared: dict[str, Any] = {"by": request.member, "lines": lines, "reason": given["reason"], "at": timezone.now()}
    shared["occurred_at"] = given.get("occurred_at")
    return {
        "receive": lambda: receive_stock(location_id=place, **shared),
        "adjust": lambda: adjust_stock(location_id=place, **shared),
        "take": lambda: take_stock(location_id=place, **shared),
        "transfer": lambda: _transfer(form, place, shared),
    }


def _transfer(form: StockForm, source: int, shared: dict[str, Any]) -> object:
    """At once, or on its way until somebody receives it there."""
    target = int(form.cleaned_data["to"])
    if not form.is_sent:
        return transfer_stock(from_id=source, to_id=target, **shared)
    return send_transfer(
        from_id=source,
        to_id=target,
        note=shared["reason"],
        **{name: shared[name] for name in ("by", "lines", "at", "occurred_at")},
    )


def _told(kind: Kind, lines: StockLines, *, is_sent: bool) -> str:
    names = [form.product_of.label for form in lines.forms if form.product_of]
    one, many = ("on its way", "on their way") if is_sent else (kind.done, kind.done)
    return f"{names[0]} is {one}." if len(names) == 1 else f"{len(names)} products are {many}."
