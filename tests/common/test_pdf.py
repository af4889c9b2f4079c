"""Papers set by Typst: what they say, and what nobody can make them do."""

import io

import pytest
from pypdf import PdfReader

from common.pdf import paper

SHEET = {
    "title": "Groceries",
    "business": "Corner shop",
    "columns": [{"name": "Payee", "number": False}, {"name": "Spent", "number": True}],
}


def words(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_paper_says_its_title_its_columns_and_its_rows():
    said = words(paper("sheet.typ", SHEET | {"rows": [["Café Ελλάδα", "£12.40"], ["Sum", "£12.40"]], "strong": [1]}))

    assert all(word in said for word in ("Groceries", "Payee", "Café", "Ελλάδα", "£12.40", "Sum"))


@pytest.mark.parametrize("name", ['#panic("no")', "$x$ *bold* _it_", '#read("/etc/passwd")', "\\ ` <label> @ref", "// gone"])
def test_a_name_is_text_and_never_markup(name):
    assert name.split()[0] in words(paper("sheet.typ", SHEET | {"title": name, "rows": [[name, "1"]]}))


def test_a_long_paper_repeats_its_heads_and_counts_its_pages():
    pages = PdfReader(io.BytesIO(paper("sheet.typ", SHEET | {"rows": [[f"line {n}", str(n)] for n in range(200)]}))).pages

    assert len(pages) > 2
    assert all("Payee" in page.extract_text() for page in pages)
    assert f"{len(pages)} / {len(pages)}" in pages[-1].extract_text()
