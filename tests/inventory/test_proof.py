"""The nightly proof that ledger and levels agree, and what it tells."""

from datetime import timedelta
from decimal import Decimal

from alerts.models import Alert, AlertState
from inventory.models import Location, StockLevel
from inventory.services.proof import Difference, prove_ledger
from tests.factories import NOW, LocationFactory, ProductFactory, StockedProductFactory

D = Decimal
TOMORROW = NOW + timedelta(days=1)


def mislay(product, quantity) -> None:
    """Change a level behind the ledger's back."""
    StockLevel.objects.filter(product=product).update(on_hand=D(quantity))


def test_the_proof_finds_a_level_that_was_changed_behind_the_ledger(member):
    _sound, broken = StockedProductFactory.create_batch(2, business=member.business)
    assert prove_ledger(business=member.business, at=NOW) == []

    StockLevel.objects.filter(product=broken).update(on_hand=D("9.999"))

    (difference,) = prove_ledger(business=member.business, at=NOW)
    assert (difference.product_id, difference.ledger, difference.level) == (broken.pk, 10, D("9.999"))
    alert = member.business.alerts.get(kind="ledger_mismatch")
    assert alert.subject == broken.label


def test_the_proof_tells_of_a_first_level_that_was_set_to_zero(member):
    product = StockedProductFactory(business=member.business)
    mislay(product, 0)

    (difference,) = prove_ledger(business=member.business, at=NOW)

    assert (difference.ledger, difference.level) == (10, 0)
    assert Alert.objects.get().message == "The ledger says 10, the level 0. Products concerned: 1."


def test_the_proof_tells_of_a_level_that_no_movement_explains(member):
    product = ProductFactory(business=member.business)
    mislay(product, 3)

    place = Location.objects.get(business=member.business)
    assert prove_ledger(business=member.business, at=NOW) == [Difference(product.pk, place.pk, D(0), D(3))]


def test_the_alert_resolves_itself_once_ledger_and_level_agree_again(member):
    product = StockedProductFactory(business=member.business)
    mislay(product, 9)
    prove_ledger(business=member.business, at=NOW)
    mislay(product, 10)

    prove_ledger(business=member.business, at=TOMORROW)

    alert = Alert.objects.get()
    assert (alert.state, alert.resolved_at) == (AlertState.RESOLVED, TOMORROW)


def test_the_alert_stays_open_while_the_product_is_wrong(member):
    first, second = StockedProductFactory.create_batch(2, business=member.business)
    mislay(second, 9)
    prove_ledger(business=member.business, at=NOW)
    mislay(first, 9)

    prove_ledger(business=member.business, at=TOMORROW)

    assert set(Alert.objects.open().values_list("subject", flat=True)) == {first.label, second.label}


def test_another_shop_s_alert_is_not_resolved(member):
    theirs = StockedProductFactory()
    mislay(theirs, 9)
    prove_ledger(business=theirs.business, at=NOW)

    prove_ledger(business=member.business, at=TOMORROW)

    assert Alert.objects.open().get().subject == theirs.label


def test_a_product_that_is_wrong_at_two_places_is_counted_once(member):
    product = StockedProductFactory(business=member.business)
    StockLevel.objects.create(product=product, location=LocationFactory(business=member.business))
    mislay(product, 9)

    assert len(prove_ledger(business=member.business, at=NOW)) == 2

    assert Alert.objects.get().message.endswith("Products concerned: 1.")
