"""The table "who may do what" of the product, a row a test. What each service refuses is tested beside it."""

from pathlib import Path

import pytest
from django.apps import apps as django_apps

from accounts.permissions import Action, Role
from common.errors import DomainError
from common.portability import is_ours
from tests.factories import MemberFactory

TABLE = {
    "viewer": {Action.SEE},
    "clerk": {
        Action.SELL,
        Action.RECEIVE,
        Action.COUNT,
        Action.ADD_EXPENSE,
        Action.VOID_OWN,
        Action.REFUND,
        Action.ANSWER_ALERTS,
    },
    "manager": {
        Action.OVERRIDE_PRICE,
        Action.LARGE_DISCOUNT,
        Action.ADJUST,
        Action.TRANSFER,
        Action.APPROVE,
        Action.BACK_DATE,
        Action.VOID_ANY,
        Action.MANAGE_CATALOGUE,
        Action.BUY,
        Action.IMPORT,
        Action.EXPORT,
        Action.CHANGE_EXPENSE,
        Action.APPROVE_EXPENSE,
        Action.MANAGE_BUDGETS,
        Action.MANAGE_RULES,
        Action.MANAGE_ACCOUNTS,
    },
    "owner": {Action.SETTINGS, Action.CLOSE_BOOKS, Action.MEMBERS, Action.API_KEYS, Action.WEBHOOKS, Action.AUDIT},
}
RANKS = ["viewer", "clerk", "manager", "owner"]
CASES = [(least, role, action) for least, actions in TABLE.items() for action in Action if action in actions for role in RANKS]


def test_every_action_stands_in_the_table():
    assert set().union(*TABLE.values()) == set(Action)


def test_every_action_is_asked_for_somewhere():
    apps = {config.name for config in django_apps.get_app_configs() if is_ours(config)}
    code = "".join(path.read_text() for app in apps for path in Path(app).rglob("*.py") if path.name != "permissions.py")

    assert [action.name for action in Action if f"Action.{action.name}" not in code] == []


@pytest.mark.parametrize(("least", "role", "action"), CASES, ids=str)
def test_each_role_may_what_the_table_says_and_no_more(least, role, action):
    member = MemberFactory.build(role=role)

    if RANKS.index(role) >= RANKS.index(least):
        member.must(action)
    else:
        with pytest.raises(DomainError, match=r"^Only "):
            member.must(action)


def test_costs_are_hidden_from_viewers_and_clerks_when_the_owner_so_sets():
    for role in Role:
        shown = MemberFactory.build(role=role, business__hide_costs=False)
        hidden = MemberFactory.build(role=role, business__hide_costs=True)

        assert shown.sees_costs
        assert hidden.sees_costs == (role in {Role.MANAGER, Role.OWNER})
