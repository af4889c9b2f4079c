"""Levels by location, and the ledger."""

from decimal import Decimal

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import shop_member_required
from accounts.lists import list_file
from accounts.middleware import MemberRequest
from common.pages import paginate
from inventory.forms.stock import LevelFilterForm, MovementFilterForm
from inventory.lists import LEVELS, MOVEMENTS
from inventory.models import Product
from inventory.queries.naming import get_location_names
from inventory.queries.stock import get_levels, get_location_choices, get_movements
from inventory.queries.transfers import get_under_way_to
from inventory.queries.valuation import get_shares, get_stock_value
from inventory.views.abilities import abilities


@require_safe
@shop_member_required()
def stock(request: MemberRequest) -> HttpResponseBase:
    business, sees_costs = request.business, request.member.sees_costs
    locations = get_location_choices(business, active=False)
    form = LevelFilterForm(request.GET, locations=locations)
    filters = form.filters
    levels = get_levels(business=business, filters=filters, today=business.local_day(timezone.now()))
    if file := list_file(request, "stock", LEVELS, levels.order_by("product__name", "product_id", "id")):
        return file
    page = paginate(request, levels, keys=("name", "product_id", "id"))
    shares = get_shares(page.items, business) if sees_costs else {}
    under_way = get_under_way_to(level.product_id for level in page.items if level.incoming)
    for level in page.items:
        level.in_transit = under_way.get((level.product_id, level.location_id), Decimal(0))  # type: ignore[attr-defined]
        level.value = business.money(shares.get(level.pk, Decimal(0)))  # type: ignore[attr-defined]
    context = {
        "form": form,
        "page": page,
        "filters": filters,
        "several": len(locations) > 1,
        "value": get_stock_value(business=business, location=filters.location) if sees_costs else None,
        "place": dict(locations).get(filters.location or 0, ""),
        "sees_costs": sees_costs,
        "may": abilities(request.member),
    }
    return render(request, "inventory/stock.html", context)


@require_safe
@shop_member_required()
def movements(request: MemberRequest) -> HttpResponseBase:
    business = request.business
    form = MovementFilterForm(request.GET, locations=list(get_location_names(business).items()))
    filters = form.filters
    product = get_object_or_404(Product.objects.for_business(business), pk=filters.product) if filters.product else None
    rows = get_movements(business=business, filters=filters)
    if file := list_file(request, "movements", MOVEMENTS, rows.newest_first()):
        return file
    page = paginate(request, rows, keys=("-occurred_at", "-id"))
    return render(request, "inventory/movements.html", {"form": form, "page": page, "filters": filters, "product": product})
