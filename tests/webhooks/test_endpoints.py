"""Endpoints are the owner's: made, changed, paused, renewed and deleted, each in the audit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from common.errors import StaleVersion
from tests.factories import NOW
from webhooks.addresses import UrlRefused
from webhooks.models import Delivery, Endpoint
from webhooks.outbox import BeingSent, NotOn, redeliver, send_test
from webhooks.services import (
    MOST,
    NoKinds,
    TooMany,
    choose_kinds,
    create_endpoint,
    delete_endpoint,
    pause,
    renew_secret,
    resume,
    switch_off,
)
from webhooks.signature import sign

URL = "https://hooks.example.com/tillbook"


@pytest.fixture
def hook(owner):
    return create_endpoint(by=owner, url=URL, kinds=["low_stock", "budget"], at=NOW)


def test_its_secret_is_long_its_own_and_stored_nowhere(owner, hook, settings):
    other = create_endpoint(by=owner, url=URL, kinds=["low_stock"], at=NOW)

    assert len(hook.secret) == len("tbwh_") + 64
    assert hook.secret != other.secret
    assert hook.secret not in str(list(Endpoint.objects.values())) + str(list(AuditEntry.objects.values()))
    before = hook.secret
    settings.SECRET_KEY = "another"
    assert hook.secret != before


@pytest.mark.parametrize("act", [pause, resume, renew_secret, delete_endpoint, send_test])
def test_only_owners_touch_it(member, hook, act):
    with pytest.raises(NotAllowed, match="Only owners may manage webhooks"):
        act(endpoint=hook, by=member, at=NOW)


def test_only_owners_make_and_change_it(member, hook):
    with pytest.raises(NotAllowed):
        create_endpoint(by=member, url=URL, kinds=["low_stock"], at=NOW)
    with pytest.raises(NotAllowed):
        choose_kinds(endpoint=hook, by=member, kinds=["low_stock"], at=NOW)


def test_what_was_done_to_it_is_in_the_audit(owner, hook):
    choose_kinds(endpoint=hook, by=owner, kinds=["low_stock"], at=NOW)
    for act in (pause, pause, resume, resume, renew_secret, delete_endpoint):
        act(endpoint=hook, by=owner, at=NOW)

    actions = list(AuditEntry.objects.filter(action__startswith="webhook").order_by("pk").values_list("action", flat=True))
    assert actions == [
        "webhook made",
        "webhook changed",
        "webhook paused",
        "webhook resumed",
        "webhook secret renewed",
        "webhook deleted",
    ]


@pytest.mark.parametrize("kinds", [[], ["nothing"], ["new_sign_in"]])
def test_without_a_kind_that_exists_it_is_refused(owner, kinds):
    with pytest.raises(NoKinds):
        create_endpoint(by=owner, url=URL, kinds=kinds, at=NOW)


def test_an_address_of_ours_is_refused(owner):
    with pytest.raises(UrlRefused):
        create_endpoint(by=owner, url="https://169.254.169.254/", kinds=["low_stock"], at=NOW)


def test_there_are_ten_at_most(owner):
    for _ in range(MOST):
        create_endpoint(by=owner, url=URL, kinds=["low_stock"], at=NOW)

    with pytest.raises(TooMany):
        create_endpoint(by=owner, url=URL, kinds=["low_stock"], at=NOW)


def test_a_stale_change_is_refused(owner, hook):
    choose_kinds(endpoint=hook, by=owner, kinds=["low_stock"], at=NOW, version=1)

    with pytest.raises(StaleVersion):
        choose_kinds(endpoint=hook, by=owner, kinds=["budget"], at=NOW, version=1)


def test_it_is_switched_off_once(hook):
    assert switch_off(endpoint=hook, words="It answered 500.", at=NOW)
    assert not switch_off(endpoint=hook, words="It answered 500.", at=NOW)


def test_one_that_is_not_on_is_sent_nothing_by_hand_either(owner, hook):
    told = send_test(endpoint=hook, by=owner, at=NOW)
    pause(endpoint=hook, by=owner, at=NOW)
    told = Delivery.objects.select_related("endpoint").get(pk=told.pk)

    with pytest.raises(NotOn):
        send_test(endpoint=hook, by=owner, at=NOW)
    with pytest.raises(NotOn):
        redeliver(delivery=told, by=owner, at=NOW)


def test_what_is_being_sent_is_not_sent_beside(owner, hook):
    told = send_test(endpoint=hook, by=owner, at=NOW)
    assert told.claim(at=NOW)

    with pytest.raises(BeingSent):
        redeliver(delivery=told, by=owner, at=NOW)


@given(st.binary(max_size=200), st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=2, unique=True))
def test_each_secret_has_its_own_mark_and_another_body_another(body, secrets):
    header = sign(body, secrets=secrets, at=NOW)

    assert header.startswith(f"t={int(NOW.timestamp())},v1=")
    assert len(set(header.split(",")[1:])) == len(secrets)
    assert header != sign(body + b"x", secrets=secrets, at=NOW)
