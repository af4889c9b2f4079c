"""On DB2, a value is data, whatever it contains and wherever it stands."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import Coalesce, Concat, Now

from accounts.models import Business
from inventory.models import Category, Product
from tests.databases.db2.offline import ALIAS
from tracker.db2.literals import Keyword, literal, place, write_out

EVIL = 'x\' || (SELECT MAX("EMAIL") FROM "ACCOUNTS_USER") || \''
QUOTED = "'x'' || (SELECT MAX(\"EMAIL\") FROM \"ACCOUNTS_USER\") || '''"


def ask(queryset):
    """Run it, and forget the nothing that it found."""
    list(queryset.using(ALIAS))


def is_data(db2):
    """The evil text went out bound, or quoted; never as SQL."""
    sql, params = db2.sent[-1]
    return EVIL in params or (QUOTED in sql and EVIL not in sql.replace(QUOTED, ""))


def test_bulk_update_binds_or_quotes(db2):
    Category.objects.using(ALIAS).bulk_update([Category(pk=1, name=EVIL)], ["name"])

    assert is_data(db2)


def test_case_binds_or_quotes(db2):
    ask(Category.objects.annotate(kind=Case(When(pk__gt=5, then=Value(EVIL)), default=Value("y"))).values("kind"))

    assert is_data(db2)


def test_coalesce_binds_or_quotes(db2):
    ask(Category.objects.annotate(text=Coalesce("name", Value(EVIL))).values("text"))

    assert is_data(db2)


def test_concat_inside_coalesce_binds_or_quotes(db2):
    ask(Category.objects.annotate(text=Coalesce(Concat("name", Value(EVIL)), Value(""))).values("text"))

    assert is_data(db2)


def test_group_by_binds_or_quotes(db2):
    ask(Category.objects.annotate(text=Concat("name", Value(EVIL))).values("text").annotate(rows=Count("pk")))

    assert is_data(db2)


@pytest.mark.parametrize("lookup", ["regex", "iregex"])
def test_regular_expressions_are_bound(db2, lookup):
    ask(Category.objects.filter(**{f"name__{lookup}": EVIL}))

    assert EVIL in db2.sent[-1][1]


@pytest.mark.parametrize("text", ["default", "Default", "DEFAULT"])
def test_the_word_default_is_data(db2, text):
    ask(Category.objects.filter(name=text))

    assert text in db2.sent[-1][1]


def asks_for_the_text(db2, text):
    ask(Category.objects.filter(name="Tea").annotate(text=Coalesce("name", Value(text))).values("text"))

    sql, params = db2.sent[-1]
    assert f'COALESCE("INVENTORY_CATEGORY"."NAME", {literal(text)})' in sql
    assert params == ("Tea",)


@pytest.mark.parametrize("text", ["O'Brien", "DATE of birth", "TIMESTAMP", "100 %s", "%%s"])
def test_odd_texts_stay_what_they_are(db2, text):
    asks_for_the_text(db2, text)


@pytest.mark.parametrize("text", ["100 %", "a\\b", "", "?"])
def test_texts_that_the_stock_backend_keeps_are_kept_too(ours, text):
    asks_for_the_text(ours, text)


def test_moments_go_out_in_utc(db2):
    at = datetime.fromisoformat("2026-03-04T15:00:00+02:00")

    ask(Product.objects.filter(created_at__lt=at))

    assert "2026-03-04 13:00:00.000000" in db2.sent[-1][1]


def test_now_is_utc_whatever_the_servers_clock_shows(db2):
    ask(Product.objects.filter(created_at__lt=Now()))

    assert "(CURRENT TIMESTAMP - CURRENT TIMEZONE)" in db2.sql[-1]


def test_a_mistaken_value_is_not_swallowed(db2):
    with pytest.raises((TypeError, ValueError)), db2.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM SYSIBM.SYSDUMMY1 WHERE 1 = %s", [1, 2])


def test_a_percent_sign_survives_a_statement_with_values(ours):
    ask(Category.objects.filter(name__contains="50%", pk__in=[1, 2]))

    assert ours.sent[-1][1] == (r"%50\%%", 1, 2)


def test_a_group_with_a_percent_sign_keeps_its_values_in_place(ours):
    text = Concat("name", Value("100%s"))

    ask(Category.objects.filter(name="x").annotate(text=text).values("text").annotate(rows=Count("pk")))

    sql, params = ours.sent[-1]
    assert sql.count("'100%s'") == 2
    assert params == ("x",)


def test_keeps_the_shelf_from_going_below_nothing_in_one_statement(ours):
    Product.objects.using(ALIAS).filter(pk=3, reorder_point__gte=Decimal("1.5")).update(
        reorder_point=F("reorder_point") - Decimal("1.5")
    )

    [(sql, params)] = ours.sent
    assert '"REORDER_POINT" = ("INVENTORY_PRODUCT"."REORDER_POINT" - 1.5)' in sql
    assert params == (3,)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "NULL"),
        (True, "TRUE"),
        (7, "7"),
        (1.5, "1.5"),
        (Decimal("1E+2"), "100"),
        ("it's", "'it''s'"),
        (b"\x00\xff", "BX'00ff'"),
        (memoryview(b"a"), "BX'61'"),
        (datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC), "TIMESTAMP('2026-03-04 05:06:07.000000')"),
        (date(2026, 3, 4), "DATE('2026-03-04')"),
        (Keyword("DEFAULT"), "DEFAULT"),
    ],
)
def test_writes_every_kind_of_value_out(value, expected):
    assert literal(value) == expected


def test_binds_what_has_a_type_and_writes_out_what_has_none():
    sql = "SELECT SUM(CASE WHEN a = %s THEN %s ELSE %s END), b + %s FROM t WHERE c = %s AND d LIKE '%%' || %s"

    assert place(sql, ["1", 2, 3, 4, "5", "6"]) == (
        "SELECT SUM(CASE WHEN a = '1' THEN 2 ELSE 3 END), b + 4 FROM t WHERE c = ? AND d LIKE '%' || ?",
        ("5", "6"),
    )


def test_a_place_inside_a_quoted_text_is_text():
    assert place(write_out("SELECT %s FROM t", ["%s"]), []) == ("SELECT '%s' FROM t", ())


def test_text_filters_keep_their_meaning(ours):
    ask(Business.objects.filter(Q(name__icontains="o'x") | Q(name__iexact="B")).annotate(x=Value("l", CharField())).values("x"))

    assert ours.sent[-1][1] == ("%o'x%", "B")


def test_a_statement_is_not_cut_short_by_characters_of_two_units(db2):
    ask(Category.objects.filter(pk=12).annotate(text=Coalesce("name", Value("🐎🐎"))).values("text"))

    assert db2.sql[-1].endswith("  ")
