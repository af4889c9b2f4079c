from decimal import Decimal

import pytest

from alerts.models import Alert, AlertState
from audit.models import AuditEntry
from common.errors import DomainError
from inventory.models import Product
from inventory.services import catalogue
from inventory.services.catalogue import (
    BadPrice,
    BarcodeTaken,
    SkuTaken,
    StaleProduct,
    UnitInUse,
    create_product,
    remove_product,
    update_product,
)
from inventory.services.variants import NoVariants, add_variants
from inventory.services.watch import check_product
from tests.factories import NOW, MemberFactory, ProductFactory, StockedProductFactory, sell

D = Decimal


def create(member, **values) -> Product:
    return create_product(
        by=member, values={"name": "Mug", "sku": "M1", "price": D("5.00"), **values}, at=NOW, barcodes=["5012345678900"]
    )


def test_a_new_product_has_a_shelf_and_is_found_by_part_of_name_sku_and_barcode(member):
    product = create(member, name="Enamel Mug", sku="EM-1")

    assert product.levels.get().location.is_default
    for text in ("mel mu", "em-", "456789", "MUG enamel", "ENAMEL"):
        assert list(Product.objects.for_business(member.business).matching(text)) == [product]
    assert not Product.objects.for_business(member.business).matching("mug plate").exists()


def test_search_follows_a_change_of_name_and_barcodes(member):
    product = create(member)

    update_product(product=product, by=member, values={"name": "Teapot"}, barcodes=["99"], at=NOW)

    found = Product.objects.for_business(member.business)
    assert found.matching("teapot 99").exists()
    assert not found.matching("mug").exists()
    assert not found.matching("5012345").exists()


def test_a_sku_is_used_once_in_a_business_and_again_in_another(member):
    create(member)

    with pytest.raises(SkuTaken, match="M1"):
        create_product(by=member, values={"name": "Cup", "sku": "M1", "price": D(1)}, at=NOW)
    create(MemberFactory())


def test_a_barcode_belongs_to_one_product_and_the_refusal_names_it(member):
    create(member)

    with pytest.raises(BarcodeTaken, match="belongs to Mug"):
        create_product(by=member, values={"name": "Cup", "sku": "C1", "price": D(1)}, barcodes=["5012345678900"], at=NOW)

    assert not Product.objects.filter(sku="C1").exists()


def test_a_barcode_that_somebody_else_took_a_moment_ago_is_refused_as_any_other(member, monkeypatch):
    create(member)
    other = ProductFactory(business=member.business)
    monkeypatch.setattr(catalogue, "_check_free", lambda *_: None)  # it was free when we looked

    with pytest.raises(BarcodeTaken, match="just now"):
        update_product(product=other, by=member, values={}, barcodes=["5012345678900"], at=NOW)


@pytest.mark.parametrize("price", ["0.005", "-1", "1e12"])
def test_a_price_that_cannot_be_is_refused(price, member):
    with pytest.raises(BadPrice):
        create(member, price=D(price))


def test_a_price_change_is_on_record_with_before_and_after(member):
    product = create(member)

    update_product(product=product, by=member, values={"price": D("6.00")}, at=NOW)

    entry = AuditEntry.objects.get(action="product changed")
    assert (entry.before, entry.after, entry.user) == ('{"price": "5.00"}', '{"price": "6.00"}', member.user)


def test_nothing_changed_is_nothing_written(member):
    product = create(member)

    update_product(product=product, by=member, values={"name": "Mug"}, at=NOW)

    assert product.version == 1
    assert not AuditEntry.objects.filter(action="product changed").exists()


def test_a_change_of_barcodes_is_on_record_with_before_and_after(member):
    product = create(member)

    update_product(product=product, by=member, values={}, barcodes=["98", "97"], at=NOW)

    entry = AuditEntry.objects.get(action="product changed")
    assert (entry.before, entry.after) == ('{"barcodes": ["5012345678900"]}', '{"barcodes": ["97", "98"]}')
    assert '"barcodes": ["5012345678900"]' in AuditEntry.objects.get(action="product created").after


def test_the_same_barcodes_again_are_nothing_written(member):
    product = create(member)

    update_product(product=product, by=member, values={"name": "Mug"}, barcodes=[" 5012345678900 ", ""], at=NOW)

    assert (product.version, product.barcodes.count()) == (1, 1)
    assert not AuditEntry.objects.filter(action="product changed").exists()


