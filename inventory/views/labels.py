"""Labels of many products at once, as a PDF."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from inventory.forms.labels import MOST_LABELS, LabelsForm
from inventory.labels import Label, label_sheets
from inventory.models import Product
from inventory.queries.products import get_category_choices, get_labelled

SHOWN = 12


@require_safe
@shop_member_required()
def labels(request: MemberRequest) -> HttpResponse:
    """What will be printed, and with `pdf` in the address the sheets themselves."""
    form = LabelsForm(request.GET, categories=get_category_choices(request.business))
    wanted: Sequence[Label] = ()
    if form.is_valid():
        wanted = _wanted(request, form.cleaned_data)
        if not wanted:
            form.add_error(
                "q", "No product is like that." if form.cleaned_data["copies"] != "stock" else "Nothing of that is on hand."
            )
        elif (number := _number(wanted)) > MOST_LABELS:
            form.add_error(
                "copies", f"These are {number:,} labels, and {MOST_LABELS:,} is the most at once. Choose fewer products."
            )
        elif "pdf" in request.GET:
            return _sheets(request, form.cleaned_data, wanted)
    context = {"form": form, "labels": wanted[:SHOWN], "more": max(len(wanted) - SHOWN, 0), "number": _number(wanted)}
    return render(request, "inventory/labels.html", context)


def _wanted(request: MemberRequest, given: dict[str, Any]) -> list[Label]:
    category = int(given["category"]) if given["category"] else None
    products = get_labelled(
        business=request.business, text=given["q"], category=category, product=given["product"], most=MOST_LABELS + 1
    )
    found = [Label(product, _copies(product, given)) for product in products]
    return [label for label in found if label.copies > 0]


def _copies(product: Product, given: dict[str, Any]) -> int:
    if given["copies"] == "number":
        return int(given["number"])
    return int(product.total_on_hand) if given["copies"] == "stock" else 1  # type: ignore[attr-defined]


def _number(wanted: Sequence[Label]) -> int:
    return sum(label.copies for label in wanted)


def _sheets(request: MemberRequest, given: dict[str, Any], wanted: Sequence[Label]) -> HttpResponse:
    pdf = label_sheets(wanted, business=request.business, layout=given["layout"], first=given["first"])
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="labels.pdf"'})
