"""Shapes of expenses and budgets. Names are those of the API, and they stay."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from common import money
from common.api.fields import Amount, Day, Flag, Id, Moment, Number, Rate, Ref, Text, Whole, many, plain
from common.api.views import Query
from common.fields import COST_PLACES, LARGEST_AMOUNT, MONEY_PLACES
from expenses.models import Account, Expense, ExpenseCategory, ExpenseKind, ExpenseState, Tag
from expenses.models.budget import Mode
from expenses.periods import CarryOver, Every
from expenses.positions import State

MOST_SPLITS = 100
MOST_TAGS = 20
MOST_THRESHOLDS = 5
MOST_PERIODS = 60


class Versioned(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text="What was read. Without it the last write wins.")


class ExpenseCategorySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    name = Text(max_length=80)
    parent = Ref(ExpenseCategory, required=False, allow_null=True)  # type: ignore[assignment]
    is_active = Flag(required=False)


class SplitSerializer(serializers.Serializer[Any]):
    category = Ref(ExpenseCategory)
    amount = Amount(above_zero=True)
    note = Text(required=False, allow_blank=True, max_length=255)


class SplitOut(SplitSerializer):
    """A refund's splits are negative: they give back to their category."""

    amount = Amount(least=-LARGEST_AMOUNT)


class Tags(serializers.ListField):
    child = Text(max_length=40)

    def get_attribute(self, instance: Any) -> list[str]:
        return sorted(tag.name for tag in instance.tags.all())


class PeriodSerializer(serializers.Serializer[Any]):
    to = Day(source="last", help_text="The last day, included.")

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language and no name for an attribute."""
        return {"from": Day(source="first", help_text="The first day.")} | super().get_fields()


class PositionSerializer(serializers.Serializer[Any]):
    """left = limit + carried − spent − committed."""

    id = serializers.IntegerField(source="budget.pk")
    name = serializers.CharField(source="budget.name")
    period = PeriodSerializer(source="position.period")
    limit = Amount(source="position.limit")
    carried = Amount(source="position.carried", least=-LARGEST_AMOUNT)
    spent = Amount(source="position.spent", least=-LARGEST_AMOUNT)
    committed = Amount(source="position.committed")
    left = Amount(source="position.left", least=-LARGEST_AMOUNT)
    state = serializers.ChoiceField([state.value for state in State], source="position.state.value")


class ForeignAmount(Number):
    """Money in another currency, with that currency's places."""

    def __init__(self, **kwargs: Any) -> None:
        options: dict[str, Any] = {"least": 0, "most": LARGEST_AMOUNT, "allow_null": True}
        super().__init__(**options | kwargs)

    def places(self) -> int:
        return MONEY_PLACES

    def get_attribute(self, instance: Any) -> Decimal | None:
        amount: Decimal | None = instance.foreign_amount
        return None if amount is None else money.rounded(amount, instance.foreign_currency)

    def to_representation(self, value: Decimal) -> str:
        return f"{value:f}"


class ExchangeRateValue(ForeignAmount):
    examples = ("0.7913",)

    def places(self) -> int:
        return COST_PLACES

    def get_attribute(self, instance: Any) -> Decimal | None:
        rate: Decimal | None = instance.rate
        return rate

    def to_representation(self, value: Decimal) -> str:
        return plain(value)


