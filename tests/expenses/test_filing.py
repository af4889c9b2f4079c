from decimal import Decimal

import pytest

from expenses.filing import Line, Rule, first_match, matches, plain, tags_of

LINE = Line("CAFÉ  Nero Ltd", "Flat white, table 4", Decimal("4.20"), account_id=7)


@pytest.mark.parametrize(
    ("asked", "takes"),
    [
        ({"payee_contains": "cafe nero"}, True),
        ({"payee_contains": "costa"}, False),
        ({"text_contains": "FLAT WHITE"}, True),
        ({"text_contains": "espresso"}, False),
        ({"text_contains": "nero"}, False),
        ({"least": Decimal("4.20")}, True),
        ({"least": Decimal("4.21")}, False),
        ({"most": Decimal("4.20")}, True),
        ({"most": Decimal("4.19")}, False),
        ({"least": Decimal(4), "most": Decimal(5)}, True),
        ({"account_id": 7}, True),
        ({"account_id": 8}, False),
        ({"payee_contains": "nero", "account_id": 8}, False),
        ({"payee_contains": "nero", "text_contains": "white", "least": Decimal(1), "most": Decimal(9), "account_id": 7}, True),
    ],
)
def test_all_that_a_rule_asks_for_must_hold(asked, takes):
    assert matches(Rule(1, 1, **asked), LINE) is takes


def test_an_amount_counts_without_its_sign():
    assert matches(Rule(1, 1, least=Decimal(4)), Line("", "", Decimal("-4.20")))


def test_the_first_that_takes_it_wins():
    rules = [Rule(1, 1, payee_contains="costa"), Rule(2, 2, payee_contains="nero"), Rule(3, 3, text_contains="white")]

    assert first_match(rules, LINE) == rules[1]
    assert first_match(rules[::-1], LINE) == rules[2]
    assert first_match(rules[:1], LINE) is None


@pytest.mark.parametrize(
    ("text", "compared"), [("Straße", "strasse"), (" Ærø\t ØL ", "ærø øl"), ("ﬁne", "fine"), ("東京", "東京")]
)
def test_case_accents_and_spaces_make_no_difference(text, compared):
    assert plain(text) == compared


def test_a_rule_of_accents_and_spaces_only_asks_for_nothing():
    assert not Rule(1, 1, payee_contains="  ").asks_for_something
    assert Rule(1, 1, most=Decimal(0)).asks_for_something


def test_tags_are_read_once_each():
    assert tags_of("#team, lunch,, team , ") == ["team", "lunch"]
