"""One change to many products, tried first; and taking it back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.fields import Cost, Flag, Id, Moment, Number, Ref, Text, Whole, many
from common.api.views import BusinessViewSet
from common.fields import LARGEST_AMOUNT, MONEY_PLACES
from inventory.api.serializers import StockStateQuery
from inventory.models import BulkEdit, BulkEditRow, Category, EditKind, Product
from inventory.models.product import ProductQuerySet
from inventory.pricing import ROUNDINGS
from inventory.services.bulk_changes import BulkChange, Change
from inventory.services.bulk_edit import MOST_AT_ONCE, change_products, preview, seen_in
from inventory.services.bulk_undo import undo_edit


class ChangeNumber(Number):
    """A price, per cent, amount, quantity or rate."""

    examples = ("12.50", "-5")

    def places(self) -> int:
        return MONEY_PLACES

    def to_representation(self, value: Any) -> str:
        return f"{value:f}"


class ChangeIn(serializers.Serializer[Any]):
    what = serializers.ChoiceField(BulkChange.choices)
    value = ChangeNumber(
        most=LARGEST_AMOUNT,
        required=False,
        allow_null=True,
        help_text="The price, per cent, amount, margin in per cent of the net price, quantity or tax rate; null for none.",
    )
    category = Ref(Category, required=False, allow_null=True, help_text="For `category`; null for none.")
    rounding = serializers.ChoiceField(list(ROUNDINGS.items()), required=False, help_text="Of prices that are worked out.")


class BulkProductIn(serializers.Serializer[Any]):
    product = Id()
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text="What was read; another one now is refused.")


class MatchingIn(serializers.Serializer[Any]):
    search = Text(required=False, max_length=200, allow_blank=True)
    category = Id(required=False)
    stock = StockStateQuery(required=False)
    is_active = Flag(required=False)


class BulkIn(serializers.Serializer[Any]):
    change = ChangeIn()
    products = many(BulkProductIn, required=False, allow_empty=False, max_length=MOST_AT_ONCE)
    matching = MatchingIn(required=False, help_text="Instead of `products`: all that match; {} is all.")
    dry_run = Flag(required=False, help_text="True, as it is without it: says what would become of each, and changes nothing.")
    partial = Flag(required=False, help_text="False: one refusal refuses all. Without it the rest goes in.")  # type: ignore[assignment]  # a name of the API

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("products" in attrs) == ("matching" in attrs):
            raise serializers.ValidationError("Name the products by one of `products` or `matching`.", code="one_selection")
        return attrs


class JudgedSerializer(serializers.Serializer[Any]):
    product = serializers.IntegerField(source="product.pk")
    sku = serializers.CharField(source="product.sku")
    name = serializers.CharField(source="product.label")
    version = serializers.IntegerField(source="product.version")
    outcome = serializers.ChoiceField([(name, name.capitalize()) for name in ("changed", "unchanged", "refused")])
    before = serializers.CharField(help_text="Of a category its id; empty for none.")
    after = serializers.CharField()
    margin_before = Cost(source="margin_before.amount", default=None, most=LARGEST_AMOUNT)
    margin_after = Cost(source="margin_after.amount", default=None, most=LARGEST_AMOUNT)
    reason = serializers.CharField(help_text="Why it is refused.")
    warning = serializers.CharField()


class BulkCountsSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()


class PreviewSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    counts = BulkCountsSerializer()
    rows = JudgedSerializer(many=True)


class BulkEditRowSerializer(serializers.Serializer[Any]):
    product = serializers.IntegerField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    field = serializers.CharField()
    before = serializers.CharField(help_text="Of a category its id; empty for none.")
    after = serializers.CharField()
    reason = serializers.CharField(help_text="Why it was left as it is; empty where it was changed.")


class BulkEditSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(EditKind.choices)
    what = serializers.CharField()
    changed = serializers.IntegerField(help_text="Products that it changed.")
    refused = serializers.IntegerField(help_text="Products that it left as they are.")
    made_by = serializers.CharField(source="made_by.user.get_full_name")
    made_at = Moment()
    undone_at = Moment(allow_null=True)
    undoes = serializers.IntegerField(source="undoes_id", allow_null=True)


class WholeBulkEditSerializer(BulkEditSerializer):
    rows = BulkEditRowSerializer(many=True)


class BulkEditViewSet(BusinessViewSet):
    """Changes of products that can be taken back, newest first."""

    model = BulkEdit
    serializer_class = BulkEditSerializer
    scope = Scope.STOCK
    needs = {"change": Action.MANAGE_CATALOGUE, "undo": Action.MANAGE_CATALOGUE}
    orderings = {"made_at": ("made_at", "id")}
    default_ordering = "-made_at"

    def rows(self) -> QuerySet[BulkEdit]:
        return BulkEdit.objects.for_business(self.business).select_related("made_by__user")

    @extend_schema(responses=WholeBulkEditSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        self.get_object()
        return self._whole(pk)

    @extend_schema(request=BulkIn, responses={200: PreviewSerializer, 201: WholeBulkEditSerializer})
    def change(self, request: Request) -> Response:
        """Tried unless `dry_run` is false: 200 says what would become of each product, 201 what was done."""
        values = self.checked(BulkIn)
        change = Change(**{**values["change"], "what": BulkChange(values["change"]["what"])})
        asked = {line["product"]: line.get("version") for line in values.get("products", ())}
        rows = preview(business=self.business, products=self._chosen(values, asked), change=change)
        _check_all_there(values.get("products", ()), {row.product.pk for row in rows})
        if values.get("dry_run", True):
            counts = {name: sum(row.outcome == name for row in rows) for name in ("changed", "unchanged", "refused")}
            return self.shown({"field": change.field, "counts": counts, "rows": rows}, shape=PreviewSerializer)
        seen = {pk: replace(each, version=asked.get(pk) or each.version) for pk, each in seen_in(rows).items()}
        partial = values.get("partial", True)
        edit = change_products(by=self.member, change=change, seen=seen, at=timezone.now(), partial=partial)
        return self._whole(edit.pk, status=201)

    @extend_schema(request=None, responses=WholeBulkEditSerializer)
    def undo(self, request: Request, pk: int) -> Response:
        """What was changed since stays and is listed with its reason. A second time it answers the same and does nothing."""
        undo = undo_edit(edit=self.get_object(), by=self.member, at=timezone.now())
        return self._whole(undo.pk)

    def _whole(self, pk: int, status: int = 200) -> Response:
        lines = Prefetch("rows", BulkEditRow.objects.select_related("product").order_by("pk"))
        edit = self.rows().prefetch_related(lines).get(pk=pk)
        return self.shown(edit, shape=WholeBulkEditSerializer, status=status)

    def _chosen(self, values: Mapping[str, Any], asked: Mapping[int, Any]) -> ProductQuerySet:
        products = Product.objects.for_business(self.business)
        if asked:
            return products.filter(pk__in=list(asked))
        wanted = dict(values["matching"])
        products = products.matching(wanted.pop("search", ""))
        state = wanted.pop("stock", None)
        if state:
            products = products.negative() if state == "negative" else products.filter(stock_state=state)
        return products.filter(**wanted)


def _check_all_there(lines: Sequence[Mapping[str, Any]], found: set[int]) -> None:
    for index, line in enumerate(lines):
        if line["product"] not in found:
            raise ValidationError({f"products[{index}].product": f"There is no product {line['product']}."}, code="unknown")
