"""What staff may do in the admin, and what nobody may."""

from decimal import Decimal

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import ApiKey, Business, Invitation, Member, User
from alerts import services as alerts
from alerts.models import Alert, AlertState
from audit.models import AuditEntry
from common.models import DailyRun, IdempotentRequest
from inventory.models import CostCorrection, LandedCost, MovementCost, Product, StockLevel, StockMovement
from mail.models import OutboxMessage
from sales.models import Customer, Payment, Sale, SaleLine
from tests.factories import NOW, UserFactory
from tests.tracker.staff_rows import one_of_everything

pytestmark = pytest.mark.django_db
STOCK = [StockLevel, StockMovement, LandedCost, MovementCost, CostCorrection]
LEDGERS = [*STOCK, AuditEntry, Sale, SaleLine, Payment, IdempotentRequest, OutboxMessage, DailyRun]


@pytest.fixture
def root() -> User:
    return UserFactory(is_staff=True, is_superuser=True, email="root@tillbook.example")


@pytest.fixture
def staff(client, root) -> Client:
    client.force_login(root)
    return client


@pytest.fixture
def shop() -> Business:
    return one_of_everything(0).business


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def do(client, model, action, row):
    return client.post(url(model, "changelist"), {"action": action, "_selected_action": [row.pk]}, follow=True)


