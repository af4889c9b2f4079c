import pytest

from tests.factories import MemberFactory
from tests.factories.expenses import TODAY, spend
from tests.factories.money import account, transfer
from tests.people import api_of

BASE = "/api/v1"


@pytest.fixture
def bank(owner):
    return account(owner, "Bank", 100)


@pytest.fixture
def cash(owner):
    return account(owner, "Cash", 5, kind="cash")


def move(bank, cash, **values):
    return {"source": bank.pk, "target": cash.pk, "amount": "30.00", "moved_on": "2026-03-02"} | values


def test_an_account_is_opened_today_unless_told_otherwise(api, owner):
    answer = api.post(f"{BASE}/accounts/", {"name": "Bank", "opening_balance": "-12.50"})

    assert answer.status_code == 201
    assert answer.json() == {
        "id": answer.json()["id"],
        "version": 1,
        "name": "Bank",
        "kind": "bank",
        "opening_balance": "-12.50",
        "opened_on": "2026-03-04",
        "is_active": True,
        "balance": "-12.50",
    }


def test_a_balance_is_read_and_never_written(api, owner, bank):
    spend(owner, 30, account=bank)

    answer = api.patch(f"{BASE}/accounts/{bank.pk}/", {"name": "Main", "balance": "999.00", "version": 1})

    assert (answer.status_code, answer.json()["balance"], answer.json()["version"]) == (200, "70.00", 2)


def test_an_account_is_closed_and_never_deleted(api, bank):
    assert api.delete(f"{BASE}/accounts/{bank.pk}/").status_code == 405

    api.patch(f"{BASE}/accounts/{bank.pk}/", {"is_active": False})

    assert api.get(f"{BASE}/accounts/?is_active=true").json()["results"] == []
    assert [row["name"] for row in api.get(f"{BASE}/accounts/?kind=bank").json()["results"]] == ["Bank"]


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("name", "", 400),
        ("kind", "sock", 400),
        ("opening_balance", "0.005", 400),
        ("opening_balance", "much", 400),
        ("opened_on", "1900-01-01", 400),
        ("name", "Cash", 409),
    ],
)
def test_a_bad_account_is_named_at_its_field(field, value, status, api, cash):
    answer = api.post(f"{BASE}/accounts/", {"name": "Bank", field: value})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)


def test_a_transfer_is_recorded_changed_and_deleted(api, bank, cash):
    made = api.post(f"{BASE}/transfers/", move(bank, cash)).json()
    assert (made["amount"], made["is_source_reconciled"], made["is_target_reconciled"]) == ("30.00", False, False)

    changed = api.patch(f"{BASE}/transfers/{made['id']}/", {"amount": "20.00", "version": 1})
    assert (changed.json()["amount"], changed.json()["source"]) == ("20.00", bank.pk)
    assert api.get(f"{BASE}/accounts/{cash.pk}/").json()["balance"] == "25.00"
    stale = api.patch(f"{BASE}/transfers/{made['id']}/", {"amount": "10.00", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")

    assert api.delete(f"{BASE}/transfers/{made['id']}/").status_code == 204
    assert api.get(f"{BASE}/accounts/{cash.pk}/").json()["balance"] == "5.00"


def test_the_same_key_moves_money_once(api, bank, cash):
    for _ in range(2):
        answer = api.post(f"{BASE}/transfers/", move(bank, cash), headers={"Idempotency-Key": "one"})
        assert answer.status_code == 201

    assert api.get(f"{BASE}/accounts/{cash.pk}/").json()["balance"] == "35.00"


@pytest.mark.parametrize(
    ("field", "value"), [("amount", "0"), ("amount", "0.005"), ("moved_on", "soon"), ("source", 999999), ("target", None)]
)
def test_a_bad_transfer_is_named_at_its_field(field, value, api, bank, cash):
    answer = api.post(f"{BASE}/transfers/", move(bank, cash, **{field: value}))

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_transfer_to_the_same_account_is_refused_at_its_target(api, bank):
    answer = api.post(f"{BASE}/transfers/", move(bank, bank))

    assert (answer.status_code, answer.json()["code"], answer.json()["errors"][0]["field"]) == (400, "same_account", "target")


def test_transfers_are_filtered_by_either_side_and_days(api, owner, bank, cash):
    card = account(owner, "Card", kind="card")
    transfer(owner, bank, cash, 1)
    transfer(owner, cash, card, 2)

    def amounts(query):
        return [row["amount"] for row in api.get(f"{BASE}/transfers/?{query}").json()["results"]]

    assert amounts(f"account={cash.pk}") == ["2.00", "1.00"]
    assert amounts(f"account={bank.pk}") == ["1.00"]
    assert amounts(f"since={TODAY}&until={TODAY}&ordering=moved_on") == ["1.00", "2.00"]
    assert amounts("until=2026-01-01") == []


def test_another_book_s_account_takes_part_in_no_transfer(bank, cash):
    stranger = MemberFactory(role="owner")
    mine = account(stranger, "Mine")

    for body in (move(bank, mine), move(mine, cash)):
        assert api_of(stranger).post(f"{BASE}/transfers/", body).status_code == 400


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("clerk", 403), ("manager", 201)])
def test_accounts_and_transfers_are_a_manager_s(role, status, owner, bank, cash):
    client = api_of(owner, role)

    assert client.post(f"{BASE}/accounts/", {"name": "Card"}).status_code == status
    assert client.post(f"{BASE}/transfers/", move(bank, cash)).status_code == status
    assert client.get(f"{BASE}/accounts/").status_code == 200


@pytest.mark.parametrize("count", [1, 20])
def test_lists_cost_the_same_at_any_length(count, api, owner, bank, django_assert_max_num_queries):
    for n in range(count):
        transfer(owner, bank, account(owner, f"Account {n}"), 1)
    api.get(f"{BASE}/accounts/")  # which notes the use of the key

    with django_assert_max_num_queries(5):
        assert len(api.get(f"{BASE}/accounts/").json()["results"]) == count + 1
    with django_assert_max_num_queries(2):
        assert len(api.get(f"{BASE}/transfers/").json()["results"]) == count
