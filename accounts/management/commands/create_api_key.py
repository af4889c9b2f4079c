from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Member, Scope
from accounts.permissions import Role
from accounts.services.keys import create_api_key


class Command(BaseCommand):
    help = "Makes an API key for a business and prints it. It is not shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--business", required=True, metavar="SLUG")
        parser.add_argument("--role", choices=Role.values, default=Role.OWNER)
        parser.add_argument("--scope", choices=Scope.values, action="append", default=[], help="May be repeated. None: all.")
        parser.add_argument("--name", default="made on the command line")

    def handle(self, *, business: str, role: str, scope: list[str], name: str, **_: Any) -> None:
        owners = Member.objects.active().filter(business__slug=business, role=Role.OWNER).select_related("business")
        owner = owners.order_by("pk").first()
        if owner is None:
            raise CommandError(f"There is no business “{business}” with an owner.")
        owner.via = "create_api_key"
        _key, secret = create_api_key(by=owner, name=name, role=role, scopes=scope, at=timezone.now())
        self.stdout.write(secret)
