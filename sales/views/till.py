"""The till: every action is a plain form post; with a script only the parts that changed come back."""

from dataclasses import dataclass, field
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.decorators import View, shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.errors import DomainError
from common.forms import searched
from common.ids import as_id
from common.money import symbol
from inventory.models import Product
from inventory.services.ledger import InsufficientStock
from inventory.shelves import ProductRef
from sales.forms.till import AddForm, DiscountForm, LineForm, PayForm, basket_key
from sales.models import Basket, Sale
from sales.queries import get_found, get_held, get_matches, get_receipt
from sales.services import till as services
from sales.services.quote import quote


@dataclass
class Screen:
    """What the till says beside the basket: the answer to the last action."""

    problem: str = ""
    unknown: str = ""
    matches: list[Product] = field(default_factory=list)
    wrong_line: int = 0
    wrong_product: int = 0
    line_problem: str = ""
    pay_form: PayForm | None = None
    discount_form: DiscountForm | None = None
    sold: Sale | None = None

    @property
    def is_code(self) -> bool:
        """What is unknown looks like a code rather than a name."""
        return " " not in self.unknown and any(letter.isdecimal() for letter in self.unknown)


def form_of_the_till(view: View) -> View:
    """For posts only. A refused one leaves its address in the browser: a tab restored there gets the till."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        return view(request) if request.method == "POST" else redirect("till")

    return guarded


@require_GET
@shop_member_required(Action.SELL)
def till(request: MemberRequest) -> HttpResponse:
    sold = as_id(request.GET.get("sold", ""))
    return _show(request, Screen(sold=get_receipt(business=request.business).filter(pk=sold).first() if sold else None))


@require_GET
@shop_member_required(Action.SELL)
def till_search(request: MemberRequest) -> HttpResponse:
    """The list under the scan box while somebody types."""
    text = searched(request)
    matches = get_matches(business=request.business, text=text)
    return render(request, "sales/_partials/matches.html", {"matches": matches, "q": text, "business": request.business})


@form_of_the_till
@shop_member_required(Action.SELL)
def till_add(request: MemberRequest) -> HttpResponse:
    form = AddForm(request.POST)
    if not form.is_valid():
        return _show(request, Screen(problem="That is not a code. Scan again, or type a name."))
    product, code = form.cleaned_data["product"], form.cleaned_data["code"].strip()
    if product is None and not code:
        return _show(request, Screen(problem="Scan a barcode, or type a name."))
    if product is not None:
        return _add(request, ProductRef(product=product))
    found = get_found(business=request.business, text=code)
    if found.sale:
        return _go(request, reverse("sale", args=[found.sale.pk]))
    if found.product:
        return _add(request, ProductRef(product=found.product.pk))
    return _show(request, Screen(matches=list(found.matches), unknown="" if found.matches else code))


@form_of_the_till
@shop_member_required(Action.SELL)
def till_line(request: MemberRequest) -> HttpResponse:
    form = LineForm(request.POST)
    screen = Screen(wrong_line=as_id(request.POST.get("line", "")))
    if not form.is_valid():
        screen.line_problem = " ".join(str(message) for errors in form.errors.values() for message in errors)
        return _show(request, screen)
    data = form.cleaned_data
    try:
        services.set_line(
            by=request.member,
            key=data["key"],
            line=data["line"],
            quantity=form.wanted,
            price=data["price"],
            discount=data["discount"],
            at=timezone.now(),
        )
    except DomainError as error:
        screen.line_problem = error.message
        return _show(request, screen)
    return _changed(request)


@form_of_the_till
@shop_member_required(Action.SELL)
def till_discount(request: MemberRequest) -> HttpResponse:
    form = DiscountForm(request.POST)
    if form.is_valid():
        try:
            services.set_discount(by=request.member, at=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            form.add_error("discount", error.message)
    return _changed(request) if not form.errors else _show(request, Screen(discount_form=form))


@form_of_the_till
@shop_member_required(Action.SELL)
def till_hold(request: MemberRequest) -> HttpResponse:
    try:
        services.hold_basket(by=request.member, key=basket_key(request), at=timezone.now())
    except DomainError as error:
        return _show(request, Screen(problem=error.message))
    messages.success(request, "The basket is held. Recall it here or at any other till.")
    return _go(request, reverse("till"))


@form_of_the_till
@shop_member_required(Action.SELL)
def till_clear(request: MemberRequest) -> HttpResponse:
    try:
        services.discard_basket(by=request.member, key=basket_key(request))
    except DomainError as error:
        return _show(request, Screen(problem=error.message))
    return _go(request, reverse("till"))


@form_of_the_till
@shop_member_required(Action.SELL)
def till_pay(request: MemberRequest) -> HttpResponse:
    """Posted twice, reloaded or gone back to, it shows the one sale that the basket became."""
    form = PayForm(request.POST)
    screen = Screen(pay_form=form)
    if not form.is_valid():
        return _show(request, screen)
    data = form.cleaned_data
    try:
        sale = services.pay_basket(
            by=request.member, key=data["key"], tenders=form.tenders, expected=data["total"], at=timezone.now()
        )
    except InsufficientStock as error:
        screen.wrong_product, screen.line_problem = error.product.pk, error.message
        form.add_error(None, error.message)
    except DomainError as error:
        form.add_error(form.payment_field if error.field == "payments" else None, error.message)
    else:
        return redirect(f"{reverse('till')}?sold={sale.pk}")
    return _show(request, screen)


def _add(request: MemberRequest, ref: ProductRef) -> HttpResponse:
    try:
        basket = services.add_to_basket(by=request.member, ref=ref, at=timezone.now())
    except DomainError as error:
        return _show(request, Screen(problem=error.message))
    return _changed(request, basket, added=True)


def _changed(request: MemberRequest, basket: Basket | None = None, *, added: bool = False) -> HttpResponse:
    """After a success: the parts for a script, else back to the page, so that a reload repeats nothing."""
    if not request.htmx:
        return redirect("till")
    return _show(request, Screen(), basket, added=added)


def _go(request: MemberRequest, url: str) -> HttpResponse:
    """A redirect that a script can follow as a whole page."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


def _show(request: MemberRequest, screen: Screen, basket: Basket | None = None, *, added: bool = False) -> HttpResponse:
    basket = basket or services.open_basket(by=request.member)
    quoted = quote(basket)
    if screen.wrong_line and screen.wrong_line not in {line.entry.id for line in quoted.lines}:
        screen.problem = screen.line_problem
    context = {
        "screen": screen,
        "basket": basket,
        "quote": quoted,
        "just_added": quoted.lines[-1] if added and quoted.lines else None,
        "pay_form": screen.pay_form or PayForm(),
        "discount_form": screen.discount_form or DiscountForm(initial={"discount": basket.discount_given}),
        "may_price": request.member.may(Action.OVERRIDE_PRICE),
        "may_create": request.member.may(Action.MANAGE_CATALOGUE),
        "business": request.business,
        "currency_symbol": symbol(request.business.currency),
    }
    if request.htmx:
        return render(request, "sales/_partials/till_parts.html", context)
    return render(request, "sales/till.html", context | {"held": len(get_held(business=request.business))})
