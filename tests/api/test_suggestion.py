import pytest

from tests.factories.expenses import category, rule
from tests.factories.unfiled import taught
from tests.people import api_of


def test_a_program_asks_for_a_suggestion(owner):
    taught(owner)
    rule(owner, text_contains="coal", category=category(owner, "Home"))
    api = api_of(owner)

    learned = api.get("/api/v1/expenses/suggestion/", {"payee": "Corner Bakery", "note": "bread", "amount": "4.20"}).json()
    by_rule = api.get("/api/v1/expenses/suggestion/", {"note": "coal"}).json()
    nothing = api.get("/api/v1/expenses/suggestion/").json()

    assert 50 <= int(learned.pop("confidence")) < 100
    assert learned == {"category": category(owner).pk, "name": "Groceries", "because": "learned", "rule": ""}
    home = category(owner, "Home").pk
    assert by_rule == {"category": home, "name": "Home", "because": "rule", "rule": "Shop", "confidence": None}
    assert nothing == {"category": None, "name": None, "because": None, "rule": "", "confidence": None}


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"amount": "1.005"}, "amount"), ({"amount": "1e30"}, "amount"), ({"payee": "a\0"}, "payee"), ({"kind": "x"}, "kind"),
     ({"account": "\u0661"}, "account"), ({"payee": "x" * 121}, "payee")],
)  # fmt: skip
def test_a_program_hears_what_cannot_be(asked, field, api):
    answer = api.get("/api/v1/expenses/suggestion/", asked)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
