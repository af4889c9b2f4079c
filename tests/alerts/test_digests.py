"""What the summary says, to whom, and how it is chosen."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Kind
from accounts.permissions import Role
from alerts import digests
from alerts.models import AlertKind, DigestPreference, DigestRun
from alerts.queries import get_channels
from alerts.services import Finding, raise_alerts, set_preference
from inventory.models import Product
from inventory.services.watch import check_business
from mail.models import OutboxMessage
from tests.factories import NOW, BusinessFactory, MemberFactory, StockedProductFactory, sell
from tests.factories.expenses import budget, category, spend
from tests.factories.recurring import recurring
from tests.people import client_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LEDGER = Finding(AlertKind.LEDGER_MISMATCH, "product:4", "Milk", "The ledger says 3.", "/products/4/")


def letter(member) -> OutboxMessage:
    digests.write_due(businesses=[member.business], at=NOW)
    return OutboxMessage.objects.get(kind="digest", to=member.user.email)


def trade(owner) -> Product:
    """Yesterday 30.00 was taken, a week before that 20.00; two loaves are left, of which three stay on the shelf."""
    loaf = StockedProductFactory(business=owner.business, name="Rye loaf", on_hand=12, reorder_point=3, price=Decimal(5))
    sell(owner, {loaf: 4}, at=NOW - 8 * DAY)
    sell(owner, {loaf: 6}, at=NOW - DAY)
    return loaf


def test_says_what_was_sold_what_to_order_and_how_long_it_lasts(owner, settings):
    settings.SITE_URL = "https://till.example"
    loaf = trade(owner)

    message = letter(owner)

    assert message.subject == f"{owner.business.name}: £30.00 sold, 1 low"
    for body in (message.text, message.html):
        assert "1 receipt; 50 % more than £20.00 last Tuesday" in body
        assert "Rye loaf (£30.00)" in body
        assert "2 left, about" in body
        assert f"https://till.example/products/{loaf.pk}/" in body
        assert "https://till.example/settings/summary/" in body
        assert message.unsubscribe_url in body


def test_says_which_budgets_run_ahead_and_what_is_to_be_paid(owner):
    budget(owner, 100, name="Groceries")
    spend(owner, 90)
    recurring(owner, name="Rent", amount=Decimal(5), category=category(owner, "Housing"), starts_on=NOW.date() + 2 * DAY)

    text = letter(owner).text

    assert "Groceries: £95.00 of £100.00: £5.00 left until 31 March" in text
    assert "Rent: £5.00 on Friday 6 March" in text


def test_nothing_to_say_nothing_sent(owner):
    StockedProductFactory(business=owner.business)

    assert digests.write_due(businesses=[owner.business], at=NOW) == 0

    assert not OutboxMessage.objects.exists()
    assert not DigestRun.objects.filter(was_sent=True).exists()


def test_unless_one_asks_for_it(owner):
    DigestPreference.objects.create(member=owner, even_if_empty=True)

    message = letter(owner)

    assert message.subject == f"{owner.business.name}: nothing needs you"
    assert "Nothing is low, over or due." in message.text


def test_a_kind_that_waits_for_the_summary_is_in_it_and_not_told_at_once(owner):
    set_preference(member=owner, kind="ledger_mismatch", channel="digest")
    raise_alerts(business=owner.business, findings=[LEDGER], at=NOW)
    assert not OutboxMessage.objects.filter(to=owner.user.email).exists()

    assert "Milk: The ledger says 3." in letter(owner).text


@pytest.mark.parametrize("channel", ["portal", "off"])
def test_a_kind_for_the_portal_only_is_in_no_summary(owner, channel):
    for kind in ("ledger_mismatch", "low_stock", "out_of_stock"):
        set_preference(member=owner, kind=kind, channel=channel)
    raise_alerts(business=owner.business, findings=[LEDGER], at=NOW)
    trade(owner)
    check_business(business=owner.business, at=NOW)

    message = letter(owner)

    assert "Milk" not in message.text
    assert "TO ORDER" not in message.text
    assert "SALES OF YESTERDAY" in message.text


def test_a_role_that_may_not_act_on_it_is_not_told(owner, clerk):
    DigestPreference.objects.create(member=clerk, even_if_empty=True)
    set_preference(member=clerk, kind="approval", channel="digest")
    raise_alerts(business=owner.business, findings=[Finding(AlertKind.APPROVAL, "expense:1", "£50.00 at Fennel")], at=NOW)

    assert "Fennel" not in letter(clerk).text
    assert "approval" not in get_channels(member=clerk)


def test_a_personal_book_hears_of_money_only():
    member = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER)
    budget(member, 100)
    spend(member, 150)

    message = letter(member)

    assert message.subject.endswith("1 budget over")
    assert "SALES" not in message.text


def test_names_run_nothing(owner):
    StockedProductFactory(business=owner.business, name="<script>x</script>", on_hand=1, reorder_point=3)
    check_business(business=owner.business, at=NOW)

    message = letter(owner)

    assert "<script>" not in message.html
    assert "<script>x</script>" in message.text


@pytest.mark.parametrize("people", [1, 10])
def test_costs_little_more_for_many_people(owner, people, django_assert_max_num_queries):
    trade(owner)
    for _ in range(people - 1):
        MemberFactory(business=owner.business, role=Role.OWNER)

    with django_assert_max_num_queries(36 + 6 * people):
        digests.write_due(businesses=[owner.business], at=NOW)


def test_the_preview_shows_it_and_sends_nothing(owner):
    trade(owner)
    browser = client_of(owner)

    page, frame = browser.get("/settings/summary/"), browser.get("/settings/summary/preview/")

    assert "/settings/summary/preview/" in page.content.decode()
    assert "£30.00 sold" in frame.content.decode()
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert not OutboxMessage.objects.filter(kind="digest").exists()
    assert not DigestRun.objects.exists()


CHOICE = {"is_on": "on", "rhythm": "weekly", "weekday": "4", "hour": "18", "timezone": "Asia/Tokyo"}


def test_one_chooses_when(viewer):
    answer = client_of(viewer).post("/settings/summary/", CHOICE)

    chosen = DigestPreference.objects.get(member=viewer)
    assert answer.status_code == 302
    assert (chosen.rhythm, chosen.weekday, chosen.hour, chosen.timezone) == ("weekly", 4, 18, "Asia/Tokyo")
    assert not chosen.even_if_empty


@pytest.mark.parametrize(
    "wrong",
    [
        {"hour": "24"},
        {"hour": "\u0661"},
        {"hour": ""},
        {"weekday": "7"},
        {"rhythm": "hourly"},
        {"timezone": "Mars/Base"},
        {"timezone": "\0"},
    ],
)
def test_a_choice_that_does_not_exist_is_told_at_its_field(viewer, wrong):
    answer = client_of(viewer).post("/settings/summary/", CHOICE | wrong)

    (name,) = wrong
    assert answer.status_code == 400
    assert f"id_{name}_error" in answer.content.decode()
    assert not DigestPreference.objects.exists()


def test_the_summary_is_ended_by_its_own_link(owner, settings):
    settings.SITE_URL = "http://testserver"
    trade(owner)
    url = letter(owner).unsubscribe_url
    browser = client_of(owner)

    page = browser.post(url, {"List-Unsubscribe": "One-Click"}).content.decode()

    assert "the summary" in page
    assert not DigestPreference.objects.get(member=owner).is_on
    assert set(get_channels(member=owner).values()) == {"at_once", "digest"}
    browser.post(url, {"how": "resume"})
    assert DigestPreference.objects.get(member=owner).is_on
    browser.post(url, {"how": "all"})
    assert not DigestPreference.objects.get(member=owner).is_on
