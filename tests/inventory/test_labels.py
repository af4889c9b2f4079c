"""Labels are scanned as a shop's scanner would scan them."""

import io

import pytest
import typst
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from inventory.labels import LAYOUTS, Label, bars, drawn, label_sheets
from inventory.models import Product
from tests.factories import BarcodeFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pictures(monkeypatch):
    """What would be printed, as pictures of 300 dots an inch."""
    taken = []
    compile_pdf = typst.compile

    def photographed(*args, **options):
        shown = compile_pdf(*args, **options, format="png", ppi=300)
        taken.extend(shown if isinstance(shown, list) else [shown])
        return compile_pdf(*args, **options)

    monkeypatch.setattr(typst, "compile", photographed)
    return taken


def scanned(pictures):
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def with_barcodes(*products):
    return list(Product.objects.filter(pk__in=[product.pk for product in products]).prefetch_related("barcodes").order_by("pk"))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("code", ["5012345678900", "96385074", "012345678905", "TEA-074", "4711"])
def test_a_scanner_reads_each_code_on_each_sheet(member, pictures, layout, code):
    product = ProductFactory(business=member.business)
    BarcodeFactory(product=product, code=code)

    label_sheets([Label(*with_barcodes(product))], business=member.business, layout=layout)

    assert [text.zfill(len(code))[-len(code) :] for text in scanned(pictures)] == [code]


def test_without_a_barcode_the_sku_is_printed(member, pictures):
    product = ProductFactory(business=member.business, sku="JAM-7")

    label_sheets([Label(*with_barcodes(product))], business=member.business, layout="roll-57")

    assert scanned(pictures) == ["JAM-7"]


def test_copies_fill_sheets_and_used_stickers_are_left_out(member):
    labels = [Label(product, 30) for product in with_barcodes(ProductFactory(business=member.business, name="Green tea"))]

    for first, pages in ((1, 2), (20, 3)):
        pdf = label_sheets(labels, business=member.business, layout="a4-24", first=first)
        texts = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
        assert len(texts) == pages
        assert sum(text.count("Green tea") for text in texts) == 30


def test_the_price_is_in_the_shops_money_and_markup_is_text(member):
    product = ProductFactory(business=member.business, name="#panic() *Café* 茶", price="12.5")

    pdf = label_sheets([Label(*with_barcodes(product))], business=member.business, layout="a4-24")

    said = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "£12.50" in said
    assert "#panic()" in said


@pytest.mark.parametrize("code", ["", "茶", "ü" * 5])
def test_what_no_barcode_can_hold_has_none(code):
    assert bars(code) == ""


def test_a_wrong_check_digit_is_no_ean():
    assert len(bars("5012345678901")) != 95


def test_bars_too_fine_for_a_scanner_are_left_out(member):
    product = ProductFactory(business=member.business, sku="A-LONG-CODE-OF-A-WHOLESALER-0123456789")
    BarcodeFactory(product=product, code=product.sku)
    (label,) = [Label(each) for each in with_barcodes(product)]

    small, large = (drawn([label], member.business, layout)[0]["bars"] for layout in ("a4-65", "a4-24"))

    assert (small, bool(large)) == ("", True)
