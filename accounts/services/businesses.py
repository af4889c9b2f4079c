from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db.models import F
from django.utils.text import slugify

from accounts import trail
from accounts.births import give_birth
from accounts.heeding import heed_changes
from accounts.history import any_amounts
from accounts.models import Business, Kind, Member, Plan, User
from accounts.permissions import Action, Role
from audit import services as audit
from common import money, periods
from common.db import unit_of_work
from common.errors import DomainError, InvalidInput, StaleVersion
from common.fields import LARGEST_AMOUNT

SETTINGS = (
    "name",
    "currency",
    "timezone",
    "country",
    "address",
    "tax_number",
    "prices_include_tax",
    "default_tax_rate",
    "tax_rounding",
    "valuation",
    "allow_negative_stock",
    "hide_costs",
    "most_discount_percent",
    "over_receipt_percent",
    "expiry_warn_days",
    "clerks_need_approval",
    "approve_above",
)


class UnknownSetting(InvalidInput):
    code = "invalid"


class CurrencyInUse(DomainError):
    code = "currency_in_use"
    field = "currency"


@unit_of_work()
def create_business(
    *,
    name: str,
    owner: User,
    at: datetime,
    kind: str = Kind.RETAIL,
    currency: str = "GBP",
    timezone: str = "Europe/London",
    country: str = "GB",
    plan: str = Plan.FREE,
    via: str = "",
) -> Member:
    """A new business with its owner, who is taken into it. Returns the owner's membership."""
    check_currency(currency)
    check_timezone(timezone)
    business = Business.objects.create(
        slug=free_slug(name),
        name=name,
        kind=kind,
        currency=currency,
        timezone=timezone,
        country=country,
        plan=plan,
        created_at=at,
    )
    member = Member.objects.create(business=business, user=owner, role=Role.OWNER, joined_at=at)
    User.objects.filter(pk=owner.pk).update(current_member=member)
    owner.current_member = member
    give_birth(business, member)
    audit.record(
        action="business created",
        subject=business,
        at=at,
        business_id=business.pk,
        user_id=owner.pk,
        via=via,
        after={"name": name, "kind": kind},
    )
    return member


@unit_of_work()
def update_business(
    *, business: Business, by: Member, values: dict[str, Any], at: datetime, version: int | None = None
) -> Business:
    """Change settings. Raises StaleVersion when `version` is given and somebody else was faster."""
    by.must(Action.SETTINGS)
    if version is not None and version != business.version:
        raise StaleVersion("Somebody else changed the settings meanwhile. Reload and try again.")
    _check_new_currency(business, values.get("currency", business.currency))
    _check_limit(values.get("approve_above"), values.get("currency", business.currency))
    check_timezone(values.get("timezone", business.timezone))
    before = {name: getattr(business, name) for name in SETTINGS}
    for name in SETTINGS:
        setattr(business, name, values.get(name, before[name]))
    old, new = audit.changes(before, {name: getattr(business, name) for name in SETTINGS})
    if not new:
        return business
    rows = Business.objects.filter(pk=business.pk)
    if not (rows if version is None else rows.filter(version=version)).update(**new, version=F("version") + 1):
        raise StaleVersion("Somebody else changed the settings meanwhile. Reload and try again.")
    business.version += 1
    trail.record(
        "settings changed",
        business,
        by=by,
        at=at,
        before=old,
        after=new,
    )
    heed_changes(business, new)
    return business


def switch_business(*, user: User, member: Member) -> None:
    User.objects.filter(pk=user.pk).update(current_member=member)


def free_slug(name: str) -> str:
    """A slug nobody has: the name's own, or with four letters behind it."""
    slug = slugify(name)[:50] or "book"
    while Business.objects.filter(slug=slug).exists():
        slug = f"{slugify(name)[:50] or 'book'}-{uuid4().hex[:4]}"
    return slug


def _check_new_currency(business: Business, currency: str) -> None:
    """Nothing is converted: what was sold for 2.50 euros would be shown, and refunded, as 3 yen."""
    check_currency(currency)
    if currency != business.currency and any_amounts(business):
        raise CurrencyInUse(
            f"Prices, stock, sales or expenses are written in {business.currency} already. Start another business for {currency}."
        )


def _check_limit(amount: Decimal | None, currency: str) -> None:
    if amount is None:
        return
    if not amount.is_finite() or not 0 <= amount <= LARGEST_AMOUNT:
        raise UnknownSetting(f"A limit lies between 0 and {LARGEST_AMOUNT:,}.", field="approve_above")
    if not money.fits(amount, currency):
        places = money.places(currency)
        raise UnknownSetting(f"An amount in {currency} has at most {places} decimal places.", field="approve_above")


def check_currency(currency: str) -> None:
    if currency not in money.known_currencies():
        raise UnknownSetting(f"{currency} is not a currency. Use a code such as GBP, EUR or JPY.", field="currency")


def check_timezone(timezone: str) -> None:
    if timezone not in periods.zone_names():
        raise UnknownSetting(f"{timezone} is not a time zone. Use a name such as Europe/London.", field="timezone")
