"""One typed line, and what is told while typing."""

import pytest

from expenses.models import Expense, Payee
from tests.factories import MemberFactory
from tests.factories.expenses import budget, category, entered, spend
from tests.people import client_of


def html(response):
    return " ".join(response.content.decode().split())


def test_a_line_fills_the_form_and_records_nothing(logged_in, member):
    eating_out = category(member, "Eating out")
    Payee.objects.create(business=member.business, name="Cafe", category=eating_out)

    page = logged_in.get("/expenses/", {"line": "12.50 lunch @cafe #team yesterday"})

    form = page.context["form"]
    shown = [str(form[name].value()) for name in ("amount", "payee", "spent_on", "tags", "note", "category")]
    assert shown == ["12.50", "Cafe", "2026-03-03", "team", "lunch", str(eating_out.pk)]
    assert "The category is the one of last time" in html(page)
    assert not Expense.objects.exists()


def test_typing_fetches_the_form_alone(logged_in, member):
    budget(member, 100, category=category(member))

    part = logged_in.get("/expenses/", {"line": "12.50 groceries"}, headers={"HX-Request": "true"})

    assert "leaves £87.50 of Food" in html(part)
    assert "<html" not in html(part)


@pytest.mark.parametrize("line", ["", "lunch", "@", "12.50 " * 80, "\x00", "1,234"])
def test_any_line_gives_a_page(line, logged_in):
    assert logged_in.get("/expenses/", {"line": line}).status_code == 200


def test_a_line_without_an_amount_says_so(logged_in):
    assert "No amount yet" in html(logged_in.get("/expenses/", {"line": "1,234 lunch"}))


def test_an_american_book_reads_the_month_first(member, logged_in):
    type(member.business).objects.filter(pk=member.business_id).update(country="US")

    page = logged_in.get("/expenses/", {"line": "5 02/03"})

    assert page.context["form"]["spent_on"].value() == "2026-02-03"


def test_while_typing_it_says_what_is_left_or_over_and_what_may_be_doubled(logged_in, member):
    budget(member, 20)
    spend(member, "12.50", payee="Fennel")

    over = html(logged_in.get("/expenses/check/", entered(member)))
    left = html(logged_in.get("/expenses/check/", entered(member, amount="5")))
    nothing_yet = html(logged_in.get("/expenses/check/", entered(member, amount="")))

    assert "takes Food £5.00 over" in over
    assert "The same amount on 4 March at Fennel" in over
    assert "leaves £2.50 of Food" in left
    assert nothing_yet == ""


@pytest.mark.parametrize("currency", ["GBP", "USD"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_a_sentence_while_typing_and_when_sent(day, currency, logged_in, member):
    budget(member, 20)
    typed = entered(member, spent_on=day, currency=currency)

    shown, sent = logged_in.get("/expenses/check/", typed), logged_in.post("/expenses/", typed)

    assert "Choose a day after 1970 and before 9000" in html(shown)
    assert "after 1970" in str(sent.context["form"].errors["spent_on"])


def test_a_changed_expense_is_not_counted_twice_while_typing(logged_in, member):
    budget(member, 20)
    expense = spend(member, "12.50").expense

    page = html(logged_in.get("/expenses/check/", entered(member, amount="15", expense=expense.pk)))

    assert "leaves £5.00 of Food" in page
    assert "Twice?" not in page


def test_a_refund_gives_back_while_typing(logged_in, member):
    budget(member, 20)
    origin = spend(member, "12.50").expense
    sent = entered(member, amount="2.50", refund_of=origin.pk)
    del sent["kind"]

    assert "leaves £10.00 of Food" in html(logged_in.get("/expenses/check/", sent))


@pytest.mark.parametrize("name", ["expense", "refund_of"])
def test_another_book_s_expense_tells_nothing_while_typing(name, member):
    theirs = client_of(MemberFactory(role="owner"))

    for pk in (spend(member, 5).expense.pk, "x"):
        assert theirs.get("/expenses/check/", {name: pk}).status_code == 404


@pytest.mark.parametrize(("line", "begins_at"), [("12.50 lunch", "Save"), ("lunch", 'name="amount"')])
def test_a_line_that_was_read_leads_to_saving_or_to_what_it_lacks(line, begins_at, logged_in, member):
    page = html(logged_in.get("/expenses/", {"line": line, "read": "1"}))

    (place,) = [piece for piece in page.split("<") if "autofocus" in piece]
    assert begins_at in place
