"""Shapes of accounts and of what moves between them."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from common.api.fields import Amount, Day, Flag, Id, Moment, Ref, Text
from common.api.views import Query
from common.fields import LARGEST_AMOUNT
from expenses.api.serializers import Versioned
from expenses.models import Account, AccountKind


class AccountSerializer(Versioned):
    name = Text(max_length=80)
    kind = serializers.ChoiceField(AccountKind.choices, required=False, help_text="`bank` unless told otherwise.")
    opening_balance = Amount(least=-LARGEST_AMOUNT, required=False, help_text="At the start of `opened_on`; below 0 for a debt.")
    opened_on = Day(required=False, help_text="Today unless told otherwise.")
    is_active = Flag(required=False, help_text="Off for a closed account; none is ever deleted.")


class BalanceField(Amount):
    """Derived from the ledger each time, of all accounts of the answer at once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"least": -LARGEST_AMOUNT, "read_only": True} | kwargs)

    def get_attribute(self, instance: Any) -> Decimal:
        balance: Decimal = self.context["balances"][instance.pk]
        return balance


class AccountOut(AccountSerializer):
    balance = BalanceField(help_text="Opening balance and all that is posted since, whatever its day.")


class AccountQuery(Query):
    kind = serializers.ChoiceField(AccountKind.choices, required=False)
    is_active = Flag(required=False)


class TransferSerializer(Versioned):
    source = Ref(Account, help_text="The account the money leaves.")  # type: ignore[assignment]
    target = Ref(Account, help_text="The account it comes to.")
    amount = Amount(above_zero=True)
    moved_on = Day()
    note = Text(required=False, allow_blank=True, max_length=255)


class TransferOut(TransferSerializer):
    is_source_reconciled = serializers.BooleanField(read_only=True)
    is_target_reconciled = serializers.BooleanField(read_only=True)
    created_at = Moment(read_only=True)


class TransferQuery(Query):
    account = Id(required=False, help_text="Whatever left it or came to it.")
    since = Day(required=False)
    until = Day(required=False, help_text="Included.")
