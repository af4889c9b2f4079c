"""Ends mail by a link that needs no log-in (RFC 8058): its signature is the key, good for these kinds to this person."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import Member
from alerts.models import AlertKind

DIGEST = "digest"  # the topic of the summary, beside the kinds of alerts
SALT = "alerts.unsubscribe"
LONGEST = 900


@dataclass(frozen=True)
class Letter:
    """What a link is about: the summary, or the kinds of alerts that one message told a member of."""

    member: Member
    kinds: tuple[str, ...]

    @property
    def seats(self) -> list[Member]:
        """Where else this person may be written to."""
        return list(Member.objects.filter(user_id=self.member.user_id))

    @property
    def topics(self) -> list[str]:
        return ["the summary" if kind == DIGEST else str(AlertKind(kind).label) for kind in self.kinds]


def unsubscribe_url(*, member: Member, kinds: Iterable[str]) -> str:
    token = signing.dumps([member.pk, *sorted(set(kinds))], salt=SALT, compress=True)
    address: str = settings.SITE_URL + reverse("unsubscribe", args=[token])
    return address


def read_link(token: str) -> Letter | None:
    """What a link is about; None when we never wrote it. A link does not age: old messages are unsubscribed from, too."""
    try:
        number, *kinds = signing.loads(token[:LONGEST], salt=SALT)
    except signing.BadSignature:
        return None
    member = Member.objects.select_related("business", "user").filter(pk=number).first()
    known = tuple(kind for kind in kinds if kind in {*AlertKind.values, DIGEST})
    return Letter(member, known) if member else None
