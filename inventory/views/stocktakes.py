"""Counting the stock: start, scan, compare, approve."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import shop_member_required
from accounts.lists import list_file
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.errors import DomainError
from common.forms import posted, refusals_shown_on, refusals_told
from common.idempotency import Answer, IdempotencyConflict, fingerprint, run_once
from common.ids import as_id
from common.pages import paginate
from inventory.forms.stocktake import ApproveCountForm, CountForm, StartCountForm
from inventory.lists import COUNTS
from inventory.models import Product, Stocktake
from inventory.queries.products import get_category_choices
from inventory.queries.stock import get_location_choices, get_scanned
from inventory.queries.stocktake import (
    compare,
    get_latest_counts,
    get_recounts,
    get_stocktakes,
    get_uncounted,
    sums,
)
from inventory.services.stocktake import (
    Counted,
    add_counts,
    approve_stocktake,
    ask_recount,
    cancel_stocktake,
    start_stocktake,
)
from inventory.shelves import ProductRef

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_AND_POST)
@shop_member_required()
def stocktakes(request: MemberRequest) -> HttpResponseBase:
    """All counts, newest first, and beside them the form that starts one."""
    business = request.business
    if file := list_file(request, "counts", COUNTS, get_stocktakes(business).order_by("-started_at", "-pk")):
        return file
    may_count = request.member.may(Action.COUNT)
    form = StartCountForm(posted(request), locations=get_location_choices(business), categories=get_category_choices(business))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_shown_on(form):
            started = start_stocktake(
                by=request.member,
                location_id=int(given["location"]),
                category_id=int(given["category"]) if given["category"] else None,
                note=given["note"],
                at=timezone.now(),
            )
            return redirect("stock_count", started.pk)
    page = paginate(request, get_stocktakes(business), keys=("-started_at", "-id"))
    return render(request, "inventory/counts.html", {"page": page, "form": form, "may_count": may_count})


@require_http_methods(GET_AND_POST)
@shop_member_required()
def stocktake(request: MemberRequest, pk: int) -> HttpResponse:
    """While it is open: scan and count, without a word of what the books say. After that: its result."""
    counting = get_object_or_404(get_stocktakes(request.business), pk=pk)
    if not counting.is_open and request.method != "POST":
        return _result(request, counting)
    form = CountForm(posted(request))
    picks: list[Product] = []
    told = ""
    if request.method == "POST" and form.is_valid():
        picks, told = _scanned(request, counting, form)
        if not form.errors and not picks:
            form, counting = CountForm(), get_object_or_404(get_stocktakes(request.business), pk=pk)
    context = {
        "count": counting,
        "form": form,
        "picks": picks,
        "told": told,
        "latest": get_latest_counts(counting),
        "recounts": get_recounts(counting),
        "may_count": request.member.may(Action.COUNT),
        "may_approve": request.member.may(Action.APPROVE),
    }
    return render(request, "inventory/count.html", context)


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.APPROVE)
def stocktake_compare(request: MemberRequest, pk: int) -> HttpResponse:
    """What was counted beside the books, for who may approve it."""
    counting = get_object_or_404(get_stocktakes(request.business), pk=pk)
    if not counting.is_open:
        return redirect("stock_count", pk)
    form = ApproveCountForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_told(request):
            messages.success(request, _decided(request, counting, missing_are_none=form.cleaned_data["missing_are_none"]))
        return redirect("stock_count" if "approve" in request.POST or "cancel" in request.POST else "stock_count_compare", pk)
    rows = compare(counting)
    uncounted = list(get_uncounted(counting).select_related("product").order_by("product__name", "pk")[:50])
    context = {
        "count": counting,
        "rows": rows,
        "sums": sums(rows),
        "uncounted": uncounted,
        "recounts": get_recounts(counting),
        "form": form,
    }
    return render(request, "inventory/count_compare.html", context)


def _result(request: MemberRequest, counting: Stocktake) -> HttpResponse:
    rows = compare(counting) if request.member.may(Action.APPROVE) else []
    return render(request, "inventory/count_result.html", {"count": counting, "rows": rows, "sums": sums(rows)})


def _scanned(request: MemberRequest, counting: Stocktake, form: CountForm) -> tuple[list[Product], str]:
    """Count the one product that was meant, or offer those that could be; what was done, in a sentence."""
    text = request.POST.get("pick", "").replace("\x00", "")[:200] or form.cleaned_data["scan"]
    if not text.strip():
        form.add_error("scan", "Scan a barcode, or type a name or SKU.")
        return [], ""
    found = get_scanned(business=request.business, text=text)
    if not found:
        form.add_error("scan", f"Nothing in stock matches “{text.strip()[:60]}”.")
    if len(found) != 1:
        return found, ""
    told = ""
    with refusals_shown_on(form):
        told = _counted(request, counting, form, found[0])
    return [], told


def _counted(request: MemberRequest, counting: Stocktake, form: CountForm, product: Product) -> str:
    given = form.cleaned_data
    count = Counted(ProductRef(product=product.pk), given["quantity"], instead=given["instead"])

    def work() -> Answer:
        (line,) = add_counts(stocktake=counting, by=request.member, counts=[count], at=timezone.now())
        return Answer(200, f"{product.label}: {(line.counted or Decimal(0)).normalize():f} counted.")

    body = fingerprint(repr((counting.pk, count)).encode())
    try:
        return run_once(
            business_id=request.business.pk, key=f"count:{given['key']}", body=body, at=timezone.now(), work=work
        ).body
    except IdempotencyConflict as error:
        raise DomainError("This was counted already. Scan the next one.") from error


def _decided(request: MemberRequest, counting: Stocktake, *, missing_are_none: bool) -> str:
    by, at = request.member, timezone.now()
    if "cancel" in request.POST:
        cancel_stocktake(stocktake=counting, by=by, at=at)
        return "The count is cancelled. Nothing has changed."
    if "approve" in request.POST:
        approve_stocktake(stocktake=counting, by=by, at=at, missing_are_none=missing_are_none)
        return "The books now say what was counted."
    chosen = [as_id(given) for given in request.POST.getlist("product")]
    number = ask_recount(stocktake=counting, by=by, products=chosen, at=at)
    if not number:
        raise DomainError("Tick what is to be counted again.")
    return f"{number} product{'s' if number > 1 else ''} to be counted again."
