"""Receipts, approval and closed periods through the API."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from expenses.models import Attachment, Expense
from expenses.services.closing import close_books
from tests.factories import NOW
from tests.factories.expenses import category, spend
from tests.factories.papers import content, paper
from tests.people import api_of

BASE = "/api/v1/expenses"


@pytest.fixture
def waiting(clerk):
    return spend(clerk, 5).expense


def send(api, expense, body=None, name="bill.pdf", **headers):
    file = SimpleUploadedFile(name, content() if body is None else body)
    return api.post(f"{BASE}/{expense.pk}/receipts/", {"file": file}, format="multipart", **headers)


def test_a_receipt_is_sent_listed_fetched_and_removed(api, waiting):
    sent = send(api, waiting)

    kept = sent.json()
    assert sent.status_code == 201
    assert (kept["filename"], kept["content_type"], kept["size"]) == ("bill.pdf", "application/pdf", len(content()))
    address = f"{BASE}/{waiting.pk}/receipts/"
    assert api.get(address).json()["results"] == [kept]
    file = api.get(f"{address}{kept['id']}/")
    assert (b"".join(file.streaming_content), file["Content-Type"]) == (content(), "application/pdf")
    assert api.delete(f"{address}{kept['id']}/").status_code == 204
    assert Expense.objects.get() == waiting


def test_the_same_file_is_the_same_receipt_with_or_without_a_key(api, waiting):
    first = send(api, waiting, HTTP_IDEMPOTENCY_KEY="a")
    again, replay = send(api, waiting), send(api, waiting, HTTP_IDEMPOTENCY_KEY="a")
    other = send(api, waiting, content("png"), HTTP_IDEMPOTENCY_KEY="a")

    assert first.json() == again.json() == replay.json()
    assert replay["Idempotent-Replay"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("body", [b"", b"MZ", b"<svg/>"])
def test_a_bad_file_is_named_at_its_field(body, api, waiting):
    answer = send(api, waiting, body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")


def test_no_file_and_no_form_are_refused(api, waiting):
    address = f"{BASE}/{waiting.pk}/receipts/"

    assert api.post(address, {}, format="multipart").json()["errors"][0]["field"] == "file"
    assert api.post(address, {}, format="json").status_code == 415


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_at_any_length(count, api, owner, django_assert_max_num_queries):
    expense = spend(owner, 5).expense
    for n in range(count):
        paper(expense, owner, more=str(n).encode())
    api.get(f"{BASE}/{expense.pk}/receipts/")

    with django_assert_max_num_queries(4):
        assert len(api.get(f"{BASE}/{expense.pk}/receipts/").json()["results"]) == count


def test_what_a_clerk_posts_waits_and_the_list_can_ask_for_it(api, clerk):
    spend(clerk, 7)
    body = {"spent_on": "2026-03-02", "amount": "3.20", "category": category(clerk).pk}
    posted = api.post(f"{BASE}/", body).json()
    sent = api_of(clerk, "clerk").post(f"{BASE}/", body).json()

    assert (posted["state"], sent["state"]) == ("posted", "waiting")
    assert [row["amount"] for row in api.get(f"{BASE}/?state=waiting").json()["results"]] == ["7.00", "3.20"]
    assert [row["id"] for row in api.get(f"{BASE}/?state=posted").json()["results"]] == [posted["id"]]
    assert api.get(f"{BASE}/?state=refused").status_code == 400


def test_an_expense_is_approved(api, waiting):
    stale = api.post(f"{BASE}/{waiting.pk}/approve/", {"version": 7})
    done = api.post(f"{BASE}/{waiting.pk}/approve/", {"version": waiting.version})
    again = api.post(f"{BASE}/{waiting.pk}/approve/", {})

    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert (done.status_code, done.json()["state"]) == (200, "posted")
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")


def test_an_expense_is_refused(api, waiting):
    without = api.post(f"{BASE}/{waiting.pk}/refuse/", {})
    done = api.post(f"{BASE}/{waiting.pk}/refuse/", {"reason": "Private"})

    assert (without.status_code, without.json()["errors"][0]["field"]) == (400, "reason")
    assert done.status_code == 204
    assert not Expense.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("clerk", 403), ("manager", 200), ("owner", 200)])
def test_managers_and_above_approve(role, status, owner, waiting):
    assert api_of(owner, role).post(f"{BASE}/{waiting.pk}/approve/", {}).status_code == status


def test_a_manager_approves_not_their_own(member):
    member.business.approve_above = 1
    member.business.save()
    expense = spend(member, 5).expense

    answer = api_of(member, "manager").post(f"{BASE}/{expense.pk}/approve/", {})

    assert (answer.status_code, answer.json()["code"]) == (403, "own_expense")


def test_a_closed_period_is_told_at_the_day(api, owner):
    close_books(by=owner, until=date(2026, 2, 28), at=NOW)
    body = {"spent_on": "2026-02-28", "amount": "3.20", "category": category(owner).pk}

    answer = api.post(f"{BASE}/", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "period_closed")
    assert answer.json()["errors"][0]["field"] == "spent_on"


def test_the_business_says_what_waits_and_what_is_closed(api, owner):
    close_books(by=owner, until=date(2026, 2, 28), at=NOW)

    shown = api.get("/api/v1/business/").json()
    assert (shown["closed_until"], shown["clerks_need_approval"], shown["approve_above"]) == ("2026-02-28", True, None)
    changed = api.patch("/api/v1/business/", {"approve_above": "250.00", "clerks_need_approval": False, "closed_until": None})
    assert (changed.json()["approve_above"], changed.json()["closed_until"]) == ("250.00", "2026-02-28")
    assert api.patch("/api/v1/business/", {"approve_above": "2.505"}).json()["errors"][0]["field"] == "approve_above"
    assert api.patch("/api/v1/business/", {"approve_above": None}).json()["approve_above"] is None


@pytest.mark.parametrize("role", ["viewer", "clerk", "manager"])
def test_only_an_owner_sets_what_waits(role, owner):
    assert api_of(owner, role).patch("/api/v1/business/", {"clerks_need_approval": False}).status_code == 403
