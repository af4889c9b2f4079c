from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import Kind, Plan, User
from accounts.services.businesses import create_business
from common.errors import DomainError


class Command(BaseCommand):
    help = "Creates a business and prints its slug."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--password")
        parser.add_argument("--kind", choices=Kind.values, default=Kind.RETAIL)
        parser.add_argument("--currency", default="GBP")
        parser.add_argument("--timezone", default="Europe/London")
        parser.add_argument("--plan", choices=Plan.values, default=Plan.FREE)

    def handle(self, *, name: str, owner: str, password: str | None, **options: Any) -> None:
        wanted = {key: options[key] for key in ("kind", "currency", "timezone", "plan")}
        try:
            with transaction.atomic():
                user = _owner(owner.lower(), password)
                member = create_business(name=name, owner=user, at=timezone.now(), via="create_business", **wanted)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(member.business.slug)


def _owner(email: str, password: str | None) -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, password)
    if password:
        user.set_password(password)
        user.save(update_fields=["password"])
    address, _ = EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True})
    address.verified = True
    address.save(update_fields=["verified"])
    return user
