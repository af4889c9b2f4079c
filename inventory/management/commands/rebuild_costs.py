from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Business
from inventory.services.cost_proof import find_wrong_costs
from inventory.services.costs import recost_all


class Command(BaseCommand):
    help = "Writes what stock cost anew from the ledger, or with --check only says where the two differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--business", default="", metavar="SLUG", help="one shop; all of them otherwise")
        parser.add_argument("--check", action="store_true", help="change nothing; fail where a figure differs")

    def handle(self, *, business: str, check: bool, **_: Any) -> None:
        shops = Business.objects.shops().order_by("pk")
        if business:
            shops = shops.filter(slug=business)
            if not shops:
                raise CommandError(f"There is no shop called {business}.")
        wrong = sum(self._check(shop) if check else self._rebuild(shop) for shop in shops)
        if wrong:
            raise CommandError(f"Products whose costs differ from the ledger: {wrong}.")

    def _check(self, shop: Business) -> int:
        wrong = find_wrong_costs(business=shop)
        self.stdout.write(f"{shop.slug}: products that differ: {len(wrong)}")
        return len(wrong)

    def _rebuild(self, shop: Business) -> int:
        self.stdout.write(f"{shop.slug}: products costed: {recost_all(business=shop)}")
        return 0
