"""The page of one product, its packs and its variants."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_shown_on
from common.pages import paginate
from inventory.cards import get_cards
from inventory.forms.products import PackForm, VariantsForm
from inventory.margins import margin_of
from inventory.models import Pack, Product
from inventory.queries import product_page as queries
from inventory.queries.batches import get_batches
from inventory.queries.cost_layers import get_costing
from inventory.queries.transfers import get_lines_under_way
from inventory.queries.valuation import get_product_value
from inventory.services.packs import add_pack, remove_pack
from inventory.services.variants import add_variants, labels_of
from inventory.spark import spark
from inventory.views.abilities import abilities

GET_AND_POST = ["GET", "HEAD", "POST"]
PREVIEWED = 24
TIMELINE = 25


@require_safe
@shop_member_required()
def product_page(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, _product(request, pk), PackForm())


@require_POST
@shop_member_required(Action.MANAGE_CATALOGUE)
def pack_add(request: MemberRequest, pk: int) -> HttpResponse:
    product, form = _product(request, pk), PackForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            add_pack(product=product, by=request.member, at=timezone.now(), **form.cleaned_data)
        if not form.errors:
            messages.success(request, f"{product.label} can now be received by the {form.cleaned_data['name']}.")
            return redirect("product", pk=pk)
    return _page(request, product, form)


@require_POST
@shop_member_required(Action.MANAGE_CATALOGUE)
def pack_remove(request: MemberRequest, pk: int, pack_pk: int) -> HttpResponse:
    pack = get_object_or_404(Pack.objects.select_related("product"), pk=pack_pk, product=_product(request, pk))
    remove_pack(pack=pack, by=request.member, at=timezone.now())
    messages.success(request, f"{pack.name} is removed.")
    return redirect("product", pk=pk)


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.MANAGE_CATALOGUE)
def product_variants(request: MemberRequest, pk: int) -> HttpResponse:
    product = _product(request, pk)
    form = VariantsForm(request.POST or None)
    preview: list[str] = []
    if form.is_valid():
        with refusals_shown_on(form):
            preview = labels_of(form.options)
            if "save" in request.POST:
                made = add_variants(parent=product, options=form.options, by=request.member, at=timezone.now())
                messages.success(request, f"{len(made)} variants of {product.name} are in the list.")
                return redirect("product", pk=pk)
    context = {
        "product": product,
        "form": form,
        "preview": preview[:PREVIEWED],
        "more": max(len(preview) - PREVIEWED, 0),
        "count": len(preview),
    }
    return render(request, "inventory/product_variants.html", context)


def _page(request: MemberRequest, product: Product, pack_form: PackForm) -> HttpResponse:
    business, sees_costs = request.business, request.member.sees_costs
    standing = queries.get_standing(product)
    page = paginate(request, queries.get_movements_of(product), keys=("-occurred_at", "-id"), size=TIMELINE)
    sales = queries.get_recent_sales(
        product=product, business=business, available=standing.available, today=business.local_day(timezone.now())
    )
    context = {
        "product": product,
        "batches": get_batches(product=product, owned=standing.owned, today=business.local_day(timezone.now())),
        "standing": standing,
        "under_way": get_lines_under_way(product) if standing.in_transit else [],
        "value": get_product_value(product=product, on_hand=standing.owned),
        "margin": margin_of(product, includes_tax=business.prices_include_tax) if sees_costs else None,
        "sees_costs": sees_costs,
        "costing": get_costing(product) if sees_costs and not product.has_variants else None,
        "page": page,
        "timeline": queries.get_timeline(product=product, movements=page.items, on_hand=standing.owned),
        "sales": sales,
        "spark": spark(sales.days),
        "barcodes": list(product.barcodes.order_by("pk")),
        "packs": queries.get_packs(product),
        "variants": list(product.variants.with_stock().order_by("variant", "id")) if product.has_variants else [],
        "alerts": queries.get_open_alerts(product),
        "prices": queries.get_price_history(product),
        "pack_form": pack_form,
        "may": abilities(request.member),
        "cards": get_cards(product, request.member),
    }
    return render(request, "inventory/product.html", context)


def _product(request: MemberRequest, pk: int) -> Product:
    products = Product.objects.for_business(request.business).select_related("category", "parent", "business")
    return get_object_or_404(products, pk=pk)
