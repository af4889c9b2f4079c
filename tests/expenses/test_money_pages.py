from datetime import timedelta

import pytest

from expenses.models import Account, Expense, Reconciliation, Transfer
from tests.factories import MemberFactory
from tests.factories.expenses import TODAY, category, spend
from tests.factories.money import account, transfer
from tests.people import client_of


@pytest.fixture
def bank(member):
    return account(member, "Bank", 100)


@pytest.fixture
def cash(member):
    return account(member, "Cash", 5, kind="cash")


def moving(bank, cash, **values):
    return {"source": bank.pk, "target": cash.pk, "amount": "30", "moved_on": TODAY, "note": ""} | values


def statement(balance, **values):
    return {"statement_on": TODAY, "balance": balance, "all_until": "", "category": "", "do": "look"} | values


def page(client, url):
    return client.get(url).content.decode()


def test_an_empty_book_says_what_an_account_is_for(logged_in):
    assert "Add the first account" in page(logged_in, "/money/")


def test_the_list_says_what_one_has_in_all(logged_in, member, bank, cash):
    spend(member, 30, account=bank)
    spend(member, 9, TODAY + timedelta(days=1), account=bank)
    account(member, "Old card", 0, is_active=False)

    text = page(logged_in, "/money/")

    assert "You have £75.00 over 2 accounts" in text
    assert "Closed" in text


def test_an_account_is_opened_changed_and_closed_on_its_form(logged_in):
    values = {"name": "Bank", "kind": "bank", "opening_balance": "−12,50", "opened_on": TODAY}
    logged_in.post("/money/new/", values)
    bank = Account.objects.get()
    assert (str(bank.opening_balance), bank.is_active) == ("-12.5000", True)

    logged_in.post(f"/money/{bank.pk}/edit/", values | {"name": "Main"})

    bank.refresh_from_db()
    assert (bank.name, bank.is_active) == ("Main", False)


def test_a_name_that_is_taken_is_told_at_its_field(logged_in, bank):
    values = {"name": "Bank", "kind": "bank", "opening_balance": "0", "opened_on": TODAY}

    answer = logged_in.post("/money/new/", values)

    assert "an account called Bank" in str(answer.context["form"].errors["name"])


def test_money_is_moved_once_changed_and_taken_back(logged_in, bank, cash):
    key = logged_in.get(f"/money/transfers/new/?from={bank.pk}").context["form"]["key"].value()
    for _ in range(2):
        assert logged_in.post("/money/transfers/new/", moving(bank, cash, key=key)).status_code == 302
    again = logged_in.post("/money/transfers/new/", moving(bank, cash, key=key, amount="31"))
    assert "This was recorded already" in again.content.decode()

    moved = Transfer.objects.get()
    logged_in.post(f"/money/transfers/{moved.pk}/", moving(bank, cash, amount="12"))
    assert Transfer.objects.get().amount == 12
    logged_in.post(f"/money/transfers/{moved.pk}/delete/")

    assert not Transfer.objects.exists()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("target", {"target": None}),
        ("amount", {"amount": "0"}),
        ("amount", {"amount": "x"}),
        ("moved_on", {"moved_on": "1900-01-01"}),
    ],
)
def test_a_bad_transfer_is_told_at_its_field(field, values, logged_in, bank, cash):
    if values == {"target": None}:
        values = {"target": bank.pk}

    answer = logged_in.post("/money/transfers/new/", moving(bank, cash, **values))

    assert answer.context["form"].errors[field]
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("asked", ["", "?from=x", "?from=999999", "?from=٣"])
def test_the_form_opens_whatever_account_is_asked_for(asked, logged_in, bank, cash):
    assert logged_in.get(f"/money/transfers/new/{asked}").status_code == 200


def test_it_takes_two_accounts_to_move_money(logged_in, bank):
    assert "It takes two accounts" in page(logged_in, "/money/transfers/new/")


def test_an_account_s_page_lists_what_moved_it_with_the_balance_after_each(logged_in, member, bank, cash):
    spend(member, 30, account=bank, payee="Fennel")
    transfer(member, bank, cash, 20)

    text = page(logged_in, f"/money/{bank.pk}/")

    assert "Bank: £50.00" in text
    assert text.index("To Cash") < text.index("Fennel") < text.index("Opening balance")
    assert "£70.00" in text


def test_an_account_s_page_is_filtered_by_days_and_paged(logged_in, member, bank):
    for n in range(60):
        spend(member, 1, TODAY - timedelta(days=n), account=bank, payee=f"Payee {n}.")

    first = logged_in.get(f"/money/{bank.pk}/")
    second = page(logged_in, f"/money/{bank.pk}/{first.context['page'].next_url}")
    some = page(logged_in, f"/money/{bank.pk}/?since={TODAY - timedelta(days=3)}&until={TODAY - timedelta(days=2)}")

    assert "Payee 49." in first.content.decode()
    assert "Payee 50." in second
    assert "Opening balance" in second
    assert ("Payee 2." in some, "Payee 3." in some, "Payee 1." in some, "Payee 4." in some) == (True, True, False, False)