class ExpenseSerializer(Versioned):
    kind = serializers.ChoiceField(ExpenseKind.choices, required=False)
    spent_on = Day()
    amount = Amount(above_zero=True, required=False, help_text="Needed, unless it follows from `foreign_amount` and a rate.")
    foreign_amount = ForeignAmount(required=False, above_zero=True)
    foreign_currency = Text(required=False, allow_blank=True, max_length=3, help_text="Three letters.")
    rate = ExchangeRateValue(
        required=False,
        above_zero=True,
        help_text="One unit in the business's currency. Without it and without `amount`: the latest known, at most 31 days old.",
    )
    category = Ref(ExpenseCategory, help_text="Of the first split, where it is split.")
    payee = Text(required=False, allow_blank=True, max_length=120)
    account = Ref(Account, required=False, allow_null=True)
    note = Text(required=False, allow_blank=True, max_length=255)
    tags = Tags(required=False, max_length=MOST_TAGS)
    splits = many(SplitSerializer, required=False, max_length=MOST_SPLITS)
    tax = Amount(required=False, help_text="Input tax contained in the amount.")
    tax_rate = Rate(required=False, write_only=True, help_text="Per cent: the tax is worked out from the amount.")
    refund_of = Ref(Expense, required=False, allow_null=True, help_text="The expense that a refund gives back.")
    confirmed = Flag(required=False, write_only=True, help_text="Record it although a budget asks first.")


class ExpenseOut(ExpenseSerializer):
    category = serializers.SerializerMethodField()  # type: ignore[assignment]
    payee = serializers.CharField(source="payee.name", default="")  # type: ignore[assignment]
    splits = SplitOut(many=True)  # type: ignore[assignment]
    state = serializers.ChoiceField(ExpenseState.choices, help_text="What is waiting for approval counts nowhere yet.")
    created_at = Moment()

    def get_category(self, expense: Any) -> int:
        return min(expense.splits.all(), key=lambda split: split.pk).category_id  # type: ignore[no-any-return]


class RecordedSerializer(ExpenseOut):
    """What a POST answers: with the budgets it touches, in the period that holds its day, and what it may double."""

    budgets = PositionSerializer(many=True)
    possible_duplicates = serializers.ListField(child=serializers.IntegerField())
    rate_on = Day(allow_null=True, help_text="The day whose known rate was used.")


class ExpenseQuery(Query):
    kind = serializers.ChoiceField(ExpenseKind.choices, required=False)
    state = serializers.ChoiceField(ExpenseState.choices, required=False)
    category = Id(required=False, help_text="It and all below it.")
    account = Id(required=False)
    refund_of = Id(required=False)
    payee = Text(required=False, max_length=120, help_text="Its whole name.")
    tag = Text(required=False, max_length=40)
    search = Text(required=False, max_length=200, help_text="Every word is a part of its payee, its note or a split's.")
    since = Day(required=False)
    until = Day(required=False, help_text="Included.")


class BudgetSerializer(Versioned):
    name = Text(max_length=80)
    category = Ref(ExpenseCategory, required=False, allow_null=True, help_text="It and all below it. Without any: everything.")
    tag = Ref(Tag, required=False, allow_null=True)
    account = Ref(Account, required=False, allow_null=True)
    amount = Amount()
    period = serializers.ChoiceField(Every.choices)
    starts_on = Day()
    ends_on = Day(required=False, allow_null=True, help_text="The last day; a custom period must have one.")
    carry_over = serializers.ChoiceField(CarryOver.choices, required=False)
    thresholds = serializers.ListField(
        child=Whole(min_value=1, max_value=1000), required=False, max_length=MOST_THRESHOLDS, help_text="Per cent."
    )
    mode = serializers.ChoiceField(Mode.choices, required=False)
    is_active = Flag(required=False)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        levels = [int(level) for level in instance.levels]
        return super().to_representation(_Listed(instance, levels))


class _Listed:
    """A budget whose thresholds are a list of numbers."""

    def __init__(self, budget: Any, thresholds: list[int]) -> None:
        self._budget = budget
        self.thresholds = thresholds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._budget, name)


class PositionQuery(Query):
    on = Day(required=False, help_text="Any day of the period; without it today.")


class HistoryQuery(PositionQuery):
    periods = Whole(required=False, min_value=1, max_value=MOST_PERIODS, help_text="12 unless it says otherwise.")


class PositionsSerializer(serializers.Serializer[Any]):
    positions = PositionSerializer(many=True)
