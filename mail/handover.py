"""Several messages on their way at once from one process: one that is answered slowly holds up no other."""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice

from django.core.mail import EmailMultiAlternatives

from mail.models import OutboxMessage


@dataclass(frozen=True)
class Parcel:
    """A message as it goes to the mail service."""

    message: OutboxMessage
    email: EmailMultiAlternatives


@dataclass(frozen=True)
class Answer:
    """What became of it: `error` is whatever sending raised."""

    parcel: Parcel
    error: Exception | None = None


def hand_over(parcels: Iterable[Parcel], *, at_once: int) -> Iterator[list[Answer]]:
    """Send each parcel once, at most `at_once` at a time, and tell of answers as they come, some together.

    Parcels are asked for one by one and only when there is room, always in the caller's thread; threads do nothing but send.
    """
    if at_once == 1:
        yield from ([send(parcel)] for parcel in parcels)
        return
    coming = iter(parcels)
    with ThreadPoolExecutor(at_once) as threads:
        under_way = {threads.submit(send, parcel) for parcel in islice(coming, at_once)}
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            yield [one.result() for one in done]
            under_way |= {threads.submit(send, parcel) for parcel in islice(coming, at_once - len(under_way))}


def send(parcel: Parcel) -> Answer:
    try:
        parcel.email.send()
    except Exception as error:  # noqa: BLE001  (whatever the transport raises is judged)
        return Answer(parcel, error)
    return Answer(parcel)