@pytest.mark.parametrize("asked", ["?since=soon", "?until=9999-12-31", "?after=x", "?before=2026-02-30.1.1", "?since=0001-01-01"])
def test_any_address_of_an_account_gives_a_page(asked, logged_in, bank):
    assert "Opening balance" in page(logged_in, f"/money/{bank.pk}/{asked}")


def test_days_without_a_line_say_so(logged_in, bank):
    assert "Nothing moved it in these days" in page(logged_in, f"/money/{bank.pk}/?since={TODAY}")


def test_reconciling_shows_the_difference_until_it_is_none(logged_in, member, bank, cash):
    found, moved = spend(member, 30, account=bank).expense, transfer(member, bank, cash, 20)
    spend(member, 7, account=bank)
    url = f"/money/{bank.pk}/reconcile/"
    assert "Show what is open" in page(logged_in, url)

    looked = logged_in.post(url, statement("50", tick=[f"e{found.pk}"]))
    assert looked.context["standing"].difference == -20
    early = logged_in.post(url, statement("50", tick=[f"e{found.pk}"], do="finish"))
    assert "less than what is ticked" in str(early.context["form"].errors["balance"])
    done = logged_in.post(url, statement("50", tick=[f"e{found.pk}", f"t{moved.pk}", "x1"], do="finish"), follow=True)

    assert "Bank agrees with its statement of 4 March 2026." in done.content.decode()
    assert Reconciliation.objects.get().balance == 50


def test_the_difference_is_recorded_in_a_category_that_is_chosen(logged_in, member, bank):
    fees, url = category(member, "Fees"), f"/money/{bank.pk}/reconcile/"

    asked = logged_in.post(url, statement("97.50", do="settle"))
    assert "Choose the category" in str(asked.context["form"].errors["category"])
    logged_in.post(url, statement("97.50", do="settle", category=fees.pk))

    assert (Expense.objects.get().amount, Reconciliation.objects.count()) == (2.5, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [("statement_on", "soon"), ("statement_on", "1900-01-01"), ("balance", "x"), ("balance", "0.005"), ("all_until", "x")],
)
def test_a_bad_statement_is_told_at_its_field(field, value, logged_in, bank):
    answer = logged_in.post(f"/money/{bank.pk}/reconcile/", statement("100") | {field: value})

    assert answer.context["form"].errors[field]


def test_what_is_reconciled_is_let_go_again_by_a_button(logged_in, member, bank, cash):
    expense, moved = spend(member, 30, account=bank).expense, transfer(member, bank, cash, 20)
    logged_in.post(f"/money/{bank.pk}/reconcile/", statement("50", all_until=TODAY, do="finish"))

    refused = logged_in.post(f"/money/transfers/{moved.pk}/", moving(bank, cash, amount="12"))
    assert "agreed with a statement" in str(refused.context["form"].errors["amount"])
    kept = logged_in.post(f"/money/transfers/{moved.pk}/delete/", follow=True)
    assert "Un-reconcile it to delete it" in kept.content.decode()
    assert "Un-reconcile" in page(logged_in, f"/expenses/{expense.pk}/")
    logged_in.post(f"/money/transfers/{moved.pk}/unreconcile/")
    logged_in.post(f"/expenses/{expense.pk}/unreconcile/")

    assert not Transfer.objects.get().is_source_reconciled
    assert not Expense.objects.get().is_reconciled
    assert "Take back its reconciliations" in page(logged_in, f"/money/{bank.pk}/edit/")
    logged_in.post(f"/money/{bank.pk}/take-back/")
    assert not Reconciliation.objects.exists()


def test_others_look_and_change_nothing(viewer, bank, cash):
    client = client_of(viewer)

    assert "New account" not in page(client, "/money/")
    assert "Reconcile" not in page(client, f"/money/{bank.pk}/").replace("Not yet reconciled", "")
    for url in ("/money/new/", f"/money/{bank.pk}/edit/", f"/money/{bank.pk}/reconcile/", "/money/transfers/new/"):
        assert client.get(url).status_code == 403
    assert client.post("/money/transfers/new/", moving(bank, cash)).status_code == 403


def test_a_person_s_own_book_has_accounts_too(db):
    person = MemberFactory(role="owner", business__kind="personal")
    account(person, "Wallet", 12)

    assert "You have £12.00 over 1 account" in page(client_of(person), "/money/")


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize(("url", "most"), [("/money/", 8), ("/money/{}/", 13), ("/money/{}/reconcile/", 15)])
def test_pages_cost_the_same_at_any_length(url, most, count, logged_in, member, bank, django_assert_max_num_queries):
    for n in range(count):
        spend(member, 5, account=bank, payee="Fennel")
        transfer(member, bank, account(member, f"Account {n}"), 1)
    url = url.format(bank.pk)
    logged_in.get(url)

    with django_assert_max_num_queries(most):
        answer = logged_in.post(url, statement("100")) if "reconcile" in url else logged_in.get(url)
    assert answer.status_code == 200
