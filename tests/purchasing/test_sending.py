"""A draft goes out: by email with its paper, once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert, AlertKind
from audit.models import AuditEntry
from expenses.services.categories import for_stock
from mail import delivery
from mail.models import Attachment, OutboxMessage
from purchasing.models import OrderState, PurchaseLine, PurchaseOrder
from purchasing.paper import order_pdf
from purchasing.services.orders import OrderRefused, create_order, update_order
from purchasing.services.send import BadAddress, BelowLeastOrder, EmptyOrder, mail_again, send_order
from tests.common.test_pdf import words
from tests.factories import NOW, ProductFactory
from tests.factories.expenses import TODAY, budget, category
from tests.factories.purchasing import order, sent, supplier
from tests.factories.recurring import recurring
from tests.purchasing.test_orders import incoming

pytestmark = pytest.mark.django_db
D = Decimal


def test_sending_makes_it_incoming_expected_and_committed(member):
    bakers = supplier(member, lead_days=3)
    draft = order(member, of=bakers)

    done = send_order(order=draft, by=member, at=NOW)

    assert (done.state, done.sent_on, done.expected_on) == (OrderState.SENT, TODAY, TODAY + timedelta(days=3))
    assert incoming(draft.lines.get().product) == 10
    assert (done.due, done.committed, done.category.name) == (20, 20, "Stock purchases")
    assert AuditEntry.objects.filter(action="order sent", subject_id=str(done.pk)).count() == 1


def test_it_goes_by_email_with_its_paper(member):
    done = sent(member, note="By the back door")

    message = OutboxMessage.objects.get(kind="purchase_order")
    paper = Attachment.objects.get(message=message)
    assert (message.to, message.subject) == ("orders@bakers.example", f"Order PO-1 from {member.business.name}")
    assert paper.name == "PO-1.pdf"
    assert all(word in words(paper.decoded) for word in ("PO-1", "Bakers & Sons", "£20.00", "By the back door"))
    assert done.sent_to == "orders@bakers.example"


def test_the_paper_goes_out_with_the_mail(member, mailoutbox):
    sent(member)
    message = OutboxMessage.objects.get()
    delivery.send(message=message, at=NOW)

    assert mailoutbox[0].reply_to == [member.user.email]
    ((name, content, kind),) = mailoutbox[0].attachments
    assert (name, content[:5], kind) == ("PO-1.pdf", b"%PDF-", "application/pdf")


def test_without_an_address_nothing_is_mailed(member):
    done = send_order(order=order(member), by=member, at=NOW, email="")

    assert (done.state, done.sent_to) == (OrderState.SENT, "")
    assert not OutboxMessage.objects.exists()
    with pytest.raises(BadAddress):
        mail_again(order=done, by=member, at=NOW, email="nobody")
    mail_again(order=done, by=member, at=NOW)
    assert OutboxMessage.objects.get().to == "orders@bakers.example"


def test_a_draft_is_not_mailed_again(member):
    with pytest.raises(OrderRefused, match="is a draft and cannot be sent"):
        mail_again(order=order(member), by=member, at=NOW)


def test_an_empty_order_is_not_sent(member):
    with pytest.raises(EmptyOrder):
        send_order(order=create_order(supplier=supplier(member), by=member, at=NOW), by=member, at=NOW)

    assert PurchaseOrder.objects.get().state == OrderState.DRAFT


def test_less_than_they_take_orders_from_is_sent_only_when_confirmed(member):
    draft = order(member, of=supplier(member, minimum_order=D(50)))

    with pytest.raises(BelowLeastOrder, match=r"takes orders from £50\.00 on, and PO-1 comes to £20\.00"):
        send_order(order=draft, by=member, at=NOW)
    assert PurchaseOrder.objects.get().state == OrderState.DRAFT

    assert send_order(order=draft, by=member, at=NOW, confirmed=True).state == OrderState.SENT


def test_it_is_sent_once(member):
    done = sent(member)

    with pytest.raises(OrderRefused, match="PO-1 is sent and cannot be sent"):
        send_order(order=done, by=member, at=NOW)

    assert OutboxMessage.objects.count() == 1
    assert incoming(done.lines.get().product) == 10


def test_what_was_sent_is_no_longer_changed(member):
    done = sent(member)

    with pytest.raises(OrderRefused, match="can no longer be changed"):
        update_order(order=done, by=member, at=NOW, lines=[])

    assert PurchaseLine.objects.count() == 1


@pytest.mark.parametrize("name", ['#panic("no")', "$x$ *bold*", "\\ ` <label> @ref"])
def test_a_name_on_the_paper_is_text_and_never_markup(member, name):
    product = ProductFactory(business=member.business, name=name)

    assert name.split()[0] in words(order_pdf(order(member, (product, 1))))


def test_it_tells_of_its_own_budgets_and_of_no_other(member):
    rent = category(member, "Rent")
    budget(member, 5, name="Rent", category=rent)
    recurring(member, category=rent, amount=D(50), starts_on=TODAY + timedelta(days=27))
    budget(member, 10, name="Stock", category=for_stock(member.business))

    sent(member, expected_on=TODAY + timedelta(days=30))

    subjects = Alert.objects.filter(kind=AlertKind.BUDGET).values_list("subject", flat=True).distinct()
    assert list(subjects) == ["Stock"]
