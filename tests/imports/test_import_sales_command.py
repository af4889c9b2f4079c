"""`manage.py import_sales` with a file of one's own."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Member
from imports.models import ImportBatch, ImportState
from sales.models import Sale
from tests.imports.helpers import csv_file

pytestmark = pytest.mark.django_db
HEADER = ("Receipt number", "Date", "SKU", "Quantity", "Unit price", "Discount")


def run(file: Path, slug: str) -> str:
    said = io.StringIO()
    call_command("import_sales", str(file), business=slug, stdout=said, stderr=io.StringIO())
    return said.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    rows = [
        ("R1", "2026-03-01", "CHEESE", "0.333", "0.99", ""),
        ("R1", "2026-03-01", "HAM", "1.005", "13.33", "0.40"),
        ("R2", "2026-03-01", "CHEESE", "-0.333", "0.99", ""),
        ("R3", "2026-03-01", "CHEESE", "some", "0.99", ""),
    ]
    path.write_bytes(csv_file(HEADER, *rows).getvalue())
    return path


def test_weights_agree_to_the_penny_as_on_the_receipts(owner: Member, file: Path) -> None:
    said = run(file, owner.business.slug)

    assert "to the penny" in said
    assert dict(Sale.objects.values_list("number", "total")) == {"R1": Decimal("13.33"), "R2": Decimal("-0.33")}


def test_tax_on_top_of_prices_does_not_disturb_the_figures(owner: Member, file: Path) -> None:
    owner.business.prices_include_tax, owner.business.default_tax_rate = False, Decimal(20)
    owner.business.save()

    assert "to the penny" in run(file, owner.business.slug)
    assert Sale.objects.get(number="R2").tax == Decimal("-0.07")


def test_an_import_that_is_over_is_not_gone_on_with(owner: Member, file: Path) -> None:
    run(file, owner.business.slug)
    batch = ImportBatch.objects.get()
    for state in (ImportState.DONE, ImportState.CANCELLED):
        ImportBatch.objects.update(state=state)
        run(file, owner.business.slug)

    assert ImportBatch.objects.filter(state=ImportState.DONE).exclude(pk=batch.pk).count() == 1
    assert Sale.objects.count() == 2


def test_a_business_that_does_not_exist_is_said_so(db: None, file: Path) -> None:
    with pytest.raises(CommandError, match="There is no business “nobody” with an owner"):
        run(file, "nobody")


def test_a_file_without_the_columns_is_refused_with_what_is_missing(owner: Member, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("Colour,Size\nred,M\n")

    with pytest.raises(CommandError, match="The file needs a column for Receipt number, Date, Quantity, Unit price"):
        run(path, owner.business.slug)
