"""What the pages of a sale offer. The services decide again."""

from django.utils import timezone

from accounts.middleware import MemberRequest
from accounts.permissions import Action
from sales.models import Sale, SaleKind, SaleState


def may_void(request: MemberRequest, sale: Sale) -> bool:
    action = Action.VOID_OWN if sale.sold_by_id == request.member.pk else Action.VOID_ANY
    is_fresh = sale.sold_on == request.business.local_day(timezone.now()) and not any(
        line.refunded_quantity for line in sale.lines.all()
    )
    return request.member.may(action) and is_fresh and _is_open(sale) and sale.source == "tillbook"


def may_refund(request: MemberRequest, sale: Sale) -> bool:
    return request.member.may(Action.REFUND) and _is_open(sale) and any(line.left_to_refund > 0 for line in sale.lines.all())


def _is_open(sale: Sale) -> bool:
    return sale.kind == SaleKind.SALE and sale.state == SaleState.COMPLETED
