"""Sends what is due to endpoints. A sweep of due rows is the only retry."""

from datetime import datetime, timedelta

from django.conf import settings

from common.retries import Fate, Verdict, wait_asked_for
from webhooks import services, wire
from webhooks.addresses import UrlRefused, read_url, resolve
from webhooks.models import Delivery, Endpoint, EndpointState
from webhooks.signature import HEADER, sign

GONE, TOO_MANY = 410, 429
A_REST = timedelta(seconds=10)
TEST = "test"


def send(*, delivery: Delivery, at: datetime) -> bool:
    """Send one event if it is due and nobody else has it. False when it was not ours or was not taken."""
    if not delivery.claim(at=at):
        return False
    endpoint = delivery.endpoint
    if endpoint.state is not EndpointState.ON:
        delivery.give_up("The webhook is not on.", at=at)
        return False
    if endpoint.resting_until and endpoint.resting_until > at and delivery.kind != TEST:
        rest = Verdict(Fate.RETRY, "Waits: the webhook failed a moment ago.", endpoint.resting_until - at, counts=False)
        delivery.postpone(rest, at=at)
        return False
    try:
        answer = _post(delivery, at)
    except (wire.Unreachable, OSError, UrlRefused) as error:
        return _failed(delivery, None, Verdict(Fate.RETRY, str(error) or type(error).__name__), at)
    return _sent(delivery, answer, at) if answer.is_yes else _failed(delivery, answer, judge(answer, at=at), at)


def judge(answer: wire.Answer, *, at: datetime) -> Verdict:
    """Whatever is no yes is tried again, since endpoints are mended; but one that says it is gone is believed."""
    if answer.status == GONE:
        return Verdict(Fate.SUPPRESS, "410: it is gone.")
    moved = " Redirects are not followed." if 300 <= answer.status < 400 else ""
    wait = wait_asked_for(answer.headers, at)
    return Verdict(Fate.RETRY, f"It answered {answer.status}.{moved}", wait, counts=answer.status != TOO_MANY)


def offer_due(*, at: datetime, limit: int) -> list[int]:
    """What the queue should deliver now; what kills its workers is buried on the way."""
    Delivery.objects.all().bury(at=at)
    return Delivery.objects.all().offer(at=at, limit=limit)


def _post(delivery: Delivery, at: datetime) -> wire.Answer:
    endpoint, body = delivery.endpoint, delivery.body.encode()
    target = read_url(endpoint.url)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Tillbook-Webhooks/1",
        "Tillbook-Event": delivery.event_id,
        HEADER: sign(body, secrets=endpoint.secrets(at=at), at=at),
    }
    return wire.post(target, resolve(target), body=body, headers=headers, patience=settings.WEBHOOK_PATIENCE)


def _sent(delivery: Delivery, answer: wire.Answer, at: datetime) -> bool:
    rows = Delivery.objects.filter(pk=delivery.pk)
    rows.update(sent_at=at, gave_up_at=None, last_error="", response_code=answer.status)
    endpoint = delivery.endpoint
    if endpoint.failing_since or endpoint.resting_until:
        Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=None, resting_until=None)
    return True


def _failed(delivery: Delivery, answer: wire.Answer | None, verdict: Verdict, at: datetime) -> bool:
    delivery.ours().update(response_code=answer.status if answer else None)
    endpoint = delivery.endpoint
    if delivery.kind == TEST:  # somebody sits before it and looks
        delivery.give_up(verdict.words, at=at)
        return False
    rest = max(verdict.wait or A_REST, A_REST)
    Endpoint.objects.filter(pk=endpoint.pk).update(resting_until=at + rest)
    Endpoint.objects.filter(pk=endpoint.pk, failing_since=None).update(failing_since=at)
    over = delivery.postpone(verdict, at=at) if verdict.fate is Fate.RETRY else delivery.give_up(verdict.words, at=at)
    if over:
        services.switch_off(endpoint=endpoint, words=verdict.words, at=at)
    return False
