import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.models import AuditEntry
from common.errors import DomainError, StaleVersion
from expenses.models import Transfer
from expenses.queries import get_balances, get_net_worth, get_positions
from expenses.services.accounts import save_account
from expenses.services.transfers import (
    AccountClosed,
    Move,
    SameAccount,
    TransferIsReconciled,
    delete_transfer,
    record_transfer,
    update_transfer,
)
from tests.factories import NOW
from tests.factories.expenses import TODAY, budget
from tests.factories.money import account, transfer

D = Decimal


@pytest.fixture
def bank(member):
    return account(member, "Bank", 100)


@pytest.fixture
def cash(member):
    return account(member, "Cash", 5, kind="cash")


def test_a_transfer_moves_money_and_changes_neither_net_worth_nor_spending(member, bank, cash):
    limit = budget(member, 50, account=bank)

    transfer(member, bank, cash, 30)

    assert get_balances(member.business) == {bank.pk: 70, cash.pk: 35}
    assert get_net_worth(member.business, TODAY) == 105
    assert get_positions(member.business, [limit], TODAY)[0].position.spent == 0


def test_a_change_and_a_deletion_stay_on_record(member, bank, cash):
    moved = transfer(member, bank, cash, 30)

    update_transfer(transfer=moved, by=member, move=Move(cash, bank, D(4), TODAY, "Back"), at=NOW, version=1)
    assert get_balances(member.business) == {bank.pk: 104, cash.pk: 1}
    delete_transfer(transfer=moved, by=member, at=NOW)

    assert get_balances(member.business) == {bank.pk: 100, cash.pk: 5}
    changed = json.loads(AuditEntry.objects.get(action="transfer changed").after)
    assert changed == {"source": cash.pk, "target": bank.pk, "amount": "4", "note": "Back"}
    assert json.loads(AuditEntry.objects.get(action="transfer deleted").before)["note"] == "Back"


def test_from_an_account_to_itself_nothing_moves(member, bank):
    with pytest.raises(SameAccount) as refusal:
        transfer(member, bank, bank, 30)

    assert refusal.value.field == "target"
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("amount", ["0", "-1", "0.005", "1e12", "NaN"])
def test_an_amount_that_cannot_be_is_refused(amount, member, bank, cash):
    with pytest.raises(DomainError) as refusal:
        transfer(member, bank, cash, amount)

    assert refusal.value.field == "amount"


@pytest.mark.parametrize("on", [date(1969, 12, 31), date(9001, 1, 1)])
def test_a_day_outside_the_books_is_refused_at_its_field(on, member, bank, cash):
    with pytest.raises(DomainError) as refusal:
        transfer(member, bank, cash, 3, on)

    assert refusal.value.field == "moved_on"


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_closed_account_takes_part_in_no_new_transfer(side, member, bank, cash):
    move, kept = Move(bank, cash, D(3), TODAY), transfer(member, bank, cash, 3)
    save_account(account=getattr(move, side), by=member, at=NOW, values={"is_active": False})

    with pytest.raises(AccountClosed) as refusal:
        record_transfer(by=member, move=move, at=NOW)

    assert refusal.value.field == side
    assert update_transfer(transfer=kept, by=member, move=replace(move, amount=D(4)), at=NOW).amount == 4


def test_a_clerk_moves_no_money(clerk, bank, cash):
    with pytest.raises(DomainError, match="what moves between them"):
        record_transfer(by=clerk, move=Move(bank, cash, D(3), TODAY), at=NOW)


def test_of_two_who_read_the_same_version_the_second_is_refused(member, bank, cash):
    moved, move = transfer(member, bank, cash, 3), Move(bank, cash, D(4), TODAY)
    update_transfer(transfer=moved, by=member, move=move, at=NOW, version=1)

    with pytest.raises(StaleVersion):
        update_transfer(transfer=moved, by=member, move=replace(move, amount=D(5)), at=NOW, version=1)


@pytest.mark.parametrize("side", ["is_source_reconciled", "is_target_reconciled"])
def test_a_reconciled_transfer_changes_its_note_alone(side, member, bank, cash):
    moved = transfer(member, bank, cash, 3)
    Transfer.objects.update(**{side: True})
    same = Move(bank, cash, D(3), TODAY, "For the float")

    for field, other in [
        ("amount", replace(same, amount=D(4))),
        ("moved_on", replace(same, moved_on=TODAY - timedelta(days=1))),
        ("source", replace(same, source=account(member, "Card"))),
    ]:
        with pytest.raises(TransferIsReconciled) as refusal:
            update_transfer(transfer=Transfer.objects.get(), by=member, move=other, at=NOW)
        assert refusal.value.field == field
    with pytest.raises(TransferIsReconciled):
        delete_transfer(transfer=moved, by=member, at=NOW)
    update_transfer(transfer=moved, by=member, move=same, at=NOW)

    kept = Transfer.objects.get()
    assert (kept.note, kept.amount, getattr(kept, side)) == ("For the float", 3, True)
