"""Approval of expenses, and the receipts kept with them."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.fields import Moment, Text, Whole
from common.api.parsers import StrictJSONParser
from common.api.views import BusinessViewSet
from expenses.api.serializers import ExpenseOut
from expenses.downloads import sent
from expenses.models import Attachment, Expense
from expenses.services.approval import approve_expenses, refuse_expenses
from expenses.services.papers import LARGEST, MEGABYTE, Sent, attach, remove_paper


class ApproveIn(serializers.Serializer[Any]):
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text="What was read. Without it, as it is now.")


class RefuseIn(ApproveIn):
    reason = Text(max_length=255, help_text="It goes to whoever entered the expense.")


class ReceiptIn(serializers.Serializer[Any]):
    file = serializers.FileField(
        max_length=255, allow_empty_file=True, help_text=f"PDF, JPEG, PNG, WebP or HEIC, up to {LARGEST // MEGABYTE} MB"
    )


class ReceiptSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    filename = serializers.CharField(help_text="As it was sent, with the ending of what it is.")
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField(source="digest")
    added_at = Moment()


class ApprovalViewSet(BusinessViewSet):
    """What becomes of an expense that waits."""

    model = Expense
    serializer_class = ExpenseOut
    scope = Scope.EXPENSE
    needs = dict.fromkeys(("approve", "refuse"), Action.APPROVE_EXPENSE)

    def rows(self) -> QuerySet[Expense]:
        return Expense.objects.for_business(self.business).select_related("payee").prefetch_related("splits", "tags")

    @extend_schema(request=ApproveIn, responses={200: ExpenseOut})
    def approve(self, request: Request, pk: int) -> Response:
        """It counts from now on. One's own is approved by somebody else, unless one is an owner."""
        expense, values = self.get_object(), self.checked(ApproveIn)
        approve_expenses(picked={expense.pk: values.get("version")}, by=self.member, at=timezone.now())
        return self.shown(self.rows().get(pk=expense.pk))

    @extend_schema(request=RefuseIn, responses={204: None})
    def refuse(self, request: Request, pk: int) -> Response:
        """Delete it for a reason, which is kept in the audit log and told to whoever entered it."""
        expense, values = self.get_object(), self.checked(RefuseIn)
        picked = {expense.pk: values.get("version")}
        refuse_expenses(picked=picked, reason=values["reason"], by=self.member, at=timezone.now())
        return Response(status=204)


class ReceiptViewSet(BusinessViewSet):
    """Receipts and other papers of an expense."""

    model = Attachment
    serializer_class = ReceiptSerializer
    scope = Scope.EXPENSE
    is_for_shops = False
    needs = dict.fromkeys(("create", "destroy"), Action.ADD_EXPENSE)
    lookup_url_kwarg = "receipt_pk"

    def get_parsers(self) -> list[BaseParser]:
        return [MultiPartParser()] if getattr(self, "action_map", {}).get("post") == "create" else [StrictJSONParser()]

    def rows(self) -> QuerySet[Attachment]:
        return Attachment.objects.filter(expense=self._expense()).select_related("expense")

    def list(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        return super().list(request)

    @extend_schema(request={"multipart/form-data": ReceiptIn}, responses={201: ReceiptSerializer})
    def create(self, request: Request, pk: int) -> Response:
        """Keep a paper with an expense. The same file sent again is the same receipt."""
        expense, file = self._expense(), self.checked(ReceiptIn)["file"]
        kept = attach(expense=expense, by=self.member, files=[Sent(file.file, file.name)], at=timezone.now())
        return self.shown(kept[0], status=201)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def retrieve(self, request: Request, pk: int, receipt_pk: int) -> FileResponse:  # type: ignore[override]
        """The file itself, in its own content type."""
        return sent(self.get_object())

    def destroy(self, request: Request, pk: int, receipt_pk: int) -> Response:
        """Take it away; the expense stays as it is."""
        remove_paper(paper=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)

    def _expense(self) -> Expense:
        return get_object_or_404(Expense.objects.for_business(self.business), pk=self.kwargs["pk"])
