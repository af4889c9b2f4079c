from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_shown_on
from common.idempotency import Answer, fingerprint, run_once
from sales.forms.sales import REFUND_REASONS, VOID_REASONS, RefundForm, VoidForm
from sales.models import Sale
from sales.queries import get_receipt
from sales.services.undo import refund_sale, refund_value, void_sale
from sales.views.offers import may_refund, may_void

PREVIEW = "preview"


@shop_member_required(Action.VOID_OWN)
def sale_void(request: MemberRequest, pk: int) -> HttpResponse:
    sale = _sale(request, pk)
    if request.method != "POST" and not may_void(request, sale):
        return redirect("sale", pk=sale.pk)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            void_sale(sale=sale, by=request.member, reason=form.cleaned_data["reason"], at=timezone.now())
        if not form.errors:
            messages.success(request, f"Sale {sale.number} is voided. Its goods are back on the shelf.")
            return redirect("sale", pk=sale.pk)
    return render(request, "sales/void.html", {"sale": sale, "form": form, "reasons": VOID_REASONS})


@shop_member_required(Action.REFUND)
def sale_refund(request: MemberRequest, pk: int) -> HttpResponse:
    """Choose quantities, see the amount, give it back; posted twice, it gives it back once."""
    sale = _sale(request, pk)
    if request.method != "POST" and not may_refund(request, sale):
        return redirect("sale", pk=sale.pk)
    form = RefundForm(request.POST or None, sale=sale)
    amount = Decimal(0)
    if request.method == "POST" and (form.is_valid() or request.POST.get("do") == PREVIEW):
        amount = refund_value(sale=sale, lines=form.chosen)
        if request.POST.get("do") != PREVIEW:
            with refusals_shown_on(form):
                answer = _refund_once(request, sale, form, amount)
            if not form.errors:
                return redirect("sale", pk=int(answer.body))
    elif request.method != "POST":
        amount = refund_value(sale=sale, lines=form.offered)
    page = "_partials/refund_amount" if request.htmx else "refund"
    context = {"sale": sale, "form": form, "amount": amount, "reasons": REFUND_REASONS, "business": request.business}
    return render(request, f"sales/{page}.html", context)


def _refund_once(request: MemberRequest, sale: Sale, form: RefundForm, amount: Decimal) -> Answer:
    data = form.cleaned_data

    def work() -> Answer:
        refund = refund_sale(
            sale=sale,
            lines=form.chosen,
            by=request.member,
            reason=data["reason"],
            at=timezone.now(),
            payments=form.tenders(amount),
        )
        return Answer(302, str(refund.pk))

    body = fingerprint(request.path.encode(), repr(sorted(request.POST.lists())).encode())
    return run_once(business_id=request.business.pk, key=f"refund:{data['key']}", body=body, at=timezone.now(), work=work)


def _sale(request: MemberRequest, pk: int) -> Sale:
    sale: Sale = get_object_or_404(get_receipt(business=request.business), pk=pk)
    sale.business = request.business
    return sale
