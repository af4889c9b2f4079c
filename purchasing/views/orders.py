"""The list of orders, one order, and what becomes of it."""

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import shop_member_required
from accounts.lists import list_file
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import posted, refusals_shown_on, refusals_told
from common.pages import paginate
from purchasing.forms.orders import EndForm, NewOrderForm, OrderFilterForm, SendForm
from purchasing.lists import LINES
from purchasing.models import PurchaseOrder
from purchasing.paper import order_pdf
from purchasing.queries.orders import get_bills, get_lines, get_orders, get_receipts, get_returns, get_whole_orders
from purchasing.services.end import cancel_order, close_order
from purchasing.services.orders import create_order
from purchasing.services.send import mail_again, send_order

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
@shop_member_required()
def purchase_orders(request: MemberRequest) -> HttpResponseBase:
    """As a file it has a row for each line of the orders."""
    form = OrderFilterForm(request.GET)
    filters = form.filters
    if file := list_file(request, "orders", LINES, get_lines(business=request.business, filters=filters)):
        return file
    page = paginate(request, get_orders(business=request.business, filters=filters), keys=("-created_at", "-id"))
    context = {
        "form": form,
        "filtered": filters.are_set,
        "page": page,
        "today": request.business.local_day(timezone.now()),
        "may_buy": request.member.may(Action.BUY),
        "sees_costs": request.member.sees_costs,
    }
    return render(request, "purchasing/orders.html", context)


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.BUY)
def purchase_order_new(request: MemberRequest) -> HttpResponse:
    form = NewOrderForm(posted(request), business=request.business, initial={"supplier": request.GET.get("supplier")})
    if form.is_valid():
        with refusals_shown_on(form):
            supplier = form.suppliers[form.cleaned_data["supplier"]]
            order = create_order(supplier=supplier, by=request.member, at=timezone.now())
            return redirect("purchase_order_edit", pk=order.pk)
    return render(request, "purchasing/order_new.html", {"form": form})


@require_safe
@shop_member_required()
def purchase_order(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, _order(request, pk))


@require_safe
@shop_member_required(Action.BUY)
def purchase_order_pdf(request: MemberRequest, pk: int) -> HttpResponse:
    order = _order(request, pk)
    answer = HttpResponse(order_pdf(order), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{order.number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@shop_member_required(Action.BUY)
def purchase_order_send(request: MemberRequest, pk: int) -> HttpResponse:
    order = _order(request, pk)
    form = SendForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            sent = send_order(order=copy(order), by=request.member, at=timezone.now(), **form.cleaned_data)
            way = f"is on its way to {sent.sent_to}" if sent.sent_to else "is sent. Tell them yourself; the PDF is here"
            messages.success(request, f"{sent.number} {way}.")
            return redirect("purchase_order", pk=pk)
    return _page(request, order, send=form)


@require_POST
@shop_member_required(Action.BUY)
def purchase_order_mail(request: MemberRequest, pk: int) -> HttpResponse:
    order = _order(request, pk)
    with refusals_told(request):
        mail_again(order=order, by=request.member, at=timezone.now(), email=request.POST.get("email"))
        messages.success(request, f"{order.number} goes out again.")
    return redirect("purchase_order", pk=pk)


@require_POST
@shop_member_required(Action.BUY)
def purchase_order_cancel(request: MemberRequest, pk: int) -> HttpResponse:
    order, form = _order(request, pk), EndForm(request.POST)
    with refusals_told(request):
        if form.is_valid():
            cancel_order(order=order, by=request.member, at=timezone.now(), reason=form.cleaned_data["reason"])
            messages.success(request, f"{order.number} is cancelled. {'Tell the supplier.' if order.sent_on else ''}".strip())
    return redirect("purchase_order", pk=pk)


@require_POST
@shop_member_required(Action.BUY)
def purchase_order_close(request: MemberRequest, pk: int) -> HttpResponse:
    order, form = _order(request, pk), EndForm(request.POST)
    with refusals_told(request):
        if form.is_valid():
            close_order(order=order, by=request.member, at=timezone.now(), reason=form.cleaned_data["reason"])
            messages.success(request, f"{order.number} is closed. What has not come is not awaited any more.")
    return redirect("purchase_order", pk=pk)


def _page(request: MemberRequest, order: PurchaseOrder, *, send: SendForm | None = None) -> HttpResponse:
    email = order.supplier.email
    context = {
        "order": order,
        "receipts": get_receipts(order),
        "bills": get_bills(order),
        "returns": get_returns(order),
        "send": send or SendForm(initial={"email": email, "version": order.version}),
        "today": request.business.local_day(timezone.now()),
        "may_buy": request.member.may(Action.BUY),
        "may_receive": request.member.may(Action.RECEIVE),
        "sees_costs": request.member.sees_costs,
    }
    return render(request, "purchasing/order.html", context)


def _order(request: MemberRequest, pk: int) -> PurchaseOrder:
    return get_object_or_404(get_whole_orders(request.business).select_related("business"), pk=pk)
