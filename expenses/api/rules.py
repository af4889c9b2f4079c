"""Rules that file expenses, for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.fields import Amount, Flag, Ref, Text, Whole
from common.api.views import BusinessViewSet
from expenses.api.serializers import MOST_TAGS, Versioned
from expenses.filing import tags_of
from expenses.models import Account, ExpenseCategory, FilingRule
from expenses.services import rules


class RuleTags(serializers.ListField):
    child = Text(max_length=40)

    def get_attribute(self, instance: Any) -> list[str]:
        return tags_of(instance.add_tags)


class RuleSerializer(Versioned):
    """All that a rule asks for must hold; the first by position files the expense."""

    name = Text(max_length=80)
    position = Whole(required=False, min_value=1, max_value=rules.MOST_RULES, help_text="From 1. A new rule comes last.")
    payee_contains = Text(required=False, allow_blank=True, max_length=120)
    text_contains = Text(required=False, allow_blank=True, max_length=120, help_text="In the note.")
    least = Amount(required=False, allow_null=True)
    most = Amount(required=False, allow_null=True)
    account = Ref(Account, required=False, allow_null=True)
    category = Ref(ExpenseCategory, help_text="Where it files.")
    set_payee = Text(required=False, allow_blank=True, max_length=120, help_text="Empty keeps the payee it has.")
    tags = RuleTags(required=False, max_length=MOST_TAGS, help_text="Added to those it has.")
    is_active = Flag(required=False)


class RuleViewSet(BusinessViewSet):
    """Rules that file an expense by payee, note, amount and account."""

    model = FilingRule
    serializer_class = RuleSerializer
    scope = Scope.EXPENSE
    is_for_shops = False
    needs = dict.fromkeys(("create", "partial_update", "destroy"), Action.MANAGE_RULES)
    orderings = {"position": ("position", "id"), "name": ("name", "id")}

    def rows(self) -> QuerySet[FilingRule]:
        return FilingRule.objects.for_business(self.business)

    def create(self, request: Request) -> Response:
        values = self.checked(RuleSerializer)
        values.pop("version", None)
        return self.shown(self._saved(FilingRule(business=self.business), values, None), status=201)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is given; `position` moves it. Without `version` the last write wins."""
        values = self.checked(RuleSerializer, partial=True)
        version = values.pop("version", None)
        return self.shown(self._saved(self.get_object(), values, version))

    def destroy(self, request: Request, pk: int) -> Response:
        """What it has filed stays filed."""
        rules.delete_rule(rule=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)

    def _saved(self, rule: FilingRule, values: dict[str, Any], version: int | None) -> FilingRule:
        if "tags" in values:
            values["add_tags"] = ",".join(values.pop("tags"))
        return rules.save_rule(rule=rule, by=self.member, at=timezone.now(), values=values, version=version)
