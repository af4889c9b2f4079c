import pytest

from expenses.models import Expense, FilingRule
from tests.factories import MemberFactory
from tests.factories.expenses import category, rule, spend
from tests.people import client_of


def entered(member, **values):
    given = {"name": "Shop", "payee_contains": "fennel", "category": category(member, "Home").pk, "is_active": "on"}
    return given | values


def test_a_rule_is_tried_on_the_form_and_nothing_is_saved(logged_in, member):
    spend(member, "5", payee="Fennel & Co")

    page = logged_in.post("/rules/new/", entered(member, **{"try": "1"})).content.decode()

    assert "It takes 1 past expense and would change 1" in page
    assert "Fennel &amp; Co" in page
    assert not FilingRule.objects.exists()


def test_saving_offers_the_past_expenses_and_one_word_applies_it(logged_in, member):
    spend(member, "5", payee="Fennel & Co")

    offered = logged_in.post("/rules/new/", entered(member), follow=True)
    made = FilingRule.objects.get()

    assert offered.redirect_chain == [(f"/rules/{made.pk}/past/", 302)]
    assert "Shop would change 1 past expense" in offered.content.decode()
    assert Expense.objects.get().splits.get().category.name == "Groceries"

    done = logged_in.post(f"/rules/{made.pk}/past/", {"expected": "1"}, follow=True).content.decode()
    assert "1 expense is filed by Shop" in done
    assert Expense.objects.get().splits.get().category.name == "Home"


def test_a_number_that_was_not_seen_is_refused_in_words(logged_in, member):
    spend(member, "5", payee="Fennel & Co")
    made = rule(member, category=category(member, "Home"))

    for expected in ("7", "", "all", "-1", "9" * 40):
        page = logged_in.post(f"/rules/{made.pk}/past/", {"expected": expected}).content.decode()
        assert "Meanwhile it is 1" in page
    assert Expense.objects.get().splits.get().category.name == "Groceries"


def test_with_nothing_to_change_saving_goes_back_to_the_list(logged_in, member):
    assert logged_in.post("/rules/new/", entered(member)).url == "/rules/"


@pytest.mark.parametrize("number", ["0", "2", "99", "x", ""])
def test_any_page_of_a_trial_is_a_page(number, logged_in, member):
    for _ in range(26):
        spend(member, "5", payee="Fennel")

    response = logged_in.post("/rules/new/", entered(member, **{"try": number}))

    assert response.status_code == 200
    assert f"Page {response.context['page'].number} of 2" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("payee_contains", "", "Say what to look for"),
        ("least", "few", "Enter a number"),
        ("most", "1.005", "at most 2 decimal places"),
        ("category", "999999", "Select a valid choice"),
        ("name", "", "required"),
        ("add_tags", "x" * 41, "at most 20 tags"),
    ],
)
@pytest.mark.parametrize("button", [{}, {"try": "1"}])
def test_bad_input_is_told_at_its_field_whichever_button(button, field, value, sentence, logged_in, member):
    response = logged_in.post("/rules/new/", entered(member, **{field: value}) | button)

    assert response.status_code == 200
    assert sentence in str(response.context["form"].errors[field])


def test_a_name_that_is_taken_is_told(logged_in, member):
    rule(member)

    assert "already" in str(logged_in.post("/rules/new/", entered(member)).context["form"].errors["name"])


def test_rules_are_listed_moved_changed_and_deleted(logged_in, member):
    first, last = rule(member, name="First"), rule(member, name="Last")
    logged_in.post(f"/rules/{last.pk}/move/", {"to": "1"})
    logged_in.post(f"/rules/{first.pk}/", entered(member, name="Second"))

    assert [one.name for one in logged_in.get("/rules/").context["rules"]] == ["Last", "Second"]

    logged_in.post(f"/rules/{first.pk}/delete/")
    assert [one.name for one in FilingRule.objects.all()] == ["Last"]


def test_the_address_fills_a_new_rule_in(logged_in, member):
    home = category(member, "Home").pk

    page = logged_in.get(f"/rules/new/?payee_contains=Fennel&category={home}")

    assert page.context["form"]["name"].value() == "Fennel"
    assert f'value="{home}" selected' in page.content.decode()


def test_a_viewer_sees_rules_and_touches_none(viewer):
    one, client = rule(viewer), client_of(viewer)

    assert "New rule" not in client.get("/rules/").content.decode()
    for path in ("new/", f"{one.pk}/", f"{one.pk}/past/", f"{one.pk}/move/", f"{one.pk}/delete/"):
        assert client.post(f"/rules/{path}", {}).status_code == 403


def test_a_personal_book_has_rules_too(db):
    person = MemberFactory(role="owner", business__kind="personal")

    assert client_of(person).get("/rules/").status_code == 200


@pytest.mark.parametrize("count", [1, 20])
def test_pages_cost_the_same_at_any_length(count, logged_in, member, django_assert_max_num_queries):
    for n in range(count):
        rule(member, name=f"Rule {n}", category=category(member, f"Category {n}"))
        spend(member, "5", payee="Fennel", tags=["team"])
    logged_in.get("/rules/")

    with django_assert_max_num_queries(6):
        logged_in.get("/rules/")
    with django_assert_max_num_queries(14):
        logged_in.get(f"/rules/{FilingRule.objects.in_order()[0].pk}/past/")
