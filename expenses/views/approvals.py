from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action, Role
from common.forms import posted, refusals_shown_on
from common.pages import paginate
from expenses.approvals import get_effects, get_waiting
from expenses.forms.control import ApprovalForm
from expenses.services.approval import approve_expenses, refuse_expenses


@require_http_methods(["GET", "HEAD", "POST"])
@shop_member_required(Action.APPROVE_EXPENSE)
def approvals(request: MemberRequest) -> HttpResponse:
    """What waits, the earliest first, with what each would do to its budgets; one or many are decided at once."""
    form = ApprovalForm(posted(request))
    if form.is_valid():
        with refusals_shown_on(form):
            messages.success(request, _decided(request, form))
            return redirect("approvals")
    page = paginate(request, get_waiting(request.business), ("spent_on", "id"), size=25)
    effects = get_effects(request.business, page.items)
    is_owner = request.member.role == Role.OWNER
    rows = [(each, effects[each.pk], is_owner or each.created_by_id != request.member.pk) for each in page.items]
    context = {"form": form, "page": page, "rows": rows}
    return render(request, "expenses/approvals.html", context, status=400 if form.errors else 200)


def _decided(request: MemberRequest, form: ApprovalForm) -> str:
    picked, now = form.cleaned_data["picked"], timezone.now()
    if form.cleaned_data["decision"] == "approve":
        done = approve_expenses(picked=picked, by=request.member, at=now)
        return "It counts from now on." if len(done) == 1 else f"{len(done)} expenses count from now on."
    done = refuse_expenses(picked=picked, reason=form.cleaned_data["reason"], by=request.member, at=now)
    return "It is refused." if len(done) == 1 else f"{len(done)} expenses are refused."
