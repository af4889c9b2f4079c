"""Who hears of what waits, and of what was refused."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert, AlertKind
from alerts.services import resolve, snooze
from audit.models import AuditEntry
from expenses.models import Expense, ExpenseState, Payee
from expenses.reconciling import Ticks, get_reconciled
from expenses.services.approval import ReasonMissing, refuse_expenses
from expenses.services.reconcile import DifferenceTooLarge, reconcile
from expenses.services.record import Entry, update_expense
from mail.models import OutboxMessage
from tests.factories import NOW
from tests.factories.expenses import TODAY, category, spend
from tests.factories.money import account


def refuse(by, *expenses, reason="No receipt"):
    return refuse_expenses(picked=dict.fromkeys(expense.pk for expense in expenses), reason=reason, by=by, at=NOW)


def test_those_who_can_approve_are_told_once_and_nobody_else(clerk, member, owner, viewer):
    expense = spend(clerk, 5, payee="O'Brien").expense
    update_expense(expense=expense, by=clerk, entry=Entry(TODAY, Decimal(6), category(clerk)), at=NOW)

    assert set(OutboxMessage.objects.values_list("to", flat=True)) == {member.user.email, owner.user.email}
    assert OutboxMessage.objects.count() == 2


def test_the_alert_says_what_the_expense_is_by_now(clerk, member):
    expense = spend(clerk, 5, payee="O'Brien").expense
    other = spend(clerk, 7, payee="Costa").expense
    entry = Entry(TODAY - timedelta(days=1), Decimal(60), category(clerk), payee="Fennel")

    update_expense(expense=expense, by=clerk, entry=entry, at=NOW)

    alerts = Alert.objects.filter(kind=AlertKind.APPROVAL).order_by("pk")
    assert [alert.subject for alert in alerts] == ["£60.00 at Fennel", "£7.00 at Costa"]
    assert alerts[0].message.endswith(f" for {entry.spent_on.day} {entry.spent_on:%B %Y}.")
    assert alerts[0].raised_at == NOW
    assert other.spent_on == TODAY


def test_a_snoozed_one_stays_snoozed_and_a_resolved_one_is_told_anew(clerk, member):
    expense = spend(clerk, 5).expense
    snooze(alert=Alert.objects.get(), by=member, until=NOW + timedelta(days=1), at=NOW)

    update_expense(expense=expense, by=clerk, entry=Entry(TODAY, Decimal(6), category(clerk)), at=NOW)
    assert [(alert.subject, alert.state) for alert in Alert.objects.all()] == [("£6.00", "snoozed")]

    resolve(alert=Alert.objects.get(), by=member, at=NOW)
    update_expense(expense=expense, by=clerk, entry=Entry(TODAY, Decimal(8), category(clerk)), at=NOW)
    assert [(alert.subject, alert.state) for alert in Alert.objects.order_by("pk")] == [("£6.00", "resolved"), ("£8.00", "open")]


def test_a_clerk_does_not_hear_of_it_whatever_they_chose(clerk):
    clerk.alert_preferences.create(kind=AlertKind.APPROVAL, channel="at_once")

    spend(clerk, 5)

    assert not OutboxMessage.objects.filter(to=clerk.user.email).exists()


def test_what_is_refused_is_gone_and_its_author_told_why(clerk, member):
    expense = spend(clerk, 5, payee="O'Brien").expense

    refuse(member, expense, reason="That was <private>")

    assert not Expense.objects.exists()
    mail = OutboxMessage.objects.get(to=clerk.user.email)
    assert (mail.kind, mail.subject) == ("expense_refused", "Refused: £5.00 at O'Brien")
    assert "Why: That was <private>" in mail.text
    assert "&lt;private&gt;" in mail.html
    told = AuditEntry.objects.get(action="expense refused")
    assert (told.reason, json.loads(told.before)["payee"], told.user_id) == ("That was <private>", "O'Brien", member.user_id)
    assert Payee.objects.filter(name="O'Brien").exists()


def test_a_refusal_needs_a_reason(clerk, member):
    with pytest.raises(ReasonMissing):
        refuse(member, spend(clerk, 5).expense, reason=" ")


def test_who_has_left_is_not_written_to(clerk, member):
    expense = spend(clerk, 5).expense
    clerk.is_active = False
    clerk.save()

    refuse(member, expense)

    assert not OutboxMessage.objects.filter(kind="expense_refused").exists()


def test_a_difference_that_would_wait_is_settled_by_an_owner_only(member, owner):
    """What waits agrees with no statement."""
    for person in (member, owner):
        person.business.approve_above = Decimal(50)
    bank = account(member, "Bank", 100)
    settling = {"account": bank, "on": TODAY, "balance": Decimal(40), "ticks": Ticks([], [], None), "at": NOW}

    with pytest.raises(DifferenceTooLarge, match="Let an owner reconcile it"):
        reconcile(by=member, difference_to=category(member), **settling)
    reconcile(by=owner, difference_to=category(owner), **settling)

    assert get_reconciled(bank) == 40


def test_what_agreed_with_a_statement_does_not_wait_again(clerk, member):
    expense = spend(clerk, 5).expense
    Expense.objects.update(state=ExpenseState.POSTED, approved_by=member, is_reconciled=True)

    entry = Entry(TODAY, Decimal(5), category(clerk), note="For the team")
    update_expense(expense=Expense.objects.get(pk=expense.pk), by=clerk, entry=entry, at=NOW)

    assert Expense.objects.get().state == ExpenseState.POSTED
