from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.pages import paginate
from sales.barcode import code_39
from sales.forms.sales import SalesFilterForm
from sales.models import Sale, SaleKind, SaleState
from sales.queries import get_receipt, get_sales, get_sales_totals
from sales.services.quote import tax_shares

NEWEST_FIRST = ("-sold_at", "-id")


@require_GET
@shop_member_required(Action.SEE)
def sales(request: MemberRequest) -> HttpResponse:
    form = SalesFilterForm(request.GET or None, member=request.member)
    form.is_valid()
    rows = get_sales(business=request.business, wanted=form.wanted)
    page = paginate(request, rows.select_related("sold_by__user", "customer"), keys=NEWEST_FIRST)
    context = {"form": form, "page": page, "totals": get_sales_totals(rows), "filtered": bool(request.GET)}
    context["sees_costs"] = request.member.sees_costs
    return render(request, "sales/sales.html", context)


@require_GET
@shop_member_required(Action.SEE)
def sale(request: MemberRequest, pk: int) -> HttpResponse:
    return render(request, "sales/sale.html", _receipt(request, pk))


@require_GET
@shop_member_required(Action.SEE)
def sale_receipt(request: MemberRequest, pk: int) -> HttpResponse:
    """The receipt alone, for an 80 mm printer."""
    context = _receipt(request, pk)
    return render(request, "sales/receipt.html", context | {"bars": code_39(str(context["sale"]))})


def _receipt(request: MemberRequest, pk: int) -> dict[str, object]:
    found: Sale = get_object_or_404(get_receipt(business=request.business), pk=pk)
    lines = list(found.lines.all())
    return {
        "sale": found,
        "lines": lines,
        "taxes": tax_shares((line.tax_rate, line.net, line.tax) for line in lines),
        "may_void": _may_void(request, found),
        "may_refund": _may_refund(request, found),
    }


def _may_void(request: MemberRequest, sale: Sale) -> bool:
    """Whether to offer it; the service decides again."""
    action = Action.VOID_OWN if sale.sold_by_id == request.member.pk else Action.VOID_ANY
    is_fresh = sale.sold_on == request.business.local_day(timezone.now()) and not any(
        line.refunded_quantity for line in sale.lines.all()
    )
    return request.member.may(action) and is_fresh and _is_open(sale) and sale.source == "tillbook"


def _may_refund(request: MemberRequest, sale: Sale) -> bool:
    return request.member.may(Action.REFUND) and _is_open(sale) and any(line.left_to_refund > 0 for line in sale.lines.all())


def _is_open(sale: Sale) -> bool:
    return sale.kind == SaleKind.SALE and sale.state == SaleState.COMPLETED
