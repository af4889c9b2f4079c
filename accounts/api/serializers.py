from typing import Any

from rest_framework import serializers

from accounts.models import Scope, TaxRounding, ValuationMethod
from accounts.permissions import Role
from common.api.fields import Amount, Day, Flag, Moment, Rate, Text, Whole


class BusinessSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    slug = serializers.CharField(read_only=True)
    kind = serializers.CharField(read_only=True)
    plan = serializers.CharField(read_only=True)
    name = Text(max_length=120)
    currency = Text(max_length=3, help_text="ISO 4217")
    timezone = Text(max_length=60, help_text="Such as Europe/London")
    country = serializers.RegexField(r"^[A-Z]{2}$", help_text="ISO 3166, two letters")
    address = Text(max_length=255, allow_blank=True)
    tax_number = Text(max_length=40, allow_blank=True)
    prices_include_tax = Flag()
    default_tax_rate = Rate()
    tax_rounding = serializers.ChoiceField(TaxRounding.choices)
    valuation = serializers.ChoiceField(ValuationMethod.choices)
    allow_negative_stock = Flag()
    hide_costs = Flag(help_text="Viewers and clerks see no costs and margins.")
    most_discount_percent = Rate(help_text="The largest discount a clerk may give.")
    over_receipt_percent = Rate()
    expiry_warn_days = Whole(
        min_value=0, max_value=3650, help_text="How many days before a batch expires one is told. A product may have its own."
    )
    clerks_need_approval = Flag(help_text="In a shop a clerk's expense waits for a manager.")
    approve_above = Amount(allow_null=True, help_text="An expense above it waits, whoever but an owner enters it.")
    closed_until = Day(read_only=True, allow_null=True, help_text="The books are closed up to this day, itself included.")
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text="What was read. Without it the last write wins.")


class KeySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    name = Text(max_length=80)
    role = serializers.ChoiceField(Role.choices)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(Scope.choices),
        required=False,
        max_length=len(Scope),
        help_text="None: all that the role may.",
    )
    prefix = serializers.CharField(read_only=True, help_text="How the key begins, to tell it by.")
    created_at = Moment(read_only=True)
    last_used_at = Moment(read_only=True, allow_null=True)
    revoked_at = Moment(read_only=True, allow_null=True)

    def to_representation(self, instance: Any) -> Any:
        return super().to_representation(instance) | {"scopes": instance.scopes.split()}


class NewKeySerializer(KeySerializer):
    key = serializers.CharField(read_only=True, allow_null=True, help_text="Shown this once; null when the answer is replayed.")
