"""What is understood of a line, case by case. Today is Wednesday 4 March 2026."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expenses.quick import Known, What, read

TODAY = date(2026, 3, 4)
KNOWN = Known(payees={"Fennel & Co.": 7, "Café": 3, "Kiosk": None}, categories={"Eating out": 9, "Groceries": 7})


def reading(text, *, currency="GBP", month_first=False):
    return read(text, today=TODAY, currency=currency, known=KNOWN, month_first=month_first)


def test_the_whole_line_of_the_mission():
    got = reading("12.50 lunch @cafe #team yesterday")

    assert (got.amount, got.currency, got.payee, got.tags) == (Decimal("12.50"), "GBP", "cafe", ("team",))
    assert (got.spent_on, got.note, got.category, got.kind) == (date(2026, 3, 3), "lunch", None, "expense")


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("12", "12", "GBP"),
        ("12.5", "12.5", "GBP"),
        ("12,50", "12.50", "GBP"),
        ("1,234.50", "1234.50", "GBP"),
        ("1.234,50", "1234.50", "GBP"),
        ("1,234,567", "1234567", "GBP"),
        ("€12", "12", "EUR"),
        ("12€", "12", "EUR"),
        ("€ 12,50", "12.50", "EUR"),
        ("12.50 €", "12.50", "EUR"),
        ("EUR 12", "12", "EUR"),
        ("12 eur", "12", "EUR"),
        ("12eur", "12", "EUR"),
        ("CHF12.05", "12.05", "CHF"),
        ("12 SEK", "12", "SEK"),
        ("$5", "5", "USD"),
        ("+50", "50", "GBP"),
        ("-12.50", "12.50", "GBP"),
        ("−12.50", "12.50", "GBP"),
        ("12.50, lunch", "12.50", "GBP"),
        ("2 coffees 7.40", "7.40", "GBP"),
        ("3.50 EUR 2", "3.50", "EUR"),
        ("2 nights 140 for £90", "90", "GBP"),
    ],
)
def test_amounts(text, amount, currency):
    got = reading(text)

    assert (got.amount, got.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lunch",
        "0",
        "1,234",
        "1.234",
        "12.345",
        "1e3",
        "1,23,4",
        "99999999999999",
        "£€5",
        "EUR5USD",
        "12..5",
        "٣",
        "²",
    ],
)
def test_what_may_mean_two_things_or_nothing_is_no_amount(text):
    got = reading(text)

    assert got.amount is None
    assert got.note == text


@pytest.mark.parametrize(
    ("text", "currency", "amount"), [("1,234", "JPY", "1234"), ("1.234", "BHD", "1.234"), ("¥1,234", "GBP", "1234")]
)
def test_the_currency_s_places_decide_what_a_comma_is(text, currency, amount):
    assert reading(text, currency=currency).amount == Decimal(amount)


@pytest.mark.parametrize(("own", "currency"), [("GBP", "USD"), ("CAD", "CAD"), ("AUD", "AUD")])
def test_a_shared_sign_is_the_business_s_own(own, currency):
    assert reading("$12", currency=own).currency == currency


@pytest.mark.parametrize("word", ["all", "top", "try", "cup"])
def test_words_of_the_language_are_no_currency_in_small_letters(word):
    assert (reading(f"12 {word}").currency, reading(f"12 {word}").note) == ("GBP", word)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("5", "2026-03-04"),
        ("5 today", "2026-03-04"),
        ("5 Yesterday", "2026-03-03"),
        ("5 monday", "2026-03-02"),
        ("5 wednesday", "2026-03-04"),
        ("5 last wednesday", "2026-02-25"),
        ("5 thu", "2026-02-26"),
        ("3 nov 5", "2025-11-03"),
        ("3 mar 5", "2026-03-03"),
        ("5 nov 3", "2025-11-05"),
        ("5.00 nov 3rd", "2025-11-03"),
        ("5.00 3. november 2024", "2024-11-03"),
        ("5 29 feb", "2024-02-29"),
        ("5 03/11", "2025-11-03"),
        ("5 3/1/26", "2026-01-03"),
        ("5 03.11.2024", "2024-11-03"),
        ("5 03-11-2024", "2024-11-03"),
        ("5 2026-11-03", "2026-11-03"),
        ("5 3.1.", "2026-01-03"),
    ],
)
def test_days(text, day):
    assert reading(text).spent_on == date.fromisoformat(day)


def test_figures_follow_the_business_s_order_of_day_and_month():
    assert reading("5 03/02", month_first=True).spent_on == date(2026, 3, 2)
    assert reading("5 2026-11-03", month_first=True).spent_on == date(2026, 11, 3)


@pytest.mark.parametrize("text", ["31/02", "13/25", "2026-13-01", "0001-01-01", "may", "mar", "3 cheers", "41 nov"])
def test_what_is_no_day_stays_a_word(text):
    got = reading(f"{text} 5.00")

    assert (got.spent_on, got.note, got.amount) == (TODAY, text, Decimal("5.00"))


def test_a_year_far_off_is_an_amount():
    got = reading("3 nov 2500")

    assert (got.spent_on, got.amount) == (date(2025, 11, 3), 2500)


@pytest.mark.parametrize(
    ("text", "payee", "category", "note"),
    [
        ("5 @kiosk paper", "Kiosk", None, "paper"),
        ("5 @CAFÉ", "Café", 3, ""),
        ("5 @fennel & co. for the team", "Fennel & Co.", 7, "for the team"),
        ("5 paper fennel & co.", "Fennel & Co.", 7, "paper"),
        ('5 @"Corner Shop" paper', "Corner Shop", None, "paper"),
        ('5 @"kiosk"', "Kiosk", None, ""),
        ("5 @one @two", "one", None, "@two"),
        ("5 groceries @kiosk", "Kiosk", 7, ""),
        ("5 eating out @café", "Café", 9, ""),
        ("5 @ lunch", "", None, "@ lunch"),
        ('5 @" lunch', "", None, '@" lunch'),
    ],
)
def test_payees_and_categories(text, payee, category, note):
    got = reading(text)

    assert (got.payee, got.category, got.note) == (payee, category, note)


def test_it_says_whether_the_category_is_the_payee_s_or_the_line_s():
    assert reading("5 @café").is_remembered
    assert not reading("5 groceries @café").is_remembered


@pytest.mark.parametrize(
    ("text", "tags", "note"),
    [("5 #team #lunch", ("team", "lunch"), ""), ("5 #team, #team", ("team",), ""), ("5 # #a,b ##", (), "# #a,b ##")],
)
def test_tags(text, tags, note):
    assert (reading(text).tags, reading(text).note) == (tags, note)


@pytest.mark.parametrize(
    ("text", "kind", "note"),
    [
        ("refund 5 @kiosk", "refund", ""),
        ("@kiosk income 5", "income", ""),
        ("+500 wages", "income", "wages"),
        ("5 tax refund", "expense", "tax refund"),
        ("refund +5", "refund", ""),
    ],
)
def test_kinds(text, kind, note):
    assert (reading(text).kind, reading(text).note) == (kind, note)


MARKS = ["12.50", "€", "EUR", "1,234", "@", "#", '@"', '"', "@fennel", "& co."]
WORDS = [*MARKS, "nov", "3", "last", "monday", "03/11", "refund", "groceries"]
PIECES = st.sampled_from(WORDS)
LINES = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=5))).map(" ".join))


@given(LINES, st.sampled_from(["GBP", "JPY", "BHD", "CAD"]), st.booleans())
def test_it_never_raises_and_never_loses_a_word(text, currency, month_first):
    got = reading(text, currency=currency, month_first=month_first)

    assert [word for part in got.parts for word in part.words] == text.split()
    assert got.note.split() == [word for part in got.parts if part.what is What.NOTE for word in part.words]
    once = [part.what for part in got.parts if part.what not in {What.NOTE, What.TAG}]
    assert len(once) == len(set(once))
    assert got.amount is None or got.amount > 0
