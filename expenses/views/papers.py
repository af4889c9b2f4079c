from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_told
from expenses.downloads import sent
from expenses.forms.control import PapersForm
from expenses.models import Attachment, Expense
from expenses.services.papers import attach, remove_paper


@require_POST
@member_required(Action.ADD_EXPENSE)
def papers_add(request: MemberRequest, pk: int) -> HttpResponse:
    expense = get_object_or_404(Expense.objects.for_business(request.business), pk=pk)
    form = PapersForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_told(request):
            kept = attach(expense=expense, by=request.member, files=form.sent(), at=timezone.now())
            messages.success(request, "The receipt is kept." if len(kept) == 1 else f"{len(kept)} receipts are kept.")
    else:
        messages.error(request, " ".join(str(error) for error in form.errors["file"]))
    return redirect("expense", pk)


@require_safe
@member_required()
def paper(request: MemberRequest, pk: int, paper_pk: int) -> FileResponse:
    return sent(_paper(request, pk, paper_pk))


@require_POST
@member_required(Action.ADD_EXPENSE)
def paper_delete(request: MemberRequest, pk: int, paper_pk: int) -> HttpResponse:
    found = _paper(request, pk, paper_pk)
    with refusals_told(request):
        remove_paper(paper=found, by=request.member, at=timezone.now())
        messages.success(request, f"{found.filename} is removed. The expense stays as it is.")
    return redirect("expense", pk)


def _paper(request: MemberRequest, pk: int, paper_pk: int) -> Attachment:
    papers = Attachment.objects.for_business(request.business).select_related("expense")
    return get_object_or_404(papers, pk=paper_pk, expense=pk)
