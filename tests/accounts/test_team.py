from datetime import timedelta

import pytest

from accounts.models import Member, User
from accounts.services import team
from accounts.services.team import AlreadyMember, InvitationNotValid, LastOwner
from common.errors import DomainError
from mail.models import OutboxMessage
from tests.factories import NOW, UserFactory


@pytest.fixture
def token(owner, monkeypatch):
    monkeypatch.setattr(team.secrets, "token_urlsafe", lambda _: "the-token")
    team.invite(email="Ann@shop.example", role="clerk", by=owner, at=NOW)
    return "the-token"


def test_an_invitation_brings_a_link_by_email_and_a_seat(owner, token):
    message = OutboxMessage.objects.get(to="ann@shop.example")
    assert token in message.text

    member = team.accept_invitation(token=token, user=UserFactory(email="ann@shop.example"), at=NOW)

    assert (member.business, member.role) == (owner.business, "clerk")


def test_the_link_works_once(token):
    ann = UserFactory(email="ann@shop.example")
    team.accept_invitation(token=token, user=ann, at=NOW)

    with pytest.raises(InvitationNotValid):
        team.accept_invitation(token=token, user=ann, at=NOW)


def test_the_link_works_only_for_its_address_and_in_time(token):
    with pytest.raises(InvitationNotValid, match=r"ann@shop\.example"):
        team.accept_invitation(token=token, user=UserFactory(), at=NOW)
    with pytest.raises(InvitationNotValid):
        team.accept_invitation(token=token, user=UserFactory(email="ann@shop.example"), at=NOW + timedelta(days=14))


def test_a_withdrawn_invitation_opens_nothing(owner, token):
    team.revoke_invitation(invitation=owner.business.invitations.get(), by=owner, at=NOW)

    with pytest.raises(InvitationNotValid):
        team.accept_invitation(token=token, user=UserFactory(email="ann@shop.example"), at=NOW)


def test_a_new_invitation_replaces_the_old(owner, token, monkeypatch):
    monkeypatch.setattr(team.secrets, "token_urlsafe", lambda _: "another-token")

    team.invite(email="ann@shop.example", role="viewer", by=owner, at=NOW)

    with pytest.raises(InvitationNotValid):
        team.find_invitation(token=token, at=NOW)
    assert team.find_invitation(token="another-token", at=NOW).role == "viewer"


def test_a_member_is_not_invited_again(owner, member):
    with pytest.raises(AlreadyMember):
        team.invite(email=member.user.email, role="clerk", by=owner, at=NOW)


def test_only_an_owner_manages_the_team(member, clerk):
    for act in (
        lambda: team.invite(email="x@y.example", role="clerk", by=member, at=NOW),
        lambda: team.change_role(member=clerk, role="manager", by=member, at=NOW),
        lambda: team.remove_member(member=clerk, by=member, at=NOW),
    ):
        with pytest.raises(DomainError, match="Only owners"):
            act()


def test_a_business_keeps_an_owner(owner, member):
    with pytest.raises(LastOwner):
        team.change_role(member=owner, role="manager", by=owner, at=NOW)
    with pytest.raises(LastOwner):
        team.remove_member(member=owner, by=owner, at=NOW)

    team.change_role(member=member, role="owner", by=owner, at=NOW)
    team.remove_member(member=owner, by=member, at=NOW)
    assert Member.objects.active().filter(business=member.business, role="owner").count() == 1


def test_somebody_who_left_can_come_back_with_another_role(owner, clerk, monkeypatch):
    monkeypatch.setattr(team.secrets, "token_urlsafe", lambda _: "come-back")
    team.remove_member(member=clerk, by=owner, at=NOW)
    team.invite(email=clerk.user.email, role="viewer", by=owner, at=NOW)

    member = team.accept_invitation(token="come-back", user=clerk.user, at=NOW)

    assert (member.pk, member.is_active, member.role) == (clerk.pk, True, "viewer")


def test_an_invitation_to_another_address_of_the_only_owner_leaves_them_the_owner(owner, token):
    User.objects.filter(pk=owner.user_id).update(email="ann@shop.example")  # changed after the invitation was sent

    with pytest.raises(LastOwner):
        team.accept_invitation(token=token, user=User.objects.get(pk=owner.user_id), at=NOW)

    assert Member.objects.get(pk=owner.pk).role == "owner"
