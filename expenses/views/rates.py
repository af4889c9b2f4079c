from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.pages import paginate
from expenses.models import ExchangeRate


@require_safe
@member_required()
def rates(request: MemberRequest) -> HttpResponse:
    """What other currencies were worth, the newest first; of one currency on request."""
    currency = request.GET.get("currency", "").replace("\0", "").strip().upper()[:3]
    rows = ExchangeRate.objects.for_business(request.business)
    if currency:
        rows = rows.filter(currency=currency)
    context = {
        "page": paginate(request, rows, ("-on", "currency", "id")),
        "currency": currency,
        "may_import": request.member.may(Action.IMPORT),
    }
    return render(request, "expenses/rates.html", context)
