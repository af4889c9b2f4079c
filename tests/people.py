"""Fixtures: a shop, its people, their browsers and programs."""

import secrets
from collections.abc import Sequence

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiKey, Member
from accounts.permissions import Role
from accounts.services.keys import hashed
from tests.factories import NOW, MemberFactory


@pytest.fixture
def member(db: None) -> Member:
    """A manager of a shop that has an owner too."""
    owner = MemberFactory(role=Role.OWNER)
    return MemberFactory(business=owner.business, role=Role.MANAGER)


@pytest.fixture
def owner(member: Member) -> Member:
    return Member.objects.select_related("business", "user").get(business=member.business, role=Role.OWNER)


@pytest.fixture
def clerk(member: Member) -> Member:
    return MemberFactory(business=member.business, role=Role.CLERK)


@pytest.fixture
def viewer(member: Member) -> Member:
    return MemberFactory(business=member.business, role=Role.VIEWER)


def client_of(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="accounts.backends.MemberBackend")
    return client


@pytest.fixture
def logged_in(member: Member) -> Client:
    """The browser of `member`."""
    return client_of(member)


def api_of(member: Member, role: str = Role.OWNER, scopes: Sequence[str] = ()) -> APIClient:
    """A program with a key of this person that has long been in use."""
    secret = secrets.token_urlsafe()
    ApiKey.objects.create(
        business=member.business,
        member=member,
        name="test",
        role=role,
        scopes=" ".join(scopes),
        prefix=secret[:10],
        key_hash=hashed(secret),
        created_at=NOW,
        last_used_at=timezone.now(),
        last_network="127.0.0.0/24",
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.fixture
def api(owner: Member) -> APIClient:
    """A program with a key of the owner's shop."""
    return api_of(owner)
