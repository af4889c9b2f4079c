from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiKey
from accounts.services.keys import create_api_key, find_api_key, revoke_api_key, touch_api_key
from accounts.services.team import remove_member
from common.errors import DomainError
from tests.factories import NOW, MemberFactory


def test_a_secret_is_never_stored(owner):
    key, secret = create_api_key(by=owner, name="Scale", role="clerk", at=NOW)

    stored = ApiKey.objects.filter(pk=key.pk).values().get()
    assert secret not in str(stored)
    assert find_api_key(secret=secret) == key


def test_a_key_is_found_with_its_business_in_one_query(owner, django_assert_num_queries):
    _, secret = create_api_key(by=owner, name="Scale", role="clerk", at=NOW)

    with django_assert_num_queries(1):
        key = find_api_key(secret=secret)
        assert key
        assert key.member.business.currency == "GBP"
        assert key.member.user.email


def test_a_revoked_key_is_not_found(owner):
    key, secret = create_api_key(by=owner, name="Scale", role="clerk", at=NOW)

    revoke_api_key(key=key, by=owner, at=NOW)

    assert find_api_key(secret=secret) is None


def test_the_key_of_somebody_who_left_stops(owner):
    partner = MemberFactory(business=owner.business, role="owner")
    _, secret = create_api_key(by=partner, name="Scale", role="clerk", at=NOW)

    remove_member(member=partner, by=owner, at=NOW)

    assert find_api_key(secret=secret) is None


def test_only_owners_make_and_revoke_keys(owner, member):
    key, secret = create_api_key(by=owner, name="Scale", role="clerk", at=NOW)

    with pytest.raises(DomainError, match="Only owners"):
        create_api_key(by=member, name="Scale", role="clerk", at=NOW)
    with pytest.raises(DomainError, match="Only owners"):
        revoke_api_key(key=key, by=member, at=NOW)

    assert find_api_key(secret=secret) == key


def test_use_is_noted_but_not_written_at_every_call(owner, django_assert_num_queries):
    key, _ = create_api_key(by=owner, name="Scale", role="clerk", at=NOW)

    touch_api_key(key=key, address="203.0.113.9", at=NOW)

    key.refresh_from_db()
    assert (key.last_used_at, key.last_network) == (NOW, "203.0.113.0/24")
    with django_assert_num_queries(0):
        touch_api_key(key=key, address="198.51.100.1", at=NOW + timedelta(minutes=5))
    touch_api_key(key=key, address="203.0.113.9", at=NOW + timedelta(minutes=6))
    key.refresh_from_db()
    assert key.last_used_at == NOW + timedelta(minutes=6)


def test_the_command_prints_a_key_with_the_scopes_it_was_given(owner, capsys):
    call_command("create_api_key", business=owner.business.slug, role="clerk", scope=["sell", "read"])

    key = find_api_key(secret=capsys.readouterr().out.strip())
    assert key
    assert (key.role, key.scopes) == ("clerk", "read sell")


def test_the_command_knows_no_other_business(owner):
    with pytest.raises(CommandError, match="There is no business “nowhere”"):
        call_command("create_api_key", business="nowhere")
