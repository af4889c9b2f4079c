"""What is out of line is told with its evidence, to who may do something about it, and accuses nobody by chance."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Kind
from accounts.permissions import Role
from alerts import digests
from alerts.models import DigestPreference
from alerts.services import Finding, raise_alerts
from inventory.models import StockLevel
from mail.models import OutboxMessage
from portal.queries.oddities import chance_of, get_copies, get_habits, get_reduced, is_out_of_line
from sales.models import Sale, SaleKind, SaleState
from tests.factories import NOW, BusinessFactory, MemberFactory, StockedProductFactory, sell
from tests.factories.expenses import spend

pytestmark = pytest.mark.django_db
DAY, D = timedelta(days=1), Decimal
YESTERDAY = NOW - DAY
SPAN = {"first": YESTERDAY.date(), "last": YESTERDAY.date()}


def text_of(member) -> str:
    DigestPreference.objects.get_or_create(member=member, defaults={"even_if_empty": True})
    digests.write_due(businesses=[member.business], at=NOW)
    return OutboxMessage.objects.get(kind="digest", to=member.user.email).text


@pytest.fixture
def goods(owner):
    return StockedProductFactory.create_batch(2, business=owner.business, on_hand=1000, price=D(10))


def ring(by, goods, count=1, *, at=YESTERDAY, seconds=600, **options) -> list[Sale]:
    """Receipts of one of each of the goods, some time apart."""
    return [sell(by, dict.fromkeys(goods, 1), at=at + n * timedelta(seconds=seconds), **options) for n in range(count)]


def past(by, goods, count=60) -> None:
    ring(by, goods[:1], count, at=NOW - 20 * DAY, seconds=60)


def undone(sales, **change) -> None:
    Sale.objects.filter(pk__in=[sale.pk for sale in sales]).update(**change)


def test_who_gives_back_far_more_than_is_usual_is_told_with_the_numbers(owner, clerk, goods):
    past(owner, goods)
    sales = ring(clerk, goods[:1], 12)
    undone(sales[:4], kind=SaleKind.REFUND)

    text = text_of(owner)

    assert f"Refunds by {clerk.user.name}: 4 refunds beside 8 receipts, £40.00. Usual here: 1.6 in 100." in text
    assert f"/sales/?kind=refund&person={clerk.pk}&first=2026-03-03&last=2026-03-03" in text


def test_who_has_many_receipts_voided_is_told(owner, clerk, goods):
    past(owner, goods)
    undone(ring(clerk, goods[:1], 12)[:4], state=SaleState.VOIDED)

    text = text_of(owner)

    assert f"Voided receipts of {clerk.user.name}: 4 voids beside 12 receipts" in text
    assert f"/sales/?state=voided&person={clerk.pk}" in text


@pytest.mark.parametrize("usual", ["many", "two", "no past"])
def test_nobody_is_accused_by_chance(owner, clerk, goods, usual):
    if usual != "no past":
        past(owner, goods)
    if usual == "many":
        undone(ring(owner, goods[:1], 30, at=NOW - 10 * DAY), kind=SaleKind.REFUND)
    undone(ring(clerk, goods[:1], 12)[: 2 if usual == "two" else 4], kind=SaleKind.REFUND)

    assert get_habits(business=owner.business, **SPAN) == ([], [])


def test_what_an_import_brought_is_no_habit_of_anybody_here(owner, clerk, goods):
    past(owner, goods)
    undone(ring(clerk, goods[:1], 12)[:4], kind=SaleKind.REFUND, source="square")

    assert get_habits(business=owner.business, **SPAN) == ([], [])


def test_more_off_than_a_clerk_may_give_is_told(owner, goods):
    (large,) = ring(owner, goods, discount=D(8))
    ring(owner, goods, discount=D(2), at=YESTERDAY + timedelta(hours=2))

    text = text_of(owner)

    assert f"Discount on {large.number}: £8.00 off, 40 %; more than 10 % is for managers." in text
    assert f"/sales/{large.pk}/" in text
    assert len(get_reduced(business=owner.business, **SPAN)) == 1


@pytest.mark.parametrize(
    ("seconds", "number", "copies"), [(60, 2, 1), (180, 2, 1), (181, 2, 0), (60, 1, 0)], ids=["soon", "just", "later", "coffee"]
)
def test_the_same_goods_again_within_three_minutes_look_like_a_copy(owner, goods, seconds, number, copies):
    first, second = ring(owner, goods[:number], 2, seconds=seconds)

    found = get_copies(business=owner.business, **SPAN)

    assert [(each.number, each.other) for each in found] == [(second.number, first.number)] * copies
    assert (f"{second.number} looks like a copy" in text_of(owner)) == bool(copies)


def test_other_goods_at_the_same_price_are_no_copy(owner, goods):
    other = StockedProductFactory(business=owner.business, on_hand=9, price=D(10))
    ring(owner, goods)
    ring(owner, [goods[0], other], at=YESTERDAY + timedelta(seconds=30))

    assert get_copies(business=owner.business, **SPAN) == []


def test_what_stands_below_zero_is_to_be_counted(owner, goods):
    StockLevel.objects.filter(product=goods[0]).update(on_hand=-3)

    text = text_of(owner)

    assert f"1 product stands below zero: {goods[0].label} (−3). Count them." in text
    assert "/products/?stock=negative" in text


def test_a_clerk_is_told_nothing_of_colleagues(owner, clerk, goods):
    past(owner, goods)
    undone(ring(clerk, goods[:1], 12)[:4], kind=SaleKind.REFUND)

    assert "Refunds by" not in text_of(clerk)
    assert "Refunds by" in text_of(owner)


def test_an_expense_that_was_perhaps_entered_twice(owner):
    for days in (1, 3):
        spend(owner, 84, (NOW - days * DAY).date(), payee="Fennel & Co")

    text = text_of(owner)

    assert "£84.00 at Fennel & Co: Twice on 1 March and on 3 March" in text
    assert "/expenses/?payee=Fennel+%26+Co&since=2026-03-01&until=2026-03-03" in text


@pytest.mark.parametrize("days", [(1, 5), (1, 2, 8), (1,)])
def test_what_comes_again_and_again_at_one_price_is_none(owner, days):
    for each in days:
        spend(owner, 84, (NOW - each * DAY).date(), payee="Fennel")

    assert "Twice" not in text_of(owner)


def test_a_personal_book_hears_of_its_money_only(owner):
    person = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER)
    for _ in range(2):
        spend(person, 84, YESTERDAY.date(), payee="Fennel")

    text = text_of(person)

    assert "ENTERED TWICE?" in text
    for title in ("SALES OF", "TO ORDER", "TO COUNT", "ORDERS", "WORTH A LOOK"):
        assert title not in text


def test_many_alerts_of_a_kind_that_has_a_section_hide_no_other(owner):
    low = [Finding("low_stock", f"product:{n}", "Tea") for n in range(30)]
    raise_alerts(business=owner.business, findings=[Finding("ledger_mismatch", "product:1", "Milk", "Says 3.")], at=YESTERDAY)
    raise_alerts(business=owner.business, findings=low, at=NOW)
    StockedProductFactory(business=owner.business, on_hand=1, reorder_point=5, stock_state="low")

    assert "Milk: Says 3." in text_of(owner)


def test_many_alerts_are_cut_and_say_so(owner):
    many = [Finding("ledger_mismatch", f"product:{n}", f"Thing {n}", "x") for n in range(300)]
    raise_alerts(business=owner.business, findings=many, at=NOW)

    text = text_of(owner)

    assert "And 280 more: See them all." in text
    assert text.count("Thing ") == 20


@given(count=st.integers(0, 40), receipts=st.integers(0, 40), past_of=st.tuples(st.integers(1, 50), st.integers(51, 500)))
def test_the_chance_is_the_tail_of_a_binomial(count, receipts, past_of):
    usual = Fraction(*past_of)
    count = min(count, receipts)
    tail = sum(comb(receipts, n) * usual**n * (1 - usual) ** (receipts - n) for n in range(count, receipts + 1))

    assert chance_of(count, receipts, float(usual)) == pytest.approx(float(tail), abs=1e-9)


@given(count=st.integers(0, 5000), receipts=st.integers(0, 100_000), usual=st.floats(1e-6, 1))
def test_any_number_of_receipts_is_judged(count, receipts, usual):
    assert 0 <= chance_of(min(count, receipts), receipts, usual) <= 1
    assert is_out_of_line(count, receipts, usual) <= (count >= 3)
