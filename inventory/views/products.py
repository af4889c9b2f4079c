"""The list of products and what changes a product."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.decorators import shop_member_required
from accounts.lists import list_file
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_shown_on
from common.money import symbol
from common.pages import paginate
from inventory.forms.products import ProductFilterForm, ProductForm
from inventory.lists import COSTS, PRODUCTS
from inventory.models import Product
from inventory.queries.product_page import LastChange, get_last_change
from inventory.queries.products import SORTS, get_category_choices, get_product_rows, get_products
from inventory.services.catalogue import StaleProduct, remove_product, update_product
from inventory.services.entry import amend_product, enter_product
from inventory.views.abilities import abilities

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
@vary_on_headers("HX-Request")
@shop_member_required()
def product_list(request: MemberRequest) -> HttpResponseBase:
    business, member = request.business, request.member
    form = ProductFilterForm(request.GET, categories=get_category_choices(business))
    today = business.local_day(timezone.now())
    products = get_products(business=business, filters=form.filters, today=today)
    columns = (*PRODUCTS, *COSTS) if member.sees_costs else PRODUCTS
    if file := list_file(request, "products", columns, products.prefetch_related("barcodes").order_by(*SORTS[form.order])):
        return file
    page = paginate(request, products, keys=SORTS[form.order])
    rows = get_product_rows(products=page.items, business=business, today=today, sees_costs=member.sees_costs)
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "filters": form.filters,
        "sort": form.order,
        "sort_name": "-name" if form.order == "name" else "name",
        "sort_sku": "-sku" if form.order == "sku" else "sku",
        "products_url": reverse("products"),
        "sees_costs": member.sees_costs,
        "may": abilities(member),
        "selection": [(name, request.GET[name]) for name in ("q", "category", "stock", "active") if request.GET.get(name)],
    }
    part = request.htmx and not request.htmx.history_restore_request
    template = "_partials/product_list" if part else "products"
    return render(request, f"inventory/{template}.html", context)


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.MANAGE_CATALOGUE)
def product_new(request: MemberRequest) -> HttpResponse:
    given = {name: request.GET[key] for key, name in (("barcode", "barcodes"), ("name", "name")) if key in request.GET}
    form = ProductForm(request.POST or None, business=request.business, initial=given)
    if form.is_valid():
        with refusals_shown_on(form):
            product = enter_product(by=request.member, values=form.values, at=timezone.now(), **_beside(form))
        if not form.errors:
            messages.success(request, f"{product.label} is in the list. Its SKU is {product.sku}.")
            return redirect("product_new") if "another" in request.POST else redirect("product", pk=product.pk)
    return render(request, "inventory/product_form.html", {"form": form, "symbol": symbol(request.business.currency)})


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.MANAGE_CATALOGUE)
def product_edit(request: MemberRequest, pk: int) -> HttpResponse:
    product = _product(request, pk)
    form = ProductForm(request.POST or None, business=request.business, product=product)
    faster: LastChange | None = None
    if form.is_valid():
        with refusals_shown_on(form):
            faster = _amend(request, product, form)
        if not form.errors and not faster:
            messages.success(request, f"{product.label} is saved.")
            return redirect("product", pk=pk)
    context = {"form": form, "product": product, "faster": faster, "symbol": symbol(request.business.currency)}
    return render(request, "inventory/product_form.html", context)


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.MANAGE_CATALOGUE)
def product_remove(request: MemberRequest, pk: int) -> HttpResponse:
    product = _product(request, pk)
    if request.method != "POST":
        return render(request, "inventory/product_remove.html", {"product": product})
    if remove_product(product=product, by=request.member, at=timezone.now()):
        messages.success(request, f"{product.label} is deleted.")
        return redirect("products")
    messages.success(request, f"{product.label} is archived. What it sold stays in the books.")
    return redirect("product", pk=pk)


@require_POST
@shop_member_required(Action.MANAGE_CATALOGUE)
def product_restore(request: MemberRequest, pk: int) -> HttpResponse:
    product = _product(request, pk)
    update_product(product=product, by=request.member, values={"is_active": True}, at=timezone.now())
    messages.success(request, f"{product.label} is for sale again.")
    return redirect("product", pk=pk)


def _amend(request: MemberRequest, product: Product, form: ProductForm) -> LastChange | None:
    """Save, or say who was faster; the form then carries the newer version, so that saving again is a decision."""
    version = form.cleaned_data["version"]
    try:
        amend_product(product=product, by=request.member, values=form.values, at=timezone.now(), version=version, **_beside(form))
    except StaleProduct:
        product.refresh_from_db()
        form.meet_version(product.version)
        return get_last_change(product)
    return None


def _beside(form: ProductForm) -> dict[str, Any]:
    return {"barcodes": form.cleaned_data["barcodes"], "new_category": form.cleaned_data["new_category"]}


def _product(request: MemberRequest, pk: int) -> Product:
    return get_object_or_404(Product.objects.for_business(request.business).select_related("category", "business"), pk=pk)
