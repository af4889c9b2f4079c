"""Owners hear of API keys: made, first used, used again from elsewhere after long silence. Nobody can turn that off."""

from datetime import timedelta

import pytest

from accounts.services import keys
from accounts.services.keys import SILENCE, create_api_key, find_api_key, touch_api_key
from mail.models import OutboxMessage
from tests.factories import NOW, MemberFactory

pytestmark = pytest.mark.django_db

HOME, HOTEL = "203.0.113.7", "2001:db8:77::1"


@pytest.fixture
def key(owner):
    made, secret = create_api_key(by=owner, name="Web shop", role="clerk", at=NOW)
    OutboxMessage.objects.all().delete()
    return made, secret


def use(key, address, at):
    touch_api_key(key=find_api_key(secret=key[1]), address=address, at=at)


def told():
    return list(OutboxMessage.objects.filter(kind="key_use").order_by("pk").values_list("to", "subject"))


def test_every_owner_hears_of_a_new_key_and_nobody_else(owner, member):
    partner = MemberFactory(business=owner.business, role="owner")
    MemberFactory(business=owner.business, role="owner", is_active=False)
    MemberFactory(role="owner")

    _, secret = create_api_key(by=owner, name="Web shop", role="clerk", at=NOW)

    subject = f"The API key “Web shop” was made: {owner.business.name}"
    assert told() == [(owner.user.email, subject), (partner.user.email, subject)]
    message = OutboxMessage.objects.first()
    assert secret not in message.text + message.html
    assert "/settings/keys/" in message.text
    assert message.unsubscribe_url == ""


def test_the_first_use_is_told_once_with_its_rough_place(key, owner):
    use(key, HOME, NOW)
    use(key, HOTEL, NOW + timedelta(hours=1))

    message = OutboxMessage.objects.get(kind="key_use")
    assert message.subject == f"The API key “Web shop” was used for the first time: {owner.business.name}"
    assert "203.0.113.…" in message.text


def test_two_requests_at_once_tell_of_the_first_use_once(key):
    first, second = find_api_key(secret=key[1]), find_api_key(secret=key[1])

    touch_api_key(key=first, address=HOME, at=NOW)
    touch_api_key(key=second, address=HOTEL, at=NOW)

    assert len(told()) == 1


@pytest.mark.parametrize(
    ("address", "silence", "tells"),
    [
        (HOTEL, SILENCE + timedelta(seconds=1), True),
        (HOTEL, SILENCE, False),
        (HOME, SILENCE * 9, False),
    ],
)
def test_use_from_elsewhere_is_told_after_long_silence_only(key, address, silence, tells):
    use(key, HOME, NOW)
    OutboxMessage.objects.all().delete()

    use(key, address, NOW + silence)

    assert [subject.partition(":")[0] for _, subject in told()] == (
        ["The API key “Web shop” is in use again, from a new address"] if tells else []
    )


def test_a_request_goes_on_though_telling_fails(key, monkeypatch, caplog):
    def broken(**_):
        raise RuntimeError

    monkeypatch.setattr(keys, "tell_of_key", broken)

    use(key, "no address", NOW)

    assert "could not be told" in caplog.text
