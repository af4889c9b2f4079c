"""The sample shop: a plausible year, told through the services, quietly."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Business, Member
from alerts import services as alerts
from alerts.models import Alert, AlertKind, AlertState
from audit.models import AuditEntry
from expenses.periods import Period
from expenses.queries import get_budgets, get_net_worth, get_positions
from inventory.models import Barcode, Batch, Product, StockMovement, StockState
from inventory.services.proof import find_differences
from mail.models import OutboxMessage
from portal.reports.profit import profit_and_loss
from portal.sample import goods
from portal.sample.build import SampleExists, build_sample
from sales.models import Sale, SaleKind, SaleState
from tests.factories import NOW, sell

pytestmark = pytest.mark.django_db
DAYS = 6


@pytest.fixture
def shop() -> Business:
    return build_sample(password="a sample password", at=NOW, days=DAYS).business


def test_has_a_sale_on_every_open_day_up_to_now(shop):
    sales = Sale.objects.for_business(shop)

    days = Counter(sales.values_list("sold_on", flat=True))

    assert len(days) == DAYS + 1
    assert min(days) == shop.local_day(NOW) - timedelta(days=DAYS)
    assert max(sales.values_list("sold_at", flat=True)) <= NOW


def test_is_the_same_shop_each_time(shop):
    first = list(Sale.objects.for_business(shop).order_by("pk").values_list("number", "total", "sold_at"))
    Business.objects.filter(pk=shop.pk).update(has_sample_data=False)

    again = build_sample(password="a sample password", at=NOW, days=DAYS).business

    assert list(Sale.objects.for_business(again).order_by("pk").values_list("number", "total", "sold_at")) == first


def test_leaves_a_ledger_that_adds_up(shop):
    assert find_differences(business=shop) == []


def test_ends_with_some_low_and_some_out(shop):
    states = Counter(Product.objects.for_business(shop).values_list("stock_state", flat=True))

    assert states[StockState.LOW] >= 3
    assert states[StockState.OUT] >= 2
    about_stock = Alert.objects.for_business(shop).filter(
        state=AlertState.OPEN, kind__in=[AlertKind.LOW_STOCK, AlertKind.OUT_OF_STOCK]
    )
    assert about_stock.count() == states["low"] + states["out"]


def test_spends_money_and_keeps_to_most_of_its_budgets():
    shop = build_sample(password="a sample password", at=NOW.replace(day=28), days=40).business

    positions = get_positions(shop, get_budgets(shop), NOW.date().replace(day=28))
    states = {each.budget.name: each.position.state.value for each in positions}

    assert states == {"Marketing": "over", "Packaging": "fine", "Utilities": "warning", "Wages": "warning"}
    assert Alert.objects.for_business(shop).filter(kind=AlertKind.BUDGET, state=AlertState.OPEN).count() == 3


def test_lives_from_what_it_sells():
    shop = build_sample(password="a sample password", at=NOW.replace(day=28), days=40).business
    owner = Member.objects.select_related("business").get(business=shop, role="owner")
    month = Period(NOW.date().replace(day=1), NOW.date().replace(day=28))

    profit = profit_and_loss(owner, month).total.figures[0].value

    assert profit > 0
    assert get_net_worth(shop, month.last) > 1000


def test_mails_nobody_about_the_past_and_the_right_people_about_today(shop, monkeypatch):
    told = []
    monkeypatch.setattr(alerts, "post", lambda letters: told.extend(letter.to for letter in letters))
    assert not OutboxMessage.objects.exists()
    manager = Member.objects.select_related("business", "user").get(business=shop, role="manager")
    product = Product.objects.for_business(shop).sellable().filter(stock_state=StockState.OK).first()

    sell(manager, {product: product.levels.get(location__is_default=True).on_hand})

    assert sorted(told) == ["ines@marlow.example", "tom@marlow.example"]


def test_gives_every_simple_product_a_barcode_that_scanners_accept(shop):
    codes = list(Barcode.objects.for_business(shop).values_list("code", flat=True))

    assert len(codes) > 100
    assert all(len(code) == 13 and code[-1] == goods.check_digit(code[:12]) for code in codes)


def test_reckons_check_digits_as_gs1_does():
    assert goods.check_digit("400638133393") == "1"


def test_signs_every_audit_entry_as_sample_data(shop):
    assert set(AuditEntry.objects.for_business(shop).values_list("via", flat=True)) == {"sample data"}


def test_is_marked_as_sample(shop):
    assert Business.objects.get(pk=shop.pk).has_sample_data


def test_has_refunds_and_voids_after_a_while(member):
    shop = build_sample(password="a sample password", at=NOW, days=45).business

    sales = Sale.objects.for_business(shop)

    assert sales.filter(kind=SaleKind.REFUND).exists()
    assert sales.filter(state=SaleState.VOIDED).exists()
    assert StockMovement.objects.for_business(shop).filter(kind="moved").exists()


def test_opens_once(shop):
    with pytest.raises(SampleExists):
        build_sample(password="a sample password", at=NOW, days=1)


def test_the_command_opens_it_only_where_there_is_no_business_yet(member, capsys):
    call_command("seed_demo", "--if-empty", "--days", "1")

    assert not Business.objects.filter(has_sample_data=True).exists()


def test_the_command_says_how_to_log_in(db, capsys):
    call_command("seed_demo", "--if-empty", "--days", "1")

    assert "ines@marlow.example with the password tillbook-sample" in capsys.readouterr().out


def test_the_command_wants_a_password_of_its_own_behind_tls(db, settings):
    settings.SESSION_COOKIE_SECURE = True

    with pytest.raises(CommandError, match="password"):
        call_command("seed_demo", "--days", "1")

    assert not Business.objects.exists()


def test_some_dairy_is_of_batches_of_which_one_has_expired(shop):
    alerts_of_batches = Alert.objects.for_business(shop).filter(kind=AlertKind.EXPIRING)

    assert Batch.objects.for_business(shop).count() >= 4
    assert any(alert.message.startswith("Expired on") for alert in alerts_of_batches)
    assert not OutboxMessage.objects.filter(business=shop, kind="alerts").exists()
