from typing import Any

from django import template

from accounts.permissions import Action

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_for_me(context: Any) -> int:
    """How many expenses the signed-in member could approve; it rode along when the member was loaded."""
    member = _member(context)
    if not member or not member.may(Action.APPROVE_EXPENSE):
        return 0
    return int(getattr(member, "waiting_expenses", 0))


@register.simple_tag(takes_context=True)
def files_expenses(context: Any) -> bool:
    """Whether the signed-in member may file what nobody has filed."""
    member = _member(context)
    return bool(member and member.may(Action.CHANGE_EXPENSE))


def _member(context: Any) -> Any:
    return getattr(getattr(context, "request", None), "member", None)
