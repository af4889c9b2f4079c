import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Business
from common.errors import DomainError
from portal.demo_login import EMAIL, PASSWORD
from portal.sample.build import DAYS, build_sample


class Command(BaseCommand):
    help = "Opens a sample shop with a year of trade."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Only where there is no business yet.")
        parser.add_argument("--password", default="", help="For the sample people; needed where others can reach this server.")
        parser.add_argument("--days", type=int, default=DAYS)

    def handle(self, *, if_empty: bool, password: str, days: int, **_: Any) -> None:
        if if_empty and Business.objects.exists():
            return
        if not password and settings.SESSION_COOKIE_SECURE:
            raise CommandError("Others can reach this server. Give the sample people a password: --password …")
        self.stdout.write(f"Opening a sample shop with {days} days of trade. This takes half a minute.")
        self.stdout.flush()
        began = time.monotonic()
        try:
            built = build_sample(password=password or PASSWORD, at=timezone.now(), days=days)
        except DomainError as error:
            raise CommandError(error.message) from error
        took = time.monotonic() - began
        self.stdout.write(f"{built.business.name}: {built.products} products, {built.sales} sales, in {took:.0f} s.")
        self.stdout.write(f"Log in as {EMAIL}" + ("." if password else f" with the password {PASSWORD}."))
