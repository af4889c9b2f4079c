"""Endpoints are told of each alert that opens or is resolved, once, if they chose its kind and belong to the business."""

import json

import pytest
from django.db import transaction

from alerts.hearers import Change, tell_hearers
from alerts.models import AlertKind
from alerts.services import Finding, raise_alerts, recover, resolve
from tests.factories import NOW, MemberFactory
from tests.webhooks.receiver import Answer
from webhooks.models import Delivery
from webhooks.services import choose_kinds, create_endpoint, pause, resume

pytestmark = pytest.mark.django_db

LOAF = Finding(AlertKind.LOW_STOCK, "product:1", "Rye loaf 600 g", "3 left, reorder point 5.", "/products/1/")
CANDLE = Finding(AlertKind.OUT_OF_STOCK, "product:2", "Beeswax candle")


def told():
    return sorted(Delivery.objects.values_list("kind", "subject"))


def test_it_is_told_when_an_alert_opens_and_when_it_mends_itself(owner, endpoint, program, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        raise_alerts(business=owner.business, findings=[LOAF, CANDLE], at=NOW)
        raise_alerts(business=owner.business, findings=[LOAF], at=NOW)
        recover(business=owner.business, kind=AlertKind.LOW_STOCK, subject_keys=["product:1", "product:7"], at=NOW)
        recover(business=owner.business, kind=AlertKind.LOW_STOCK, subject_keys=["product:1"], at=NOW)

    assert told() == [
        ("alert.opened", "Beeswax candle"),
        ("alert.opened", "Rye loaf 600 g"),
        ("alert.resolved", "Rye loaf 600 g"),
    ]
    events = [json.loads(body) for body in program.bodies]
    assert sorted(each["type"] for each in events) == ["alert.opened", "alert.opened", "alert.resolved"]
    opened = next(each["data"] for each in events if each["data"]["kind"] == "low_stock" and each["type"] == "alert.opened")
    assert opened["url"] == "https://till.example/products/1/"
    assert opened["message"] == "3 left, reorder point 5."
    assert opened["state"] == "open"
    mended = next(each["data"] for each in events if each["type"] == "alert.resolved")
    assert (mended["state"], mended["resolved_at"], mended["id"]) == ("resolved", mended["raised_at"], opened["id"])


def test_it_is_told_when_a_person_resolves_an_alert(owner, endpoint):
    (alert,) = raise_alerts(business=owner.business, findings=[LOAF], at=NOW)

    resolve(alert=alert, by=owner, at=NOW, note="Ordered on Monday")

    last = json.loads(Delivery.objects.get(kind="alert.resolved").body)
    assert last["data"]["note"] == "Ordered on Monday"


def test_other_kinds_other_businesses_and_paused_webhooks_are_told_nothing(owner, program):
    at = {"by": owner, "at": NOW}
    other = MemberFactory(role="owner")
    create_endpoint(by=other, url=program.url, kinds=AlertKind.values, at=NOW)
    out_only = create_endpoint(url=program.url, kinds=["out_of_stock"], **at)
    paused = create_endpoint(url=program.url, kinds=["low_stock"], **at)
    pause(endpoint=paused, **at)

    raise_alerts(business=owner.business, findings=[LOAF], at=NOW)
    assert told() == []

    choose_kinds(endpoint=out_only, kinds=["low_stock"], **at)
    recover(business=owner.business, kind=AlertKind.LOW_STOCK, subject_keys=["product:1"], at=NOW)
    assert [row.endpoint_id for row in Delivery.objects.all()] == [out_only.pk]


def test_what_waits_when_it_is_paused_is_kept_and_not_sent(owner, program, endpoint, event):
    pause(endpoint=endpoint, by=owner, at=NOW)
    event.refresh_from_db()
    assert event.gave_up_at == NOW

    resume(endpoint=endpoint, by=owner, at=NOW)
    event.refresh_from_db()
    assert not event.is_waiting
    assert program.asked == []


def test_nothing_is_told_of_what_is_undone(owner, endpoint):
    class UndoneError(Exception):
        pass

    def undone():
        raise_alerts(business=owner.business, findings=[LOAF], at=NOW)
        raise UndoneError

    with pytest.raises(UndoneError), transaction.atomic():
        undone()

    assert told() == []


def test_an_endpoint_that_fails_does_not_stop_the_other(owner, program, endpoint, django_capture_on_commit_callbacks):
    create_endpoint(by=owner, url=program.url, kinds=["low_stock"], at=NOW)
    program.answers = [Answer(500)]

    with django_capture_on_commit_callbacks(execute=True):
        raise_alerts(business=owner.business, findings=[LOAF], at=NOW)

    assert Delivery.objects.filter(sent_at=NOW).count() == 1
    assert Delivery.objects.filter(sent_at=None).count() == 1


@pytest.mark.parametrize("count", [1, 20])
def test_a_business_without_webhooks_pays_one_query(owner, django_assert_num_queries, count):
    findings = [Finding(AlertKind.LOW_STOCK, f"product:{n}", "Tea") for n in range(count)]
    alerts = raise_alerts(business=owner.business, findings=findings, at=NOW)

    with django_assert_num_queries(1):
        tell_hearers(Change.OPENED, {owner.business: alerts}, NOW)
