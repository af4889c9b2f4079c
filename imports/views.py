import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_shown_on
from common.pages import paginate
from imports import desk, queries
from imports.forms import ColumnsForm, ImportForm
from imports.models import ImportBatch, ImportState
from imports.registry import kind_named, kinds_for
from imports.services import decide, start

GET_AND_POST = ["GET", "HEAD", "POST"]
MARK = "\ufeff"  # so that Excel reads it as UTF-8
ISSUES_SHOWN = 100


class _Echo:
    def write(self, text: str) -> str:
        return text


@require_safe
@member_required(Action.IMPORT)
def imports(request: MemberRequest) -> HttpResponse:
    page = paginate(request, queries.get_imports(request.business), keys=("-created_at", "-id"))
    return render(request, "imports/imports.html", {"page": page, "kinds": kinds_for(request.business)})


@require_http_methods(GET_AND_POST)
@member_required(Action.IMPORT)
def import_new(request: MemberRequest) -> HttpResponse:
    kinds = kinds_for(request.business)
    first = request.GET.get("kind", kinds[0].name if kinds else "")
    form = ImportForm(request.POST or None, request.FILES or None, initial={"kind": first}, kinds=kinds)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        with refusals_shown_on(form):
            batch = start.start_import(
                by=request.member,
                kind=form.cleaned_data["kind"],
                source=upload,
                filename=upload.name,
                at=timezone.now(),
                preset=form.cleaned_data["preset"],
            )
        if not form.errors:
            return redirect("import", batch.pk)
    return render(request, "imports/import_new.html", {"form": form, "kinds": kinds})


@require_safe
@member_required(Action.IMPORT)
def import_page(request: MemberRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    if request.htmx:
        return _progress(request, batch)
    if batch.state == ImportState.UPLOADED or (batch.state == ImportState.READY and "columns" in request.GET):
        return _columns(request, batch, ColumnsForm(batch=batch, kind=queries.get_kind(batch)))
    issues = paginate(request, queries.get_issues(batch), keys=("row", "id"), size=ISSUES_SHOWN)
    return render(request, "imports/import.html", _context(batch) | {"issues": issues})


@require_POST
@member_required(Action.IMPORT)
def import_check(request: MemberRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    form = ColumnsForm(request.POST, batch=batch, kind=queries.get_kind(batch))
    if form.is_valid():
        with refusals_shown_on(form):
            desk.check(batch=batch, by=request.member, at=timezone.now(), mapping=form.mapping(), options=form.options())
        if not form.errors:
            return redirect("import", batch.pk)
    return _columns(request, batch, form)


@require_POST
@member_required(Action.IMPORT)
def import_commit(request: MemberRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    desk.commit(batch=batch, by=request.member, at=timezone.now(), partial="partial" in request.POST)
    return redirect("import", batch.pk)


@require_POST
@member_required(Action.IMPORT)
def import_resume(request: MemberRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    desk.resume(batch=batch, by=request.member, at=timezone.now())
    return redirect("import", batch.pk)


@require_POST
@member_required(Action.IMPORT)
def import_cancel(request: MemberRequest, pk: int) -> HttpResponse:
    batch = decide.cancel_import(batch=_batch(request, pk), by=request.member, at=timezone.now())
    messages.success(request, batch.message or f"The import of {batch.filename} is cancelled. Nothing was changed.")
    return redirect("imports")


@require_safe
@member_required(Action.IMPORT)
def import_failed(request: MemberRequest, pk: int) -> StreamingHttpResponse:
    """The refused rows with their reasons, to be mended and sent again."""
    batch = _batch(request, pk)
    name = slugify(batch.filename.partition(".")[0]) or "import"
    return _as_csv(queries.failed_rows(batch), f"{name}-failed-rows.csv")


@require_safe
@member_required(Action.IMPORT)
def import_example(request: MemberRequest, kind: str) -> StreamingHttpResponse:
    """A file with the names of all columns, to be filled in."""
    columns = kind_named(kind).columns
    return _as_csv([[column.label for column in columns]], f"tillbook-{slugify(kind)}.csv")


def _batch(request: MemberRequest, pk: int) -> ImportBatch:
    return get_object_or_404(ImportBatch.objects.for_business(request.business), pk=pk)


def _progress(request: MemberRequest, batch: ImportBatch) -> HttpResponse:
    """The moving part while it works; then the whole page anew."""
    if not batch.is_at_work:
        return HttpResponseClientRefresh()
    return render(request, "imports/_partials/progress.html", {"batch": batch})


def _columns(request: MemberRequest, batch: ImportBatch, form: ColumnsForm) -> HttpResponse:
    context = {"batch": batch, "form": form, "kind": queries.get_kind(batch), "preview": queries.get_preview(batch)}
    return render(request, "imports/columns.html", context)


def _context(batch: ImportBatch) -> dict[str, Any]:
    reasons = queries.get_reasons(batch) if batch.error_rows > queries.MANY_ISSUES else []
    notices, noticed = queries.get_notices(batch)
    return {
        "batch": batch,
        "kind": queries.get_kind(batch),
        "amounts": queries.get_amounts(batch),
        "reasons": reasons,
        "notices": notices,
        "noticed": noticed,
    }


def _as_csv(rows: Iterable[Sequence[str]], filename: str) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield MARK
        for row in rows:
            yield writer.writerow(row)

    disposition = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=disposition)
