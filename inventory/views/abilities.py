"""What the signed-in member may do here, so that a page offers nothing it would refuse."""

from dataclasses import dataclass

from accounts.models import Member
from accounts.permissions import Action


@dataclass(frozen=True)
class Abilities:
    manage: bool
    receive: bool
    adjust: bool
    transfer: bool
    bring_in: bool


def abilities(member: Member) -> Abilities:
    return Abilities(
        manage=member.may(Action.MANAGE_CATALOGUE),
        receive=member.may(Action.RECEIVE),
        adjust=member.may(Action.ADJUST),
        transfer=member.may(Action.TRANSFER),
        bring_in=member.may(Action.IMPORT),
    )
