from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import shop_member_required
from accounts.lists import list_file
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.pages import paginate
from sales.barcode import code_39
from sales.forms.sales import ReceiptEmailForm, SalesFilterForm
from sales.lists import SALES
from sales.models import Sale
from sales.queries import get_receipt, get_sales, get_sales_totals
from sales.receipts import receipt_pdf
from sales.services.quote import tax_shares
from sales.services.receipts import email_receipt
from sales.views.offers import may_refund, may_void

NEWEST_FIRST = ("-sold_at", "-id")


@require_GET
@shop_member_required(Action.SEE)
def sales(request: MemberRequest) -> HttpResponseBase:
    form = SalesFilterForm(request.GET or None, member=request.member)
    form.is_valid()
    rows = get_sales(business=request.business, wanted=form.wanted)
    whole = rows.select_related("sold_by__user", "customer")
    if file := list_file(request, "sales", SALES, whole.order_by(*NEWEST_FIRST)):
        return file
    page = paginate(request, whole, keys=NEWEST_FIRST)
    context = {"form": form, "page": page, "totals": get_sales_totals(rows), "filtered": bool(request.GET)}
    context["sees_costs"] = request.member.sees_costs
    return render(request, "sales/sales.html", context)


@require_GET
@shop_member_required(Action.SEE)
def sale(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, _receipt(request, _sale(request, pk)))


@require_GET
@shop_member_required(Action.SEE)
def sale_receipt(request: MemberRequest, pk: int) -> HttpResponse:
    """The receipt alone, for an 80 mm printer."""
    context = _receipt(request, _sale(request, pk))
    return render(request, "sales/receipt.html", context | {"bars": code_39(str(context["sale"]))})


@require_GET
@shop_member_required(Action.SEE)
def sale_receipt_pdf(request: MemberRequest, pk: int) -> HttpResponse:
    found = _sale(request, pk)
    name = f'inline; filename="{found.number}.pdf"'
    return HttpResponse(receipt_pdf(found), content_type="application/pdf", headers={"Content-Disposition": name})


@require_POST
@shop_member_required(Action.SELL)
def sale_receipt_email(request: MemberRequest, pk: int) -> HttpResponse:
    """The receipt goes to the address that the customer says."""
    found, form = _sale(request, pk), ReceiptEmailForm(request.POST)
    if not form.is_valid():
        return _page(request, _receipt(request, found), form)
    email_receipt(sale=found, to=form.cleaned_data["to"], by=request.member, at=timezone.now())
    messages.success(request, f"The receipt goes to {form.cleaned_data['to']}.")
    return redirect("sale", pk=pk)


def _page(request: MemberRequest, receipt: dict[str, Any], form: ReceiptEmailForm | None = None) -> HttpResponse:
    customer = receipt["sale"].customer
    form = form or ReceiptEmailForm(initial={"to": customer.email if customer else ""})
    return render(request, "sales/sale.html", receipt | {"email_form": form, "may_email": request.member.may(Action.SELL)})


def _sale(request: MemberRequest, pk: int) -> Sale:
    found: Sale = get_object_or_404(get_receipt(business=request.business), pk=pk)
    found.business = request.business
    return found


def _receipt(request: MemberRequest, found: Sale) -> dict[str, Any]:
    lines = list(found.lines.all())
    return {
        "sale": found,
        "lines": lines,
        "taxes": tax_shares((line.tax_rate, line.net, line.tax) for line in lines),
        "may_void": may_void(request, found),
        "may_refund": may_refund(request, found),
    }