def as_shown(client, model, pk):
    """What a browser would send back unchanged."""
    shown = client.get(url(model, "change", pk)).context
    forms = [shown["adminform"].form, *(inline.formset.management_form for inline in shown["inline_admin_formsets"])]
    values = {form.add_prefix(name): form.initial.get(name) for form in forms for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def entry(action) -> AuditEntry:
    return AuditEntry.objects.select_related("user", "business").get(action=action, via="admin")


@pytest.mark.parametrize("model", LEDGERS, ids=lambda model: model.__name__)
def test_ledgers_are_read_only_even_for_a_superuser(staff, shop, model):
    row = model._default_manager.first()

    assert staff.post(url(model, "add"), {}).status_code == 403
    assert staff.post(url(model, "change", row.pk), {"quantity": "1"}).status_code == 403
    assert staff.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in admin.site._registry[model].get_actions(staff.get(url(model, "changelist")).wsgi_request)


def test_a_stranger_is_sent_to_the_door_of_everybody(client):
    answer = client.get(reverse("admin:index"), follow=True)

    assert answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next=%2Fadmin%2F"


def test_a_customer_is_refused(client, owner):
    client.force_login(owner.user)

    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_a_password_is_changed_where_everybody_changes_it(staff):
    assert staff.get(reverse("admin:password_change")).url == reverse("account_change_password")


def test_a_plan_starts_and_is_audited_under_the_name_of_staff(staff, shop, root):
    do(staff, Business, "start_premium", shop)

    assert Business.objects.get(pk=shop.pk).plan == "premium"
    assert (entry("plan changed").user, entry("plan changed").business) == (root, shop)


def test_settings_are_changed_through_their_service(staff, shop, root):
    values = as_shown(staff, Business, shop.pk)

    staff.post(url(Business, "change", shop.pk), values | {"name": "Renamed"})

    assert Business.objects.get(pk=shop.pk).name == "Renamed"
    assert '"name": "Renamed"' in entry("settings changed").after


def test_a_refusal_is_said_in_its_own_words(staff, shop):
    values = as_shown(staff, Business, shop.pk)

    page = staff.post(url(Business, "change", shop.pk), values | {"timezone": "Mars/Olympus"}, follow=True)

    assert "Mars/Olympus is not a time zone." in page.content.decode()
    assert Business.objects.get(pk=shop.pk).timezone == "Europe/London"


def test_a_key_is_revoked(staff, shop, root):
    do(staff, ApiKey, "revoke", ApiKey.objects.get())

    assert ApiKey.objects.get().revoked_at
    assert entry("API key revoked").user == root


def test_an_invitation_is_withdrawn(staff, shop):
    do(staff, Invitation, "withdraw", Invitation.objects.get())

    assert Invitation.objects.get().revoked_at
    assert entry("invitation withdrawn").business == shop


def test_the_last_owner_keeps_the_seat_and_staff_are_told_why(staff, shop):
    page = do(staff, Member, "deactivate", Member.objects.get())

    assert Member.objects.get().is_active
    assert "A business needs an owner." in page.content.decode()


def test_an_alert_is_resolved(staff, shop, root):
    do(staff, Alert, "resolve", Alert.objects.get())

    assert Alert.objects.get().state == AlertState.RESOLVED
    assert entry("alert resolved").user == root


def test_a_ledger_is_proved_on_request(staff, shop, monkeypatch):
    monkeypatch.setattr(alerts, "post", lambda _: None)
    StockLevel.objects.filter(location__is_default=True).update(on_hand=99)

    do(staff, Business, "prove_now", shop)

    assert Alert.objects.filter(kind="ledger_mismatch").exists()
    assert entry("ledger proved").after == '{"differences": 1}'


def test_the_stock_is_checked_on_request(staff, shop, monkeypatch):
    monkeypatch.setattr(alerts, "post", lambda _: None)
    Product.objects.update(reorder_point=50)

    do(staff, Business, "check_now", shop)

    assert Product.objects.get().stock_state == "low"
    assert entry("stock checked").business == shop


def test_an_unsent_message_goes_again(staff, shop):
    OutboxMessage.objects.update(gave_up_at=NOW, attempts=12)

    do(staff, OutboxMessage, "send_again", OutboxMessage.objects.get(kind="security"))

    message = OutboxMessage.objects.get(kind="security")
    assert (message.gave_up_at, message.attempts) == (None, 0)


def test_a_sent_message_does_not_go_twice(staff, shop):
    OutboxMessage.objects.update(sent_at=NOW, attempts=1)

    do(staff, OutboxMessage, "send_again", OutboxMessage.objects.get(kind="security"))

    assert OutboxMessage.objects.get(kind="security").attempts == 1


def test_a_price_is_changed_through_its_service_and_derived_figures_stay(staff, shop):
    product = Product.objects.get()
    values = as_shown(staff, Product, product.pk)

    staff.post(url(Product, "change", product.pk), values | {"price": "7.50", "average_cost": "0", "name": "Blue mug"})

    after = Product.objects.get()
    assert (after.price, after.average_cost) == (Decimal("7.50"), product.average_cost)
    assert "blue mug" in after.search_text
    assert entry("product changed").business == shop


def test_a_customer_is_mended_through_the_service(staff, shop):
    customer = Customer.objects.get()

    values = as_shown(staff, Customer, customer.pk)

    staff.post(url(Customer, "change", customer.pk), values | {"name": "Mrs Smith"})

    assert Customer.objects.get().name == "Mrs Smith"
    assert entry("customer changed").business == shop


def test_a_lost_second_factor_is_removed_and_audited(staff, shop, root):
    factor = Authenticator.objects.get()

    staff.post(url(Authenticator, "delete", factor.pk), {"post": "yes"})

    assert not Authenticator.objects.exists()
    assert entry("authenticator deleted").user == root


def test_only_a_superuser_gives_rights_or_mends_staff(client, root):
    helper = UserFactory(is_staff=True)
    helper.user_permissions.set(
        Permission.objects.filter(content_type__app_label="accounts", codename__in=["change_user", "view_user"])
    )
    client.force_login(helper)
    customer = UserFactory()

    client.post(url(User, "change", customer.pk), {"name": "Mended", "is_active": "on", "is_superuser": "on", "is_staff": "on"})
    answer = client.post(url(User, "change", root.pk), {"name": "Taken over", "is_active": "on"})

    customer.refresh_from_db()
    assert (customer.name, customer.is_superuser, customer.is_staff) == ("Mended", False, False)
    assert answer.status_code == 403
