"""One change to many products: choose, look, confirm; and the list of what was changed, each to be taken back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import shop_member_required
from accounts.lists import list_file
from accounts.middleware import MemberRequest
from accounts.models import Business
from accounts.permissions import Action
from common.forms import refusals_shown_on, refusals_told
from common.idempotency import Answer, fingerprint, run_once
from common.pages import paginate
from inventory.bulk_token import BadToken, read_token, token_of
from inventory.forms.bulk import BulkForm
from inventory.forms.products import ProductFilterForm
from inventory.lists import EDITS
from inventory.models import BulkEdit, Product
from inventory.models.product import ProductQuerySet
from inventory.queries.bulk_edits import get_edited_rows, get_edits, teller
from inventory.queries.products import get_category_choices, get_products
from inventory.services.bulk_changes import Change, Judged
from inventory.services.bulk_edit import MOST_AT_ONCE, change_products, preview
from inventory.services.bulk_undo import undo_edit
from inventory.views.abilities import abilities

GET_AND_POST = ["GET", "HEAD", "POST"]
SHOWN = 1_000
RANK = {"refused": 0, "changed": 1, "unchanged": 2}
SELECTION = ("product", "all", "q", "category", "stock", "active")


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.MANAGE_CATALOGUE)
def product_bulk(request: MemberRequest) -> HttpResponse:
    """The products that the address names, what to change of them, and what would come of it. A post does it."""
    if request.method == "POST":
        return _apply(request)
    business, form = request.business, BulkForm(request.GET, business=request.business)
    chosen = _chosen(request.GET, business)
    rows: Sequence[Judged] = ()
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            rows = preview(business=business, products=chosen, change=form.wanted)
    count = len(rows) or chosen.order_by()[: MOST_AT_ONCE + 1].values("pk").count()
    context = {
        "form": form,
        "count": count,
        "is_all": "all" in request.GET,
        "selection": [(name, value) for name in SELECTION for value in request.GET.getlist(name)],
        **(_shown(request, form.wanted, rows) if rows else {}),
    }
    return render(request, "inventory/bulk.html", context)


@require_safe
@shop_member_required(Action.MANAGE_CATALOGUE)
def product_changes(request: MemberRequest) -> HttpResponseBase:
    edits = get_edits(request.business)
    if file := list_file(request, "changes", EDITS, edits.order_by("-made_at", "-pk")):
        return file
    page = paginate(request, edits, keys=("-made_at", "-id"))
    return render(request, "inventory/changes.html", {"page": page, "may": abilities(request.member)})


@require_safe
@shop_member_required(Action.MANAGE_CATALOGUE)
def product_change(request: MemberRequest, pk: int) -> HttpResponse:
    edit = get_object_or_404(get_edits(request.business), pk=pk)
    rows = get_edited_rows(edit, request.business)
    more = max(edit.rows.count() - len(rows), 0)
    return render(request, "inventory/change.html", {"edit": edit, "rows": rows, "more": more})


@require_POST
@shop_member_required(Action.MANAGE_CATALOGUE)
def product_change_undo(request: MemberRequest, pk: int) -> HttpResponse:
    edit = get_object_or_404(get_edits(request.business), pk=pk)
    done: list[BulkEdit] = []
    with refusals_told(request):
        done.append(undo_edit(edit=edit, by=request.member, at=timezone.now()))
    if not done:
        return redirect("product_change", pk=pk)
    undo = done[0]
    left = f" {undo.refused} changed since and stay as they are." if undo.refused else ""
    messages.success(request, f"{undo.what}.{left}")
    return redirect("product_change", pk=undo.pk)


def _apply(request: MemberRequest) -> HttpResponse:
    try:
        agreed = read_token(request.POST.get("token", ""), request.business)
    except BadToken:
        messages.error(request, "That preview is no longer good. Look at it again.")
        return redirect("products")
    partial = "whole" not in request.POST
    key, body = (
        request.POST.get("key", "").replace("\x00", "")[:64],
        fingerprint(request.POST["token"].encode(), bytes([partial])),
    )

    def work() -> Answer:
        edit = change_products(by=request.member, change=agreed.change, seen=agreed.seen, at=timezone.now(), partial=partial)
        return Answer(200, str(edit.pk))

    done: list[str] = []
    with refusals_told(request):
        answer = run_once(business_id=request.business.pk, key=f"bulk:{key}", body=body, at=timezone.now(), work=work)
        done.append(answer.body)
    if not done:
        return redirect(f"{request.path}?{agreed.address}")
    messages.success(request, f"{agreed.change.said(request.business)}: done.")
    return redirect("product_change", pk=int(done[0]))


def _chosen(asked: QueryDict, business: Business) -> ProductQuerySet:
    """The ticked ones; or with `all` in the address what the list's own filters leave."""
    if "all" in asked:
        filters = ProductFilterForm(asked, categories=get_category_choices(business)).filters
        return get_products(business=business, filters=filters, today=business.local_day(timezone.now()))
    ids = {int(pk) for pk in asked.getlist("product") if pk.isascii() and pk.isdigit() and len(pk) < 16}
    return Product.objects.for_business(business).filter(pk__in=ids)


def _shown(request: MemberRequest, change: Change, rows: Sequence[Judged]) -> Mapping[str, Any]:
    """Refused ones first, then those to look at twice; what stays as it is is only counted."""
    say = teller(request.business, {change.field})
    counts = Counter(row.outcome for row in rows)
    listed = sorted((row for row in rows if row.outcome != "unchanged"), key=lambda row: (RANK[row.outcome], not row.warning))
    return {
        "said": change.said(request.business),
        "rows": [(row, say(change.field, row.before), say(change.field, row.after)) for row in listed[:SHOWN]],
        "more": max(len(listed) - SHOWN, 0),
        "counts": {name: counts[name] for name in RANK},
        "warned": sum(bool(row.warning) for row in rows if row.outcome == "changed"),
        "is_priced": change.field in {"price", "tax_rate"},
        "token": token_of(change, rows, request.business, request.GET.urlencode()),
        "key": uuid4().hex,
    }
