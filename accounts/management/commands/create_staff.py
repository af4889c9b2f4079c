import getpass
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import User


class Command(BaseCommand):
    help = "Makes one of our own people, who may do everything in the admin, with a confirmed address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--password", help="Asked for where it is not given.")

    def handle(self, *, email: str, password: str | None, **_: Any) -> None:
        email = email.lower()
        if User.objects.filter(email=email).exists():
            raise CommandError(f"{email} has an account already. Give it rights in the admin.")
        with transaction.atomic():
            user = User.objects.create_superuser(email, password or getpass.getpass())
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
        self.stdout.write(f"{email} can log in at /admin/.")
