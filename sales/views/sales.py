from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.pages import paginate
from sales.barcode import code_39
from sales.forms.sales import SalesFilterForm
from sales.models import Sale
from sales.queries import get_receipt, get_sales, get_sales_totals
from sales.services.quote import tax_shares
from sales.views.offers import may_refund, may_void

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
        "may_void": may_void(request, found),
        "may_refund": may_refund(request, found),
    }
