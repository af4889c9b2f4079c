"""The list of products with its values to be typed over, a row at a time."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_shown_on
from common.pages import paginate
from inventory.forms.products import ProductFilterForm
from inventory.forms.rows import Cell, RowForm
from inventory.models import BulkEdit, Product
from inventory.queries.product_page import LastChange, get_last_change
from inventory.queries.products import SORTS, get_category_choices, get_products
from inventory.services.catalogue import StaleProduct
from inventory.services.row_edit import edit_in_list

GET_AND_POST = ["GET", "HEAD", "POST"]
LONGEST = 16


class Row:
    """A line of the grid as the template takes it."""

    def __init__(self, form: RowForm, cells: Sequence[Cell] | None = None, faster: LastChange | None = None) -> None:
        self.form, self.product = form, form.product
        self.cells, self.faster = cells or form.cells, faster
        self.next: int | None = None


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.MANAGE_CATALOGUE)
def product_grid(request: MemberRequest) -> HttpResponse:
    """A post saves one row: with htmx the answer is that row, else the page again, at the next row."""
    row = _save(request) if request.method == "POST" else None
    if row and request.htmx:
        return render(request, "inventory/_partials/grid_saved.html", {"row": row, **_address(request)})
    if row and not row.form.errors and not row.faster:
        following = _id(request.POST.get("next", "")) or row.product.pk
        query = request.GET.copy()
        query["focus"] = str(following)
        return redirect(f"{reverse('product_grid')}?{query.urlencode()}#row-{following}")
    return _page(request, row)


def _page(request: MemberRequest, posted: Row | None) -> HttpResponse:
    business = request.business
    categories = get_category_choices(business)
    filters = ProductFilterForm(request.GET, categories=categories)
    products = get_products(business=business, filters=filters.filters, today=business.local_day(timezone.now()))
    page = paginate(request, products, keys=SORTS[filters.order])
    rows = [Row(RowForm(product=each, categories=categories, currency=business.currency)) for each in page.items]
    rows = [posted if posted and posted.product.pk == row.product.pk else row for row in rows]
    for row, following in pairwise(rows):
        row.next = following.product.pk
    context = {"rows": rows, "page": page, "form": filters, "focus": _id(request.GET.get("focus", "")), **_address(request)}
    return render(request, "inventory/grid.html", context)


def _save(request: MemberRequest) -> Row:
    business, pk = request.business, _id(request.POST.get("product", ""))
    product = get_object_or_404(Product.objects.for_business(business).select_related("category", "business"), pk=pk)
    fresh: dict[str, Any] = {"product": product, "categories": get_category_choices(business), "currency": business.currency}
    form = RowForm(request.POST, **fresh)
    done: list[BulkEdit | None] = []
    if form.is_valid():
        with refusals_shown_on(form):
            try:
                done.append(_edit(request, product, form))
            except StaleProduct:
                return _slower(request.POST, fresh)
    if not done:
        return Row(form)
    _tell(request, done[0])
    row = Row(RowForm(**fresh))
    row.next = _id(request.POST.get("next", ""))
    return row


def _edit(request: MemberRequest, product: Product, form: RowForm) -> BulkEdit | None:
    version = form.cleaned_data["version"]
    return edit_in_list(product=product, by=request.member, values=form.values, version=version, at=timezone.now())


def _slower(posted: QueryDict, fresh: Mapping[str, Any]) -> Row:
    """What was typed stays, beside what somebody else put there; saving again is then a decision."""
    product = fresh["product"]
    product.refresh_from_db()
    data = posted.copy()
    data["version"] = str(product.version)
    form = RowForm(data, **fresh)
    form.full_clean()
    return Row(form, form.cells_beside(product), get_last_change(product))


def _tell(request: MemberRequest, edit: BulkEdit | None) -> None:
    if edit:
        messages.success(request, f"Changed {edit.what}.", extra_tags=reverse("product_change_undo", args=[edit.pk]))


def _address(request: MemberRequest) -> dict[str, str]:
    query = request.GET.copy()
    query.pop("focus", None)
    return {"here": f"{reverse('product_grid')}?{query.urlencode()}"}


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST else None
