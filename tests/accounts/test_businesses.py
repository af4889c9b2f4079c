import pytest
from django.core.management import CommandError, call_command

from accounts.models import Business, User
from accounts.services.businesses import StaleVersion, UnknownSetting, create_business, update_business
from accounts.services.keys import find_api_key
from audit.models import AuditEntry
from common.errors import DomainError
from inventory.models import Location
from tests.factories import NOW, UserFactory


def test_a_shop_is_born_with_its_owner_and_its_place(db):
    user = UserFactory()

    owner = create_business(name="Marlow Street", owner=user, at=NOW)

    assert (owner.role, owner.business.slug) == ("owner", "marlow-street")
    assert Location.objects.get(business=owner.business).is_default
    assert User.objects.get(pk=user.pk).current_member == owner


def test_a_personal_book_has_no_place_for_stock(db):
    owner = create_business(name="Home", owner=UserFactory(), at=NOW, kind="personal")

    assert not Location.objects.filter(business=owner.business).exists()


def test_two_shops_of_one_name_have_two_slugs(db):
    first, second = (create_business(name="Tea & Co.", owner=UserFactory(), at=NOW).business for _ in range(2))

    assert first.slug == "tea-co"
    assert second.slug.startswith("tea-co-")


@pytest.mark.parametrize(("field", "value"), [("currency", "XXQ"), ("timezone", "Mars/Olympus"), ("timezone", "../etc/passwd")])
def test_refuses_a_currency_or_zone_that_does_not_exist(field, value, owner):
    with pytest.raises(UnknownSetting) as refusal:
        update_business(business=owner.business, by=owner, values={field: value}, at=NOW)

    assert refusal.value.field == field


def test_a_change_of_settings_says_from_what_to_what(owner):
    update_business(business=owner.business, by=owner, values={"name": "New name"}, at=NOW)

    entry = AuditEntry.objects.get(action="settings changed")
    assert "Shop" in entry.before
    assert entry.after == '{"name": "New name"}'


def test_a_stale_version_is_refused_and_none_means_the_last_wins(owner):
    update_business(business=owner.business, by=owner, values={"name": "First"}, at=NOW, version=1)
    stale = Business.objects.get(pk=owner.business_id)

    with pytest.raises(StaleVersion):
        update_business(business=stale, by=owner, values={"name": "Second"}, at=NOW, version=1)
    update_business(business=stale, by=owner, values={"name": "Third"}, at=NOW)

    assert Business.objects.get(pk=owner.business_id).name == "Third"


def test_only_an_owner_changes_settings(member):
    with pytest.raises(DomainError, match="Only owners"):
        update_business(business=member.business, by=member, values={"name": "Mine"}, at=NOW)


def test_the_command_prints_the_slug_alone_and_the_owner_can_log_in(db, capsys, client):
    call_command(
        "create_business", "Corner Shop", "--owner", "Ann@Shop.example", "--password", "a long password", "--currency", "EUR"
    )

    assert capsys.readouterr().out == "corner-shop\n"
    response = client.post("/accounts/login/", {"login": "ann@shop.example", "password": "a long password"})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_the_command_says_what_is_wrong(db):
    with pytest.raises(CommandError, match="not a currency"):
        call_command("create_business", "Corner Shop", "--owner", "ann@shop.example", "--currency", "ZZZ")

    assert not User.objects.exists()


def test_the_command_prints_a_key_that_works(owner, capsys):
    call_command("create_api_key", "--business", owner.business.slug, "--role", "clerk")

    key = find_api_key(secret=capsys.readouterr().out.strip())
    assert key is not None
    assert (key.business, key.role) == (owner.business, "clerk")


def test_the_key_command_knows_its_businesses(db):
    with pytest.raises(CommandError, match="no business"):
        call_command("create_api_key", "--business", "nowhere")
