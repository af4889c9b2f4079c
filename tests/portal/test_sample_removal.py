"""One click takes the sample out; nothing else can delete a ledger."""

from decimal import Decimal

import pytest
from django.apps import apps

from accounts.models import Business, Member
from accounts.permissions import NotAllowed
from audit.models import AppendOnlyError, AuditEntry
from inventory.models import Product, StockMovement
from inventory.services.bulk_changes import BulkChange, Change
from inventory.services.bulk_edit import Seen, change_products
from inventory.services.bulk_undo import undo_edit
from portal.sample.build import build_sample
from portal.sample.removal import NoSampleData, remove_sample
from tests.factories import NOW, StockedProductFactory, sell
from tests.factories.purchasing import billed, offer, receive, returned, sent

pytestmark = pytest.mark.django_db
STAYS = {"Business", "Member", "Location", "AuditEntry", "AlertPreference", "Books", "DailyRun", "ExpenseCategory"}


@pytest.fixture
def ines() -> Member:
    shop = build_sample(password="a sample password", at=NOW, days=4).business
    return Member.objects.select_related("business", "user").get(business=shop, role="owner")


def test_leaves_nothing_but_the_business_and_its_people(ines):
    shelf = {product.pk: Seen(product.version) for product in Product.objects.for_business(ines.business).active()[:2]}
    edit = change_products(by=ines, change=Change(BulkChange.PRICE_AMOUNT, Decimal(1)), seen=shelf, at=NOW)
    undo_edit(edit=edit, by=ines, at=NOW)
    offer(ines)
    came = receive(ines, sent(ines, price="9.00"))
    returned(ines, came)
    billed(ines, came.order)

    remove_sample(by=ines, at=NOW)

    ours = [
        model
        for app in ("inventory", "purchasing", "sales", "expenses", "imports", "alerts", "mail", "common")
        for model in apps.get_app_config(app).get_models()
    ]
    assert {model.__name__ for model in ours if model.__name__ not in STAYS and model._default_manager.exists()} == set()
    assert [place.is_default for place in ines.business.locations.all()] == [True]
    assert Member.objects.filter(business=ines.business).count() == 3
    assert not Business.objects.get(pk=ines.business_id).has_sample_data


def test_keeps_one_line_in_the_audit(ines):
    remove_sample(by=ines, at=NOW)

    entry = AuditEntry.objects.for_business(ines.business).get()
    assert (entry.action, entry.user_id) == ("sample data removed", ines.user_id)


def test_touches_no_other_shop(ines, member):
    product = StockedProductFactory(business=member.business)
    sell(member, {product: 1})
    before = StockMovement.objects.for_business(member.business).count()

    remove_sample(by=ines, at=NOW)

    assert Product.objects.for_business(member.business).get() == product
    assert StockMovement.objects.for_business(member.business).count() == before
    assert AuditEntry.objects.for_business(member.business).exists()


def test_refuses_a_shop_without_sample_data(owner):
    StockedProductFactory(business=owner.business)

    with pytest.raises(NoSampleData):
        remove_sample(by=owner, at=NOW)

    assert Product.objects.for_business(owner.business).exists()


def test_is_for_owners_only(ines):
    manager = Member.objects.select_related("business").get(business=ines.business, role="manager")

    with pytest.raises(NotAllowed):
        remove_sample(by=manager, at=NOW)

    assert Product.objects.exists()


def test_no_ledger_of_a_real_shop_can_be_erased(ines, member):
    StockedProductFactory(business=member.business)

    with pytest.raises(AppendOnlyError):
        StockMovement.objects.all().erase_sample()

    assert StockMovement.objects.for_business(member.business).exists()
    assert StockMovement.objects.for_business(ines.business).exists()
