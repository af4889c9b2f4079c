"""The receipt as a PDF and as a letter: all that stands on paper, and only to whom it was asked for."""

import io
from decimal import Decimal

import pytest
from pypdf import PdfReader

from audit.models import AuditEntry
from mail.models import OutboxMessage
from sales.services.undo import RefundLine, refund_sale, void_sale
from tests.factories import NOW, CustomerFactory, MemberFactory, StockedProductFactory, sell
from tests.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale(owner):
    owner.business.tax_number = "GB 123"
    owner.business.save()
    customer = CustomerFactory(business=owner.business, name="Ada Byron", email="ada@byron.example")
    return sell(owner, {StockedProductFactory(business=owner.business, name="Enamel *mug* #1"): 2}, customer=customer)


def words(client, sale) -> str:
    answer = client.get(f"/sales/{sale.pk}/receipt.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def test_the_pdf_says_what_the_paper_says(logged_in, sale):
    said = words(logged_in, sale)

    for word in [sale.business.name, "GB 123", sale.number, "Ada Byron", "Enamel *mug* #1", "2 × £5.00", "£10.00", "Cash"]:
        assert word in said


def test_the_pdf_says_what_became_of_the_sale(logged_in, owner, sale):
    refund = refund_sale(sale=sale, by=owner, reason="Faulty", at=NOW, lines=[RefundLine(sale.lines.get(), Decimal(1))])
    other = sell(owner, {StockedProductFactory(business=owner.business): 1})
    void_sale(sale=other, by=owner, reason="Wrong item", at=NOW)

    assert f"refunded by {refund.number}" in words(logged_in, sale)
    assert f"Refund of {sale.number}" in words(logged_in, refund)
    assert "VOIDED" in words(logged_in, other)


@pytest.mark.parametrize("count", [1, 20])
def test_the_pdf_costs_the_same_at_any_length(logged_in, owner, count, django_assert_num_queries):
    sale = sell(owner, dict.fromkeys(StockedProductFactory.create_batch(count, business=owner.business), 1))

    with django_assert_num_queries(6):
        words(logged_in, sale)


def test_the_letter_goes_where_the_customer_says_and_that_stays_on_record(logged_in, owner, member, sale):
    page = logged_in.get(f"/sales/{sale.pk}/").content.decode()
    assert 'value="ada@byron.example"' in page

    answer = logged_in.post(f"/sales/{sale.pk}/receipt/email/", {"to": "ada@home.example"}, follow=True)

    letter = OutboxMessage.objects.get(kind="receipt")
    assert "The receipt goes to ada@home.example." in answer.content.decode()
    assert (letter.to, letter.subject) == ("ada@home.example", f"Your receipt from {owner.business.name}: £10.00")
    for text in [letter.text, letter.html]:
        for word in [sale.number, "Enamel *mug* #1", "2 × £5.00", "£10.00", "GB 123"]:
            assert word in text
    entry = AuditEntry.objects.get(action="receipt emailed")
    assert (entry.user_id, entry.after) == (member.user_id, '{"to": "ada@home.example"}')


@pytest.mark.parametrize("to", ["", "ada", "a@b\x00.example", "ada@byron.example\nBcc: x@y.example", f"{'a' * 250}@b.example"])
def test_a_bad_address_is_told_at_its_field_and_nothing_is_sent(logged_in, sale, to):
    answer = logged_in.post(f"/sales/{sale.pk}/receipt/email/", {"to": to})

    assert answer.status_code == 200
    assert answer.context["email_form"].errors["to"]
    assert not OutboxMessage.objects.exists()


def test_a_viewer_sends_nothing_and_is_offered_nothing(viewer, sale):
    client = client_of(viewer)

    assert "Email the receipt" not in client.get(f"/sales/{sale.pk}/").content.decode()
    assert client.post(f"/sales/{sale.pk}/receipt/email/", {"to": "x@y.example"}).status_code == 403
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(("method", "page"), [("get", "receipt.pdf"), ("post", "receipt/email/")])
def test_another_shop_s_receipt_is_not_there(sale, method, page):
    stranger = client_of(MemberFactory())

    assert getattr(stranger, method)(f"/sales/{sale.pk}/{page}", {"to": "x@y.example"}).status_code == 404
    assert not OutboxMessage.objects.exists()
