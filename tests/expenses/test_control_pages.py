"""Receipts, approval and closed books as people meet them."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Business
from expenses.models import Attachment, Expense
from expenses.services.closing import close_books
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import TODAY, budget, category, spend
from tests.factories.papers import content, paper
from tests.people import client_of

APPROVALS, BOOKS = "/expenses/to-approve/", "/settings/books/"
FEBRUARY = date(2026, 2, 28)


def seen(*expenses):
    return [f"{expense.pk}:{expense.version}" for expense in expenses]


def upload(name, body):
    return SimpleUploadedFile(name, body)


def text(response):
    return response.content.decode()


def test_receipts_are_added_shown_and_removed(logged_in, member):
    expense = spend(member, 5).expense
    address = f"/expenses/{expense.pk}/"

    files = [upload("bill.pdf", content()), upload("photo.jpg", content("jpg"))]
    added = logged_in.post(f"{address}receipts/", {"file": files}, follow=True)
    assert "2 receipts are kept." in text(added)
    bill, photo = Attachment.objects.order_by("pk")
    assert f"{address}receipts/{photo.pk}/" in text(added)

    removed = logged_in.post(f"{address}receipts/{bill.pk}/delete/", follow=True)
    assert "bill.pdf is removed" in text(removed)
    assert Attachment.objects.get() == photo
    assert Expense.objects.get() == expense


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "Choose a file."),
        ([("bill.pdf", b"MZ")], "bill.pdf is no PDF"),
        ([("bill.pdf", b"")], "bill.pdf is no PDF"),
        ([("x" * 300 + ".pdf", b"%PDF-")], "is kept"),
    ],
)
def test_a_bad_file_is_told_in_a_sentence(files, sentence, logged_in, member):
    expense = spend(member, 5).expense

    answer = logged_in.post(f"/expenses/{expense.pk}/receipts/", {"file": [upload(*each) for each in files]}, follow=True)

    assert sentence in text(answer)


@pytest.mark.parametrize(("kind", "way"), [("pdf", "attachment"), ("heic", "attachment"), ("png", "inline"), ("jpg", "inline")])
def test_a_picture_is_shown_and_all_else_is_kept(kind, way, viewer, member):
    expense = spend(member, 5).expense
    found = paper(expense, member, kind=kind, name=f'Bäcker "1".{kind}')

    answer = client_of(viewer).get(f"/expenses/{expense.pk}/receipts/{found.pk}/")

    assert b"".join(answer.streaming_content) == content(kind)
    assert answer["Content-Type"] == found.content_type
    assert answer["Content-Disposition"].startswith(f"{way}; filename*=utf-8''B%C3%A4cker")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_file_that_is_gone_from_the_store_is_not_there(logged_in, member):
    expense = spend(member, 5).expense
    found = paper(expense, member)
    default_storage.delete(found.file)

    assert logged_in.get(f"/expenses/{expense.pk}/receipts/{found.pk}/").status_code == 404


def test_a_receipt_is_found_under_its_own_expense_only(logged_in, member):
    expense, other = spend(member, 5).expense, spend(member, 6).expense
    found = paper(expense, member)

    assert logged_in.get(f"/expenses/{other.pk}/receipts/{found.pk}/").status_code == 404


def test_a_clerk_is_told_that_it_waits(clerk):
    values = {"amount": "12.50", "category": category(clerk).pk, "spent_on": TODAY, "kind": "expense", "payee": "Fennel"}

    answer = client_of(clerk).post("/expenses/", values, follow=True)

    assert "waits for approval" in text(answer)
    assert "Waits</span>" in text(answer)
    assert "waits for approval" in text(client_of(clerk).get(f"/expenses/{Expense.objects.get().pk}/"))


def test_the_page_says_what_each_would_do_to_its_budget(logged_in, member, clerk):
    budget(member, 100)
    bread = category(member, "Bread", category(member))
    budget(member, 20, name="Bread", category=bread)
    spend(member, 60)
    spend(clerk, 30, what=bread, payee="Kiln & Crumb")

    page = text(logged_in.get(APPROVALS))

    assert "Food: £40.00 left now, £10.00 left with it" in page
    assert "Bread: £20.00 left now, £10.00 over with it" in page
    assert "1 expense waits for you" in page


def test_the_tab_counts_what_waits_for_those_who_can_approve(logged_in, clerk):
    assert APPROVALS not in text(logged_in.get("/expenses/"))
    spend(clerk, 5)
    spend(clerk, 6)

    assert 'To approve <span class="badge">2</span>' in text(logged_in.get("/budgets/"))
    assert APPROVALS not in text(client_of(clerk).get("/expenses/"))


def test_one_or_many_are_approved(logged_in, clerk):
    expenses = [spend(clerk, amount).expense for amount in (5, 6, 7)]

    one = logged_in.post(APPROVALS, {"decision": "approve", "picked": seen(expenses[0])}, follow=True)
    many = logged_in.post(APPROVALS, {"decision": "approve", "picked": seen(*expenses[1:])}, follow=True)

    assert "It counts from now on." in text(one)
    assert "2 expenses count from now on." in text(many)
    assert "Nothing waits for you" in text(many)


def test_some_are_refused_for_a_reason(logged_in, clerk):
    expense = spend(clerk, 5).expense

    without = logged_in.post(APPROVALS, {"decision": "refuse", "picked": seen(expense)})
    assert (without.status_code, "Say why" in text(without)) == (400, True)

    done = logged_in.post(APPROVALS, {"decision": "refuse", "picked": seen(expense), "reason": "Private"}, follow=True)
    assert "It is refused." in text(done)
    assert not Expense.objects.exists()


@pytest.mark.parametrize("picked", [[], ["x"], ["1"], ["0:0"], ["1:1 "], ["99999999999999999999:1"], ["²:1"], ["-1:1"]])
def test_a_bad_choice_is_told(picked, logged_in, clerk):
    spend(clerk, 5)

    answer = logged_in.post(APPROVALS, {"decision": "approve", "picked": picked})

    assert answer.status_code == 400
    assert any(answer.context["form"].errors.values())


def test_a_manager_s_own_is_shown_without_a_box(logged_in, member):
    Business.objects.update(approve_above=Decimal(1))
    member.business.approve_above = Decimal(1)
    expense = spend(member, 5).expense

    assert "Yours: another manager or the owner approves it." in text(logged_in.get(APPROVALS))
    refused = logged_in.post(APPROVALS, {"decision": "approve", "picked": seen(expense)})
    assert "approved by another manager" in text(refused)


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("clerk", 403), ("member", 200), ("owner", 200)])
def test_managers_and_above_open_the_page(who, status, request):
    assert client_of(request.getfixturevalue(who)).get(APPROVALS).status_code == status


def test_a_personal_book_has_no_such_page(db):
    assert client_of(MemberFactory(role="owner", business__kind="personal")).get(APPROVALS).status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_costs_the_same_at_any_length(count, logged_in, member, clerk, django_assert_max_num_queries):
    for n in range(count):
        budget(member, 100, name=f"Budget {n}", category=category(member, f"Category {n}"))
        paper(spend(clerk, 5, what=category(member, f"Category {n}"), payee="Fennel", tags=["team"]).expense, clerk)
    logged_in.get(APPROVALS)

    with django_assert_max_num_queries(16):
        assert logged_in.get(APPROVALS).status_code == 200


def test_an_owner_closes_and_reopens_the_books(owner):
    browser = client_of(owner)

    closed = browser.post(BOOKS, {"closed_until": FEBRUARY, "reason": ""}, follow=True)
    assert "Closed up to 28 February 2026" in text(closed)
    without = browser.post(f"{BOOKS}reopen/", {"reopen-reason": ""})
    assert (without.status_code, Business.objects.get(pk=owner.business_id).closed_until) == (400, FEBRUARY)
    opened = browser.post(f"{BOOKS}reopen/", {"reopen-reason": "A bill came late"}, follow=True)

    assert "The books are open" in text(opened)


@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", TODAY, "9999-12-31", "0000-01-01"])
def test_a_bad_day_is_told_at_its_field(day, owner):
    answer = client_of(owner).post(BOOKS, {"closed_until": day})

    assert (answer.status_code, bool(answer.context["close"].errors["closed_until"])) == (400, True)


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("clerk", 403), ("member", 403), ("owner", 200)])
def test_only_the_owner_opens_the_page_of_closed_books(who, status, request):
    browser = client_of(request.getfixturevalue(who))

    assert browser.get(BOOKS).status_code == status
    if status == 403:
        assert browser.post(BOOKS, {"closed_until": FEBRUARY}).status_code == 403
        assert browser.post(f"{BOOKS}reopen/", {"reopen-reason": "x"}).status_code == 403


def test_a_closed_day_is_told_at_the_date(logged_in, member, owner):
    close_books(by=owner, until=FEBRUARY, at=NOW)
    values = {"amount": "12.50", "category": category(member).pk, "spent_on": FEBRUARY, "kind": "expense"}

    answer = logged_in.post("/expenses/", values)

    assert "closed up to 28 February 2026" in str(answer.context["form"].errors["spent_on"])


def test_deleting_in_a_closed_period_is_refused_in_a_sentence(logged_in, member, owner):
    expense = spend(member, 5, FEBRUARY).expense
    close_books(by=owner, until=FEBRUARY, at=NOW)

    answer = logged_in.post(f"/expenses/{expense.pk}/delete/", follow=True)

    assert "The books are closed up to" in text(answer)
    assert Expense.objects.exists()


def test_the_owner_sets_whose_expenses_wait(owner):
    browser = client_of(owner)
    form = browser.get("/settings/").context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    saved = browser.post("/settings/", values | {"clerks_need_approval": "", "approve_above": "250"})
    bad = browser.post("/settings/", values | {"approve_above": "2.505", "version": int(values["version"]) + 1})

    kept = Business.objects.get(pk=owner.business_id)
    assert saved.status_code == 302
    assert (kept.clerks_need_approval, kept.approve_above) == (False, 250)
    assert "at most 2 decimal places" in str(bad.context["form"].errors["approve_above"])


TABS = ["/budgets/", "/expenses/", "/expenses/recurring/", "/rules/", "/money/", "/expenses/export/"]


@pytest.mark.parametrize("address", TABS)
def test_what_waits_for_me_is_said_on_each_page_without_a_query_of_its_own(address, logged_in, member, clerk):
    def opened(browser):
        with CaptureQueriesContext(connection) as seen:
            page = " ".join(text(browser.get(address)).split())
        asking = [query["sql"] for query in seen.captured_queries if "'waiting'" in query["sql"]]
        return page, len(seen), asking

    spend(clerk, 5)
    logged_in.get(address)
    one, cost, asking = opened(logged_in)
    for _ in range(12):
        spend(clerk, 5)
    thirteen, later, _ = opened(logged_in)

    assert 'To approve <span class="badge">1</span>' in one
    assert 'To approve <span class="badge">13</span>' in thirteen
    assert cost == later
    assert len(asking) == 1
    assert "accounts_member" in asking[0].lower()  # it rides along with the member
    assert "To approve" not in opened(client_of(clerk))[0]
    assert "To approve" not in opened(client_of(MemberFactory(role="owner")))[0]
