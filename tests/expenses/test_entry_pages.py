"""Splits, foreign currency, tax, refunds and a budget's question, on the pages."""

from datetime import timedelta
from decimal import Decimal

import pytest

from expenses.models import Account, ExchangeRate, Expense
from expenses.services.record import Share
from tests.factories.expenses import TODAY, budget, category, entered, parts, spend

D = Decimal


def html(response):
    return " ".join(response.content.decode().split())


def test_a_payee_s_category_is_taken_where_none_is_chosen(logged_in, member):
    spend(member, 5, payee="Fennel", what=category(member, "Home"))

    logged_in.post("/expenses/", entered(member, category=""))
    unknown = logged_in.post("/expenses/", entered(member, category="", payee="Nobody"))

    assert Expense.objects.get(amount=D("12.50")).splits.get().category == category(member, "Home")
    assert "Choose a category" in str(unknown.context["form"].errors["category"])


def test_a_split_expense_is_recorded_and_comes_back_as_it_was(logged_in, member):
    food, home = category(member), category(member, "Home")
    rows = parts((food.pk, "10", "Rye"), (home.pk, "2.50", ""))
    logged_in.post("/expenses/", entered(member, **rows))
    expense = Expense.objects.get()

    form = logged_in.get(f"/expenses/{expense.pk}/").context["form"]
    logged_in.post(f"/expenses/{expense.pk}/", entered(member, note="For the team", **rows))

    first = form.rows.rows[0]
    assert [first[name].value() for name in first.fields] == [food.pk, "10", "Rye"]
    expense.refresh_from_db()
    assert [(s.category, s.amount, s.note) for s in expense.splits.order_by("pk")] == [(food, 10, "Rye"), (home, D("2.5"), "")]
    assert expense.note == "For the team"


def test_parts_that_do_not_add_up_are_told_at_the_parts_and_nothing_is_lost(logged_in, member):
    rows = parts((category(member).pk, "10", "Rye"), (category(member, "Home").pk, "2", ""))

    page = logged_in.post("/expenses/", entered(member, **rows))

    assert "The splits add up to 12.00 of 12.50: 0.50 GBP is missing" in str(page.context["form"].errors["splits"])
    assert 'value="Rye"' in html(page)
    assert "The parts come to £12.00" in html(page)
    assert not Expense.objects.exists()


@pytest.mark.parametrize(("is_filed", "amount", "sentence"), [(False, "10", "Choose a category"), (True, "", "Enter an amount")])
def test_a_part_says_what_it_lacks(is_filed, amount, sentence, logged_in, member):
    row = (category(member).pk if is_filed else "", amount, "")

    page = logged_in.post("/expenses/", entered(member, **parts(row)))

    assert sentence in html(page)
    assert not Expense.objects.exists()


def test_a_part_is_added_without_script_and_without_checking(logged_in, member):
    rows = parts((category(member).pk, "10", "Rye"), ("", "", ""))

    page = logged_in.post("/expenses/", entered(member, amount="", note="kept", add_row="1", **rows))

    form = page.context["form"]
    assert (len(form.rows.rows), form["note"].value(), form.rows.rows[0]["note"].value()) == (3, "kept", "Rye")
    assert not form.errors
    assert 'name="splits-2-amount"' in html(page)


def test_a_foreign_amount_says_at_which_day_s_rate(logged_in, member):
    ExchangeRate.objects.create(business=member.business, currency="USD", on=TODAY - timedelta(days=2), rate=D("0.79"))

    page = logged_in.post("/expenses/", entered(member, amount="20", currency="USD"), follow=True)

    assert "It is £15.80 at the rate of 2 March" in html(page)
    assert "US$20.00" in html(page)


def test_a_missing_rate_is_told_at_its_field(logged_in, member):
    page = logged_in.post("/expenses/", entered(member, currency="USD"))

    assert "no rate for USD" in str(page.context["form"].errors["rate"])
    assert page.context["form"].opens_more


