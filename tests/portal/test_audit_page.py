"""The audit log as an owner reads it: by person, subject and day, page by page."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Business, Member
from accounts.permissions import Role
from audit import services as audit
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import budget, category
from tests.people import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_time")]


@pytest.fixture
def browser(owner: Member) -> Client:
    return client_of(owner)


def note(by: Member, action: str, *, subject=None, at=NOW, **values: object) -> None:
    audit.record(action=action, subject=subject or by.business, at=at, business_id=by.business_id, user_id=by.user_id, **values)


def actions(browser: Client, **filters: object) -> list[str]:
    return [entry.action for entry in browser.get("/settings/audit/", filters).context["page"].items]


def test_shows_the_newest_first_with_what_changed(browser, owner):
    note(owner, "opened", at=NOW - timedelta(hours=1))
    note(owner, "settings changed", before={"name": "Old shop"}, after={"name": "New shop"}, reason="A new sign")

    page = browser.get("/settings/audit/").content.decode()

    assert actions(browser) == ["settings changed", "opened"]
    for text in ["Settings changed", "Old shop", "New shop", "A new sign", owner.user.name]:
        assert text in page


def test_writes_values_as_people_do(browser, owner):
    lines = [{"sku": "FUE-103", "location": 1, "quantity": "-5"}, {"sku": "BRD-001", "location": 1, "quantity": "2"}]
    note(owner, "stock taken", after={"lines": lines, "is_active": False, "price": "4.5"}, before={"price": "4"})

    page = browser.get("/settings/audit/").content.decode()

    for text in ["FUE-103 −5, BRD-001 2", "active: <span>no</span>", "£4.00", "£4.50"]:
        assert text in page


def test_says_days_in_words_and_nothing_of_what_stays_empty(browser, owner):
    note(
        owner,
        "budget made",
        after={"starts_on": "2026-10-01", "amount": "1600", "tag": "", "account": None, "minimum_order": "2", "rows": 0},
    )

    page = browser.get("/settings/audit/").content.decode()

    for text in ["starts on: <span>1 Oct 2026", "£1,600.00", "minimum order: <span>£2.00", "rows: <span>0"]:
        assert text in page
    for text in ["tag:", "account:", "nothing"]:
        assert text not in page


def test_names_what_a_budget_is_about(browser, owner):
    budget(owner, 100, category=category(owner, "Groceries"))

    assert "category: <span>Groceries</span>" in browser.get("/settings/audit/").content.decode()


def test_narrows_to_a_person_a_subject_and_days(browser, owner, member):
    note(owner, "renamed")
    note(member, "role changed", subject=member, at=NOW - timedelta(days=2))

    assert actions(browser, person=member.user_id) == ["role changed"]
    assert actions(browser, about="settings") == ["renamed"]
    assert actions(browser, since="2026-03-04") == ["renamed"]
    assert actions(browser, until="2026-03-03") == ["role changed"]


def test_a_day_is_a_day_of_the_business(browser, owner):
    Business.objects.filter(pk=owner.business_id).update(timezone="Pacific/Auckland")
    note(owner, "late", at=NOW.replace(hour=12))

    assert actions(browser, since="2026-03-05", until="2026-03-05") == ["late"]


@pytest.mark.parametrize("filters", [{"since": "soon"}, {"person": "999999"}, {"about": "moon"}, {"until": "9999-99-99"}])
def test_a_filter_that_makes_no_sense_is_told_and_left_out(browser, owner, filters):
    note(owner, "renamed")

    answer = browser.get("/settings/audit/", filters)

    assert [entry.action for entry in answer.context["page"].items] == ["renamed"]
    assert "_error" in answer.content.decode()


def test_says_when_nothing_matches(browser):
    assert "Nothing matches" in browser.get("/settings/audit/", {"since": "2030-01-01"}).content.decode()


def test_shows_nothing_of_another_business(browser):
    stranger = MemberFactory(role=Role.OWNER)
    note(stranger, "their secret")

    assert actions(browser) == []
    assert actions(browser, person=stranger.user_id) == []


@pytest.mark.parametrize("count", [1, 60])
def test_costs_three_queries_at_any_length(browser, owner, count, django_assert_num_queries):
    for _ in range(count):
        note(owner, "renamed", before={"a": 1}, after={"a": 2})
    browser.get("/settings/audit/")

    with django_assert_num_queries(3):
        browser.get("/settings/audit/")


@pytest.mark.parametrize("asked", ["since=0001-01-01", "until=9999-12-31", "since=9999-12-31&until=0001-01-01"])
def test_days_at_the_ends_of_the_calendar_give_a_page(asked, owner):
    assert client_of(owner).get(f"/settings/audit/?{asked}").status_code == 200
