"""Endpoints: made, changed, paused and switched off. What is sent to them is written by `outbox`."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from accounts import trail
from accounts.models import Business, Member
from accounts.permissions import Action
from alerts.models import AlertKind
from alerts.queries import get_kinds
from alerts.services import Finding, raise_alerts, recover
from common.db import claim_version, unit_of_work
from common.errors import DomainError, InvalidInput
from webhooks.addresses import read_url
from webhooks.models import Delivery, Endpoint

MOST = 10
BOTH_HOLD = timedelta(hours=24)


class TooMany(DomainError):
    code = "too_many_webhooks"


class NoKinds(InvalidInput):
    code = "required"
    field = "kinds"


@unit_of_work()
def create_endpoint(*, by: Member, url: str, kinds: Collection[str], at: datetime) -> Endpoint:
    """Tell a program of these kinds of alerts from now on. People are shown `endpoint.secret` now and never again."""
    by.must(Action.WEBHOOKS)
    read_url(url)
    if Endpoint.objects.for_business(by.business).count() >= MOST:
        raise TooMany(f"There are {MOST} webhooks already. Delete one first.")
    wanted = _known(by.business, kinds)
    endpoint = Endpoint.objects.create(
        business=by.business, url=url, kinds=" ".join(wanted), salt=secrets.token_urlsafe(24), created_at=at
    )
    trail.record("webhook made", endpoint, by=by, at=at, after={"url": url, "kinds": endpoint.kinds})
    return endpoint


@unit_of_work()
def choose_kinds(*, endpoint: Endpoint, by: Member, kinds: Collection[str], at: datetime, version: int | None = None) -> Endpoint:
    by.must(Action.WEBHOOKS)
    wanted, before = " ".join(_known(by.business, kinds)), endpoint.kinds
    claim_version(endpoint, version)
    endpoint.kinds = wanted
    endpoint.save(update_fields=["kinds"])
    trail.record("webhook changed", endpoint, by=by, at=at, before={"kinds": before}, after={"kinds": wanted})
    return endpoint


@unit_of_work()
def pause(*, endpoint: Endpoint, by: Member, at: datetime) -> None:
    """Send nothing more to it; what waits stays in the log and can be sent by hand later."""
    by.must(Action.WEBHOOKS)
    if Endpoint.objects.filter(pk=endpoint.pk, paused_at=None).update(paused_at=at):
        Delivery.objects.all().stop([endpoint], "The webhook was paused.", at=at)
        trail.record("webhook paused", endpoint, by=by, at=at)
    endpoint.refresh_from_db()


@unit_of_work()
def resume(*, endpoint: Endpoint, by: Member, at: datetime) -> None:
    """Tell it again from now on, whoever had switched it off."""
    by.must(Action.WEBHOOKS)
    stopped = Endpoint.objects.filter(pk=endpoint.pk).exclude(paused_at=None, switched_off_at=None)
    if stopped.update(paused_at=None, switched_off_at=None, failing_since=None, resting_until=None):
        recover(business=endpoint.business, kind=AlertKind.WEBHOOK_OFF, subject_keys=[_key(endpoint)], at=at)
        trail.record("webhook resumed", endpoint, by=by, at=at)
    endpoint.refresh_from_db()


@unit_of_work()
def renew_secret(*, endpoint: Endpoint, by: Member, at: datetime) -> str:
    """A new secret, which is returned this once; for a day the one before signs beside it."""
    by.must(Action.WEBHOOKS)
    fresh = {"salt": secrets.token_urlsafe(24), "old_salt": endpoint.salt, "old_salt_until": at + BOTH_HOLD}
    Endpoint.objects.filter(pk=endpoint.pk, salt=endpoint.salt).update(**fresh)
    endpoint.refresh_from_db()
    trail.record("webhook secret renewed", endpoint, by=by, at=at)
    return endpoint.secret


@unit_of_work()
def delete_endpoint(*, endpoint: Endpoint, by: Member, at: datetime) -> None:
    by.must(Action.WEBHOOKS)
    recover(business=endpoint.business, kind=AlertKind.WEBHOOK_OFF, subject_keys=[_key(endpoint)], at=at)
    trail.record("webhook deleted", endpoint, by=by, at=at, before={"url": endpoint.url, "kinds": endpoint.kinds})
    endpoint.delete()


@unit_of_work()
def switch_off(*, endpoint: Endpoint, words: str, at: datetime) -> bool:
    """Stop asking an endpoint that does not answer, and tell the owners; at most once until it is switched on."""
    rows = Endpoint.objects.on().filter(pk=endpoint.pk)
    if not rows.update(switched_off_at=at):
        return False
    Delivery.objects.all().stop([endpoint], "The webhook was switched off.", at=at)
    finding = Finding(
        AlertKind.WEBHOOK_OFF,
        _key(endpoint),
        endpoint.url[:255],
        f"It is told nothing more. The last answer: {words}",
        reverse("webhook", args=[endpoint.pk]),
    )
    raise_alerts(business=endpoint.business, findings=[finding], at=at)
    return True


def _key(endpoint: Endpoint) -> str:
    return f"webhook:{endpoint.pk}"


def _known(business: Business, kinds: Collection[str]) -> Sequence[str]:
    wanted = [kind.value for kind in get_kinds(business=business) if kind.value in set(kinds)]
    if not wanted:
        raise NoKinds("Choose at least one kind of alert.")
    return wanted
