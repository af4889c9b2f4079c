"""The published data set of a gift shop: every line is a sale, a return, or refused with its reason."""

import io
import os
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import Member
from imports.models import ImportBatch
from inventory.models import Product
from sales import online_retail
from sales.models import Customer, Sale, SaleKind, SaleLine
from tests.imports.helpers import bring_in, errors
from tests.imports.online_retail_sample import odd_file, packed

pytestmark = pytest.mark.django_db
REAL = (
    Path(os.environ.get("TILLBOOK_DATA", settings.BASE_DIR.parent / "shared" / "data")) / "online_retail_2010-12_2011-02.csv.gz"
)


def run(file: Path, business: object, **options: object) -> str:
    said = io.StringIO()
    call_command(
        "import_sales", str(file), business=business.slug, mapping="online-retail", stdout=said, stderr=io.StringIO(), **options
    )
    return said.getvalue()


def test_each_oddity_is_refused_with_its_reason(member: Member) -> None:
    batch = bring_in(member, "sales", odd_file(), preset="online-retail", partial=True)

    assert [(row, message) for row, _, message in errors(batch)] == [
        (3, online_retail.FOUND),
        (4, online_retail.WRITE_OFF),
        (10, online_retail.FEE),
        (11, online_retail.FEE),
        (12, online_retail.DEBT),
        (13, online_retail.DEBT),
        (14, online_retail.NOT_CANCELLED),
        (15, online_retail.CANCELS_NOTHING),
    ]
    assert batch.counts == {"new": 8, "changed": 0, "unchanged": 0, "error": 8}


def test_repeated_lines_and_gifts_of_an_invoice_stay_its_lines(member: Member) -> None:
    bring_in(member, "sales", odd_file(), preset="online-retail", partial=True)

    lines = SaleLine.objects.filter(sale__number="536592", product__sku="22423").order_by("pk").values_list("quantity", "total")
    assert list(lines) == [(1, 0), (2, Decimal("50.98")), (2, Decimal("50.98"))]


def test_a_cancellation_is_a_refund_without_a_link(member: Member) -> None:
    bring_in(member, "sales", odd_file(), preset="online-retail", partial=True)

    refund = Sale.objects.get(number="C550002")
    assert (refund.kind, refund.total, refund.refund_of, refund.source) == (
        SaleKind.REFUND,
        Decimal("-38.25"),
        None,
        "import:online-retail",
    )


def test_postage_and_vouchers_have_no_stock(member: Member) -> None:
    bring_in(member, "sales", odd_file(), preset="online-retail", partial=True)

    assert set(Product.objects.filter(is_stocked=False).values_list("sku", flat=True)) == {"C2", "DOT", "D", "gift_0001_20"}
    assert Product.objects.get(sku="22423").price == Decimal("25.49")


def test_customers_keep_their_number_and_country(member: Member) -> None:
    bring_in(member, "sales", odd_file(), preset="online-retail", partial=True)

    assert Customer.objects.get(reference="14911").country == "EIRE"


def test_the_command_accounts_for_every_line_to_the_penny(owner: Member, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(odd_file().getvalue())

    said = run(file, owner.business)

    assert "Imported + returns + refused = the file, to the penny." in said
    assert online_retail.WRITE_OFF in said
    table = {line[:78].strip(): line[78:].split() for line in said.splitlines() if len(line) > 90}
    assert table["All lines of the file"] == ["16", "694.37"]
    assert table["Imported as sales"] == ["6", "776.12"]
    assert table["Imported as returns"] == ["2", "-65.75"]
    assert table["Refused"] == ["8", "-16.00"]


def test_the_command_again_changes_nothing(owner: Member, tmp_path: Path) -> None:
    file = tmp_path / "retail.csv.gz"
    file.write_bytes(packed(30))
    run(file, owner.business)
    before = (Sale.objects.count(), SaleLine.objects.count(), Product.objects.count())

    run(file, owner.business)

    assert ImportBatch.objects.order_by("-pk")[0].counts["new"] == 0
    assert (Sale.objects.count(), SaleLine.objects.count(), Product.objects.count()) == before


def test_a_dry_run_imports_nothing(owner: Member, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(odd_file().getvalue())

    said = run(file, owner.business, dry_run=True)

    assert "8 new" in said
    assert not Sale.objects.exists()


def test_figures_that_do_not_agree_are_an_error(owner: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(odd_file().getvalue())
    run(file, owner.business)
    SaleLine.objects.filter(sale__number="536540").update(total=Decimal("49.99"))

    with pytest.raises(CommandError, match="do not agree"):
        run(file, owner.business)


@pytest.mark.parametrize(("name", "sentence"), [("nothing.csv", "cannot be read"), ("wrong.pdf", "This is a PDF")])
def test_a_file_that_cannot_be_read_is_said_so(owner: Member, tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "wrong.pdf").write_bytes(b"%PDF-1.7")

    with pytest.raises(CommandError, match=sentence):
        run(tmp_path / name, owner.business)


if REAL.exists():

    def test_the_real_file_agrees_to_the_penny_and_goes_in_once(owner: Member) -> None:
        first = run(REAL, owner.business)
        second = run(REAL, owner.business, dry_run=True)

        assert "104,972 new, 0 changed, 0 unchanged, 363 error" in first
        assert "1,807,019.93" in first
        assert "0 new, 0 changed, 104,972 unchanged, 363 error" in second
        assert Sale.objects.filter(business=owner.business).count() == Sale.objects.values("number").distinct().count()
