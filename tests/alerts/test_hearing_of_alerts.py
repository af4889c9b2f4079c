"""How one hears of alerts: the choice of each person, and the words of the message."""

import pytest
from django.core import mail
from django.db import IntegrityError

from accounts.models import Kind
from accounts.permissions import Role
from alerts import services
from alerts.models import AlertKind, AlertPreference
from alerts.queries import get_channels
from alerts.services import Finding, raise_alerts
from mail.models import OutboxMessage
from tests.factories import NOW, BusinessFactory, MemberFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db

LOAF = Finding(AlertKind.LOW_STOCK, "product:1", "Rye loaf 600 g", "3 left, reorder point 5.", "/products/1/")
CANDLE = Finding(AlertKind.OUT_OF_STOCK, "product:2", "Beeswax candle", "None left.", "/products/2/")
TEA = Finding(AlertKind.LOW_STOCK, "product:3", "Tea", "1 left, reorder point 2.", "/products/3/")
BUDGET = Finding(AlertKind.BUDGET, "budget:1", "Groceries", "£160.00 of £200.00: £40.00 left until 31 March.", "/budgets/1/")
MILK = Finding(AlertKind.EXPIRING, "batch:1:expired", "Milk, batch L1", "Expired on 3 March 2026: 2 at Shop.", is_urgent=True)
LEDGER = Finding(AlertKind.LEDGER_MISMATCH, "product:4", "Milk", "The ledger says 3.", "/products/4/")


@pytest.mark.parametrize(
    ("findings", "subject"),
    [
        ([LOAF], "Rye loaf 600 g is low: 3 left"),
        ([CANDLE], "Beeswax candle is out"),
        ([BUDGET], "Groceries: £160.00 of £200.00, £40.00 left until 31 March"),
        ([MILK], "Milk, batch L1 expired on 3 March 2026"),
        ([LEDGER], "Stock ledger does not add up: Milk"),
        ([LOAF, TEA], "2 products are low at {shop}"),
        ([LOAF, CANDLE], "2 products are low or out at {shop}"),
        ([LOAF, LEDGER], "2 things need you at {shop}"),
    ],
)
def test_the_subject_alone_says_what_it_is_about(owner, findings, subject):
    raise_alerts(business=owner.business, findings=findings, at=NOW)

    message = OutboxMessage.objects.get(to=owner.user.email)
    assert message.subject == subject.format(shop=owner.business.name)


def test_the_message_links_to_each_product_and_to_where_it_is_changed(owner, settings):
    settings.SITE_URL = "https://till.example"

    raise_alerts(business=owner.business, findings=[LOAF, CANDLE], at=NOW)

    message = OutboxMessage.objects.get(to=owner.user.email)
    for body in [message.text, message.html]:
        for text in [
            "https://till.example/products/1/",
            "https://till.example/products/2/",
            "https://till.example/settings/alerts/",
            "Rye loaf 600 g",
            "3 left, reorder point 5.",
            "You get this because",
        ]:
            assert text in body


@pytest.mark.parametrize(
    ("findings", "act", "topics"),
    [
        ([LOAF], "See the product", "low stock"),
        ([BUDGET], "See the budget", "budget threshold"),
        ([LOAF, CANDLE, LEDGER], "See all alerts", "low stock, out of stock, stock ledger does not add up"),
    ],
)
def test_the_button_says_what_it_does_and_the_foot_why_it_came(owner, findings, act, topics):
    raise_alerts(business=owner.business, findings=findings, at=NOW)

    message = OutboxMessage.objects.get(to=owner.user.email)
    assert act in message.html
    assert f"as owner and hear of this at once ({topics})." in message.text


def test_names_are_written_as_they_are_and_run_nothing(owner):
    evil = Finding(AlertKind.LOW_STOCK, "product:9", "<b>Salt & pepper</b>", "1 left, reorder point 2.")

    raise_alerts(business=owner.business, findings=[evil], at=NOW)

    message = OutboxMessage.objects.get(to=owner.user.email)
    assert message.subject == "<b>Salt & pepper</b> is low: 1 left"
    assert "&lt;b&gt;Salt &amp; pepper&lt;/b&gt;" in message.html
    assert "<b>" not in message.html


def test_a_long_list_is_cut_and_leads_to_the_rest(owner, settings):
    many = [Finding(AlertKind.LOW_STOCK, f"product:{n}", f"Product {n}", "1 left.") for n in range(60)]

    raise_alerts(business=owner.business, findings=many, at=NOW)

    message = OutboxMessage.objects.get(to=owner.user.email)
    assert f"And 40 more: {settings.SITE_URL}/alerts/?kind=low_stock" in message.text
    assert "Product 59" not in message.html
    assert message.html.count("Product ") == 20 + 3  # and the first three where a mailbox shows the beginning


def test_each_person_chooses_for_themselves(owner, member):
    client_of(owner).post(
        "/settings/alerts/",
        get_channels(member=owner) | {"low_stock": "portal", "ledger_mismatch": "off"},
    )

    raise_alerts(business=owner.business, findings=[LOAF], at=NOW)

    assert not OutboxMessage.objects.filter(to=owner.user.email).exists()
    assert OutboxMessage.objects.filter(to=member.user.email).exists()
    assert get_channels(member=owner)["ledger_mismatch"] == "off"
    assert mail.outbox == []


def test_a_choice_that_does_not_exist_is_told_at_its_field(owner):
    answer = client_of(owner).post("/settings/alerts/", {"low_stock": "pigeon"})

    assert answer.status_code == 400
    assert "id_low_stock_error" in answer.content.decode()
    assert not AlertPreference.objects.exists()


def test_without_a_choice_the_role_decides(owner, clerk):
    heard = get_channels(member=owner)
    assert {kind for kind, channel in heard.items() if channel == "digest"} == {"expiring"}
    assert set(heard.values()) == {"at_once", "digest"}
    assert set(get_channels(member=clerk).values()) == {"portal"}


def test_a_personal_book_hears_of_budgets_and_of_what_recurs():
    member = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER)

    page = client_of(member).get("/settings/alerts/").content.decode()

    assert "Budget threshold" in page
    assert "Recurring expense due" in page
    assert "stock" not in page.lower().replace("tillbook", "")


def test_a_save_that_was_overtaken_holds_too(owner, monkeypatch):
    def overtaken(*_):
        AlertPreference.objects.create(member=owner, kind="low_stock", channel="off")
        raise IntegrityError

    monkeypatch.setattr(services, "create_all", overtaken)

    services.set_preferences(member=owner, channels={"low_stock": "digest", "budget": "portal"})

    assert dict(AlertPreference.objects.values_list("kind", "channel")) == {"low_stock": "digest", "budget": "portal"}
