"""Where an expense may belong, for programs: told, never applied."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from common.api.fields import Amount, Id, Rate, Text
from common.api.views import BusinessViewSet, Query
from common.money import ZERO
from expenses.filing import Line
from expenses.guesses import Asked, Why, get_guess
from expenses.models import Expense, ExpenseKind


class SuggestionQuery(Query):
    payee = Text(required=False, allow_blank=True, max_length=120)
    note = Text(required=False, allow_blank=True, max_length=255)
    amount = Amount(required=False)
    kind = serializers.ChoiceField(ExpenseKind.choices, required=False)
    account = Id(required=False)


class SuggestionSerializer(serializers.Serializer[Any]):
    """All null, and `rule` empty, where nothing is likely enough."""

    category = serializers.IntegerField(source="category.pk", allow_null=True, default=None)
    name = serializers.CharField(source="category.name", allow_null=True, default=None)
    because = serializers.ChoiceField(
        [why.value for why in Why],
        source="why.value",
        allow_null=True,
        default=None,
        help_text="A rule, the payee's last time, or history.",
    )
    rule = serializers.CharField(default="", help_text="The rule's name, where it is one.")
    confidence = Rate(
        source="percent",
        allow_null=True,
        default=None,
        help_text="Per cent: so many of a hundred such suggestions are right. Null for a rule and for the payee's last time.",
    )


class SuggestionViewSet(BusinessViewSet):
    """The category that an expense may belong to."""

    model = Expense
    serializer_class = SuggestionSerializer
    query_class = SuggestionQuery
    scope = Scope.EXPENSE
    is_for_shops = False

    @extend_schema(parameters=[SuggestionQuery], responses={200: SuggestionSerializer})
    def suggestion(self, request: Request) -> Response:
        """As the first rule says that takes it, else as its payee's last time, else as was learned from what is filed."""
        asked = self.asked()
        line = Line(asked.get("payee", ""), asked.get("note", ""), asked.get("amount", ZERO), asked.get("account"))
        found = get_guess(self.business, Asked(line, asked.get("kind", ExpenseKind.EXPENSE)))
        return self.shown(found or {})
