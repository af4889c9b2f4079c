from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Member
from accounts.permissions import Role
from common.errors import DomainError
from imports import store
from imports.models import ImportBatch, ImportState
from imports.services.decide import begin_commit, resume_import
from imports.services.start import begin_check, start_import
from imports.services.work import work
from sales import online_retail
from sales.reconciliation import Reconciliation, Sum, reconcile

UNDER_WAY = [ImportState.UPLOADED, ImportState.CHECKING, ImportState.READY, ImportState.COMMITTING, ImportState.FAILED]


class Command(BaseCommand):
    help = (
        "Imports past sales from a CSV, CSV.GZ or XLSX file: the good rows go in, the others are listed with their reasons. "
        "Run again after an interruption, it goes on where it stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--business", required=True, metavar="SLUG")
        parser.add_argument("--mapping", default="", choices=["", online_retail.NAME])
        parser.add_argument("--dry-run", action="store_true", help="only say what would become of the rows")

    def handle(self, *, file: Path, business: str, mapping: str, dry_run: bool, **_: Any) -> None:
        owner = _owner_of(business)
        try:
            with file.open("rb") as source:
                batch = self._batch(owner, source, file.name, mapping)
                self._run(batch, owner, dry_run=dry_run)
                if not dry_run:
                    self._report(batch, reconcile(batch=batch, source=source))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except DomainError as error:
            raise CommandError(error.message) from error

    def _batch(self, owner: Member, source: IO[bytes], name: str, mapping: str) -> ImportBatch:
        """The unfinished import of this very file, or a new one."""
        mine = ImportBatch.objects.for_business(owner.business).filter(kind="sales", preset=mapping, state__in=UNDER_WAY)
        batch = mine.filter(digest=store.digest_of(source)).order_by("-pk").first()
        if batch is None:
            return start_import(by=owner, kind="sales", source=source, filename=name, at=timezone.now(), preset=mapping)
        self.stderr.write(f"Going on with import {batch.pk}, at row {batch.done_rows:,} of {batch.total_rows:,}.")
        return batch

    def _run(self, batch: ImportBatch, owner: Member, *, dry_run: bool) -> None:
        now = timezone.now
        if batch.state == ImportState.FAILED:
            resume_import(batch=batch, by=owner, at=now())
        if batch.state in {ImportState.UPLOADED, ImportState.READY}:
            begin_check(batch=batch, by=owner, at=now(), options={"partial": True})
        if batch.state == ImportState.CHECKING:
            work(batch_id=batch.pk, clock=now, take_over=True, tell=self._tell)
            batch.refresh_from_db()
        self.stdout.write(f"Checked {batch.total_rows:,} rows: {_counts(batch)}")
        if dry_run:
            return
        begin_commit(batch=batch, by=owner, at=now(), partial=True)
        work(batch_id=batch.pk, clock=now, take_over=True, tell=self._tell)
        batch.refresh_from_db()
        if batch.state != ImportState.DONE:
            raise CommandError("Another process has taken this import over, or it was cancelled.")

    def _tell(self, batch: ImportBatch) -> None:
        self.stderr.write(f"{batch.get_state_display()}: {batch.done_rows:,} of {batch.total_rows:,} rows")

    def _report(self, batch: ImportBatch, found: Reconciliation) -> None:
        self.stdout.write(f"Imported {batch.filename}: {_counts(batch)}\n\n")
        self._line("", "lines", f"amount {batch.business.currency}")
        self._sum("Imported as sales", found.imported)
        self._sum("Imported as returns", found.returned)
        self._sum("Refused", found.refused)
        for reason, part in sorted(found.reasons.items()):
            self._sum(f"  {reason}", part)
        self._sum("All lines of the file", found.file)
        if not found.agrees:
            raise CommandError("The file and what became of it do not agree.")
        self.stdout.write("\nImported + returns + refused = the file, to the penny.")

    def _sum(self, label: str, part: Sum) -> None:
        self._line(label, f"{part.lines:,}", _amount(part.amount))

    def _line(self, label: str, lines: str, amount: str) -> None:
        self.stdout.write(f"{label:<78} {lines:>10} {amount:>16}")


def _amount(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01')) if amount == round(amount, 2) else amount.normalize():,f}"


def _counts(batch: ImportBatch) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in batch.counts.items())


def _owner_of(slug: str) -> Member:
    owners = Member.objects.active().filter(business__slug=slug, role=Role.OWNER).select_related("business", "user")
    owner = owners.order_by("pk").first()
    if owner is None:
        raise CommandError(f"There is no business “{slug}” with an owner.")
    owner.via = "import_sales"
    return owner