def test_a_note_on_a_foreign_expense_changes_no_money(logged_in, member):
    food, home = category(member), category(member, "Home")
    abroad = {"foreign_amount": D(30), "foreign_currency": "USD", "rate": D("0.333333"), "tax": D(5)}
    expense = spend(member, 0, splits=[Share(food, D(10)), Share(home, D(20))], **abroad).expense
    stored = Expense.objects.filter(pk=expense.pk).values("amount", "tax", "rate", "foreign_amount")
    before = (stored.get(), list(expense.splits.order_by("pk").values_list("amount", flat=True)))

    form = logged_in.get(f"/expenses/{expense.pk}/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name not in {"splits", "confirmed"}} | {"note": "Taxi"}
    for row in form.rows:
        sent |= {row.add_prefix(name): row[name].value() or "" for name in row.fields}
    logged_in.post(f"/expenses/{expense.pk}/", sent)

    assert Expense.objects.get().note == "Taxi"
    assert (stored.get(), list(expense.splits.order_by("pk").values_list("amount", flat=True))) == before


def test_input_tax_is_entered_as_an_amount_or_a_rate(logged_in, member):
    logged_in.post("/expenses/", entered(member, tax="2.08"))
    logged_in.post("/expenses/", entered(member, tax_rate="20", amount="24"))
    both = logged_in.post("/expenses/", entered(member, tax="2", tax_rate="20"))

    assert [expense.tax for expense in Expense.objects.order_by("pk")] == [D("2.08"), 4]
    assert "not both" in str(both.context["form"].errors["tax_rate"])


def test_a_budget_that_asks_is_answered_by_one_button_and_nothing_is_lost(logged_in, member):
    budget(member, 10, mode="ask")
    rows = parts((category(member).pk, "10", "Rye"), (category(member).pk, "2.50", ""))
    key = logged_in.get("/expenses/").context["form"]["key"].value()
    sent = entered(member, key=key, note="For the team", tags="team", **rows)

    asked = logged_in.post("/expenses/", sent)
    assert not Expense.objects.exists()
    logged_in.post("/expenses/", sent | {"confirmed": "on"})

    page = html(asked)
    assert "This takes Food £2.50 over its limit" in page
    assert '<button class="btn" name="confirmed" value="on">Record it all the same</button>' in page
    assert all(f'value="{kept}"' in page for kept in ("12.50", "For the team", "team", "Rye", key))
    assert Expense.objects.get().splits.count() == 2


def test_a_refund_is_filled_in_from_its_expense_and_never_exceeds_it(logged_in, member):
    cash = Account.objects.create(business=member.business, name="Cash", opened_on=TODAY)
    origin = spend(member, 30, TODAY - timedelta(days=3), payee="Fennel", account=cash, tags=["team"]).expense
    spend(member, 10, kind="refund", refund_of=origin)
    url = f"/expenses/{origin.pk}/refund/"

    form = logged_in.get(url).context["form"]
    sent = {name: form[name].value() for name in ("amount", "payee", "category", "account", "tags", "spent_on")}
    more = logged_in.post(url, sent | {"amount": "20.01"})
    logged_in.post(url, sent)

    assert list(sent.values()) == ["20", "Fennel", category(member).pk, cash.pk, "team", TODAY]
    assert "at most 20.00 is left" in str(more.context["form"].errors["amount"])
    refund = Expense.objects.filter(refund_of=origin).latest("pk")
    assert (refund.kind, refund.amount, refund.spent_on) == ("refund", 20, TODAY)
    assert "All of it was given back" in html(logged_in.get(f"/expenses/{origin.pk}/"))
    assert f"/expenses/{origin.pk}/" in html(logged_in.get(f"/expenses/{refund.pk}/"))


def test_only_an_expense_can_be_refunded_on_its_page(logged_in, member):
    income = spend(member, 30, kind="income").expense

    assert logged_in.get(f"/expenses/{income.pk}/refund/").status_code == 404


def test_a_change_of_a_refund_keeps_what_it_gives_back(logged_in, member):
    origin = spend(member, 30).expense
    refund = spend(member, 10, kind="refund", refund_of=origin).expense

    logged_in.post(f"/expenses/{refund.pk}/", entered(member, amount="12", kind="refund"))

    refund.refresh_from_db()
    assert (refund.amount, refund.refund_of) == (12, origin)


@pytest.mark.parametrize(("filled", "is_open"), [({}, False), (parts(("", "3", "")), True)])
def test_a_refused_expense_opens_its_parts_only_where_they_are_used(filled, is_open, logged_in, member):
    empty = parts(("", "", ""), ("", "", ""))

    page = logged_in.post("/expenses/", entered(member, amount="x") | empty | filled).content.decode()

    opened = page[: page.index("Split it over several categories")].rpartition("<details")[2]
    assert (" open" in opened) is is_open
