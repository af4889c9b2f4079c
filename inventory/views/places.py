"""Categories and locations: each a list with its form beside it."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import shop_member_required
from accounts.lists import list_file
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_shown_on
from inventory.forms.places import CategoryForm, LocationForm
from inventory.lists import CATEGORIES, LOCATIONS
from inventory.models import Category, Location
from inventory.queries.places import get_categories, get_locations
from inventory.services.places import save_category, save_location
from inventory.views.abilities import abilities

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
@shop_member_required()
def categories(request: MemberRequest) -> HttpResponseBase:
    if file := list_file(request, "categories", CATEGORIES, get_categories(request.business)):
        return file
    return _category(request, Category(business=request.business))


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.MANAGE_CATALOGUE)
def category_new(request: MemberRequest) -> HttpResponse:
    return _category(request, Category(business=request.business))


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.MANAGE_CATALOGUE)
def category_edit(request: MemberRequest, pk: int) -> HttpResponse:
    return _category(request, get_object_or_404(Category.objects.for_business(request.business), pk=pk))


@require_safe
@shop_member_required()
def locations(request: MemberRequest) -> HttpResponseBase:
    if file := list_file(request, "locations", LOCATIONS, get_locations(request.business)):
        return file
    return _location(request, Location(business=request.business))


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.MANAGE_CATALOGUE)
def location_new(request: MemberRequest) -> HttpResponse:
    return _location(request, Location(business=request.business))


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.MANAGE_CATALOGUE)
def location_edit(request: MemberRequest, pk: int) -> HttpResponse:
    return _location(request, get_object_or_404(Location.objects.for_business(request.business).places(), pk=pk))


def _category(request: MemberRequest, category: Category) -> HttpResponse:
    form = CategoryForm(request.POST or None, instance=category)
    if form.is_valid():
        with refusals_shown_on(form):
            save_category(category=form.instance, by=request.member, at=timezone.now())
        if not form.errors:
            messages.success(request, f"{category.name} is saved.")
            return redirect("categories")
    context = {
        "form": form,
        "edited": category.pk,
        "may": abilities(request.member),
        "categories": get_categories(request.business),
    }
    return render(request, "inventory/categories.html", context)


def _location(request: MemberRequest, location: Location) -> HttpResponse:
    form = LocationForm(request.POST or None, instance=location)
    if form.is_valid():
        with refusals_shown_on(form):
            save_location(location=form.instance, by=request.member, at=timezone.now())
        if not form.errors:
            messages.success(request, f"{location.name} is saved.")
            return redirect("locations")
    context = {
        "form": form,
        "edited": location.pk,
        "may": abilities(request.member),
        "locations": get_locations(request.business),
    }
    return render(request, "inventory/locations.html", context)