def test_of_two_who_edit_at_once_the_second_hears_of_the_first(member):
    first = create(member)
    second = Product.objects.get(pk=first.pk)
    update_product(product=first, by=member, values={"name": "Cup"}, at=NOW, version=1)

    with pytest.raises(StaleProduct):
        update_product(product=second, by=member, values={"price": D(9)}, at=NOW, version=1)
    third = Product.objects.get(pk=first.pk)
    update_product(product=third, by=member, values={"price": D(9)}, at=NOW)

    assert (third.name, third.version) == ("Cup", 3)


def test_a_unit_stays_once_stock_has_moved(member):
    product = StockedProductFactory(business=member.business)

    with pytest.raises(UnitInUse):
        update_product(product=product, by=member, values={"unit": "kg"}, at=NOW)


def test_a_product_with_history_is_deactivated_and_one_without_is_deleted(member):
    sold, fresh = StockedProductFactory(business=member.business), ProductFactory(business=member.business)
    sell(member, {sold: 1})

    assert not remove_product(product=sold, by=member, at=NOW)
    assert remove_product(product=fresh, by=member, at=NOW)

    sold.refresh_from_db()
    assert not sold.is_active
    assert not Product.objects.filter(sku=fresh.sku).exists()


def test_no_alert_outlives_a_deleted_product(member):
    product = create(member, reorder_point=D(5))
    check_product(product=product, at=NOW)
    assert Alert.objects.open().exists()

    assert remove_product(product=product, by=member, at=NOW)

    assert Alert.objects.get().state == AlertState.RESOLVED


def test_a_service_that_was_sold_is_not_deleted(member):
    postage = ProductFactory(business=member.business, is_stocked=False)
    sell(member, {postage: 1})

    assert not remove_product(product=postage, by=member, at=NOW)


def test_variants_are_all_combinations_under_one_parent(member):
    parent = create(member, sku="TEE", name="T-shirt")

    made = add_variants(parent=parent, options={"Colour": ["Red", "Navy blue"], "Size": ["S", "M"]}, by=member, at=NOW)

    assert [v.label for v in made] == ["T-shirt, Red, S", "T-shirt, Red, M", "T-shirt, Navy blue, S", "T-shirt, Navy blue, M"]
    assert {v.sku for v in made} == {"TEE-RED-S", "TEE-RED-M", "TEE-NAVY-S", "TEE-NAVY-M"}
    assert not Product.objects.sellable().filter(pk=parent.pk).exists()
    with pytest.raises(DomainError, match="variants"):
        sell(member, {parent: 1})


def test_variants_are_added_later_without_doubling(member):
    parent = create(member, sku="TEE")
    add_variants(parent=parent, options={"Size": ["S", "M"]}, by=member, at=NOW)

    made = add_variants(parent=parent, options={"Size": ["M", "L"]}, by=member, at=NOW)

    assert [v.variant for v in made] == ["L"]


@pytest.mark.parametrize("options", [{}, {"Size": [" "]}, {"Size": [str(n) for n in range(201)]}])
def test_too_few_or_too_many_variants_are_refused(options, member):
    with pytest.raises(NoVariants):
        add_variants(parent=create(member), options=options, by=member, at=NOW)


def test_a_product_with_stock_of_its_own_gets_no_variants(member):
    with pytest.raises(NoVariants):
        add_variants(parent=StockedProductFactory(business=member.business), options={"Size": ["S"]}, by=member, at=NOW)


@pytest.mark.parametrize("text", ["Default", "O'Brien", "100 %", "Ünïcode — 茶"])
def test_names_are_data_on_every_database(text, member):
    product = create(member, name=text)

    product.refresh_from_db()
    assert product.name == text
    assert list(Product.objects.matching(text)) == [product]


def test_a_clerk_does_not_change_the_catalogue(clerk):
    with pytest.raises(DomainError, match="change products"):
        create(clerk)


def test_of_two_who_do_not_say_what_they_read_each_keeps_what_they_changed(member):
    first = create(member)
    second = Product.objects.get(pk=first.pk)
    update_product(product=first, by=member, values={"name": "Cup"}, at=NOW)

    update_product(product=second, by=member, values={"price": Decimal("9.00")}, at=NOW)

    first.refresh_from_db()
    assert (first.name, first.price, first.version) == ("Cup", Decimal("9.00"), 3)


def test_a_product_that_only_groups_its_variants_is_no_longer_out(member):
    tee = ProductFactory(business=member.business, name="Tee", reorder_point=5)
    check_product(product=tee, at=NOW)
    assert Alert.objects.open().exists()

    add_variants(parent=tee, options={"Size": ["S", "M"]}, by=member, at=NOW)

    assert not Alert.objects.open().exists()
