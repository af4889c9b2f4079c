from decimal import Decimal

import pytest

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from common.errors import StaleVersion
from expenses.models import FilingRule
from expenses.services.rules import BadRule, Filer, RuleNameTaken, TooManyRules, delete_rule, move_rule, save_rule
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import category, rule


def file(member, payee="Fennel & Sons", text="", amount="5", account_id=None):
    return Filer(member.business).file(payee=payee, text=text, amount=Decimal(amount), account_id=account_id)


def order(member):
    rows = FilingRule.objects.for_business(member.business).in_order()
    return list(rows.values_list("name", "position"))


def test_a_rule_files_what_it_takes(member):
    rule(member, category=category(member, "Home"), set_payee="Fennel", add_tags="team, lunch")

    filed = file(member)

    assert (filed.category.name, filed.payee, filed.tags, filed.rule_name) == ("Home", "Fennel", ("team", "lunch"), "Shop")
    assert file(member, payee="Costa") is None


def test_without_a_payee_of_its_own_it_keeps_the_one_given(member):
    rule(member)

    assert file(member).payee == "Fennel & Sons"


def test_the_first_by_position_wins(member):
    rule(member, name="First", text_contains="lunch")
    last = rule(member, name="Second", payee_contains="fennel")
    assert file(member, text="lunch").rule_name == "First"

    move_rule(rule=last, by=member, at=NOW, to=1)

    assert file(member, text="lunch").rule_name == "Second"
    moved = AuditEntry.objects.get(action="rule moved")
    assert (moved.before, moved.after) == ('{"position": 2}', '{"position": 1}')


def test_all_rules_are_read_in_one_query_and_asked_in_none(member, django_assert_num_queries):
    for n in range(20):
        rule(member, name=f"Rule {n}", payee_contains=f"payee {n}")

    with django_assert_num_queries(1):
        filer = Filer(member.business)
        for n in range(20):
            assert filer.file(payee=f"PAYEE {n}.", text="", amount=Decimal(1), account_id=None)


def test_a_rule_that_rests_files_nothing(member):
    save_rule(rule=rule(member), by=member, at=NOW, values={"is_active": False})

    assert file(member) is None


def test_a_rule_whose_category_is_put_away_files_nothing(member):
    type(category(member)).objects.filter(pk=rule(member).category_id).update(is_active=False)

    assert file(member) is None


def test_another_business_s_rules_file_nothing_here(member):
    rule(MemberFactory(role="owner"))

    assert file(member) is None


@pytest.mark.parametrize(("to", "names"), [(1, "CAB"), (2, "ACB"), (3, "ABC"), (99, "ABC"), (0, "CAB")])
def test_a_rule_is_moved_and_the_others_make_room(member, to, names):
    rules = [rule(member, name=name) for name in "ABC"]

    move_rule(rule=rules[2], by=member, at=NOW, to=to)

    assert order(member) == [(name, position) for position, name in enumerate(names, 1)]


def test_a_deleted_rule_leaves_no_gap_and_its_words_in_the_audit(member):
    rules = [rule(member, name=name) for name in "ABC"]

    delete_rule(rule=rules[1], by=member, at=NOW)

    assert order(member) == [("A", 1), ("C", 2)]
    assert '"payee_contains": "Fennel"' in AuditEntry.objects.get(action="rule deleted").before


def test_a_change_is_told_with_what_it_was(member):
    save_rule(rule=rule(member, payee_contains="Fennel"), by=member, at=NOW, values={"payee_contains": "Fenn"})

    entry = AuditEntry.objects.get(action="rule changed")
    assert (entry.before, entry.after) == ('{"payee_contains": "Fennel"}', '{"payee_contains": "Fenn"}')


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"payee_contains": "  "}, "payee_contains"),
        ({"least": Decimal(5), "most": Decimal(4)}, "most"),
        ({"least": Decimal(-1)}, "least"),
        ({"most": Decimal("NaN")}, "most"),
        ({"most": Decimal("1.005")}, "most"),
        ({"add_tags": "x" * 41}, "add_tags"),
        ({"add_tags": ",".join(f"t{n}" for n in range(21))}, "add_tags"),
    ],
)
def test_a_rule_that_cannot_be_right_is_refused_at_its_field(member, values, field):
    with pytest.raises(BadRule) as refused:
        rule(member, **values)

    assert refused.value.field == field
    assert not FilingRule.objects.exists()


def test_a_name_is_given_once(member):
    rule(member)

    with pytest.raises(RuleNameTaken):
        rule(member)


def test_there_are_only_so_many(member, monkeypatch):
    monkeypatch.setattr("expenses.services.rules.MOST_RULES", 1)
    rule(member)

    with pytest.raises(TooManyRules):
        rule(member, name="Another")


def test_a_rule_that_somebody_else_changed_is_not_overwritten(member):
    with pytest.raises(StaleVersion):
        save_rule(rule=rule(member), by=member, at=NOW, values={"name": "Mine"}, version=7)


@pytest.mark.parametrize("role", ["clerk", "viewer"])
def test_only_managers_and_above_touch_rules(member, role):
    one, other = rule(member), MemberFactory(business=member.business, role=role)

    with pytest.raises(NotAllowed):
        save_rule(rule=one, by=other, at=NOW, values={"name": "Mine"})
    with pytest.raises(NotAllowed):
        move_rule(rule=one, by=other, at=NOW, to=1)
    with pytest.raises(NotAllowed):
        delete_rule(rule=one, by=other, at=NOW)
