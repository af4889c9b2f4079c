import json
from datetime import date
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from expenses.kinds_of_paper import kind_of
from expenses.models import Attachment, Expense
from expenses.services import papers
from expenses.services.approval import refuse_expenses
from expenses.services.closing import PeriodClosed, close_books
from expenses.services.papers import BadPaper, Sent, TooManyPapers, attach, remove_paper
from expenses.services.record import delete_expense
from tests.factories import NOW
from tests.factories.expenses import spend
from tests.factories.papers import HEADS, content, paper

TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic"}


@pytest.fixture
def expense(member):
    return spend(member, 5).expense


def stored(found):
    with default_storage.open(found.file) as file:
        return file.read()


@pytest.mark.parametrize("kind", HEADS)
def test_a_file_is_what_its_content_says(kind, expense, member):
    found = paper(expense, member, kind=kind, name="receipt.exe")

    assert (found.content_type, found.size, found.expense) == (TYPES[kind], len(content(kind)), expense)
    assert found.filename == f"receipt.exe.{kind}"
    assert stored(found) == content(kind)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"MZ\x90\x00",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<html>%PDF-1.7",
        b"GIF89a",
        b"RIFF\x24\x00\x00\x00WAVE",
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
        b"\x00\x00\x00\x10ftypmp42\x00\x00\x00\x00heic",
        b"ftyp",
    ],
)
def test_what_is_no_paper_is_refused_whatever_its_name(head, expense, member):
    with pytest.raises(BadPaper, match=r"receipt\.pdf is no PDF, JPEG, PNG, WebP or HEIC"):
        attach(expense=expense, by=member, files=[Sent(BytesIO(head), "receipt.pdf")], at=NOW)

    assert not Attachment.objects.exists()


def test_some_cameras_name_heic_as_what_they_are_compatible_with():
    assert kind_of(b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00heicmif1").content_type == "image/heic"


def test_a_file_that_is_too_large_is_refused(expense, member, monkeypatch):
    monkeypatch.setattr(papers, "LARGEST", 20)
    paper(expense, member, more=b"x" * (20 - len(HEADS["pdf"])))

    with pytest.raises(BadPaper, match="is larger than"):
        paper(expense, member, more=b"x" * (21 - len(HEADS["pdf"])))


def test_an_expense_keeps_so_many_and_no_more(expense, member, monkeypatch):
    monkeypatch.setattr(papers, "MOST", 2)
    for more in (b"1", b"2"):
        paper(expense, member, more=more)

    with pytest.raises(TooManyPapers, match="at most 2"):
        paper(expense, member, more=b"3")
    assert paper(expense, member, more=b"2").pk, "what is there already needs no room"


def test_the_same_file_twice_on_one_expense_is_one(expense, member):
    first, again = paper(expense, member), paper(expense, member, name="copy.pdf")
    other = paper(spend(member, 6).expense, member)

    assert first == again != other
    assert Attachment.objects.filter(expense=expense).count() == 1
    assert AuditEntry.objects.filter(action="receipt added").count() == 2


def test_several_are_kept_or_none(expense, member, monkeypatch):
    good, bad = Sent(BytesIO(content()), "good.pdf"), Sent(BytesIO(b"MZ"), "bad.pdf")
    stored, store = [], default_storage.save
    monkeypatch.setattr(default_storage, "save", lambda *args, **options: stored.append(store(*args, **options)) or stored[-1])

    with pytest.raises(BadPaper, match="bad"):
        attach(expense=expense, by=member, files=[good, bad], at=NOW)
    assert not Attachment.objects.exists()
    assert [name for name in stored if default_storage.exists(name)] == []

    both = attach(expense=expense, by=member, files=[good, Sent(BytesIO(content("png")), "b.png")], at=NOW)
    assert [each.filename for each in both] == ["good.pdf", "b.png"]
    assert [each.file for each in both] == stored[-2:]


def test_no_file_at_all_is_refused(expense, member):
    with pytest.raises(BadPaper, match="Choose a file"):
        attach(expense=expense, by=member, files=[], at=NOW)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\fakepath\\Bill 7.PDF", "Bill 7.PDF"),
        ("bill\r\nX-Evil: 1.pdf", "billX-Evil: 1.pdf"),
        ("", "receipt.pdf"),
        ("…", "….pdf"),
        ("x" * 300 + ".pdf", "x" * 114 + ".pdf"),
        ("Bäckerei “Krume” & Söhne.pdf", "Bäckerei “Krume” & Söhne.pdf"),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_one(sent, kept, expense, member):
    assert Attachment.objects.get(pk=paper(expense, member, name=sent or " ").pk).filename == kept


def test_a_removed_paper_leaves_its_expense_alone(expense, member, django_capture_on_commit_callbacks):
    found = paper(expense, member)
    path, version = found.file, expense.version

    with django_capture_on_commit_callbacks(execute=True):
        remove_paper(paper=found, by=member, at=NOW)
        assert default_storage.exists(path), "not before the commit"

    kept = Expense.objects.get()
    assert (kept.amount, kept.version) == (5, version)
    assert not default_storage.exists(path)
    told = AuditEntry.objects.get(action="receipt removed")
    assert (json.loads(told.before)["filename"], told.document) == ("bill.pdf", f"expense {expense.pk}")


@pytest.mark.parametrize("how", ["delete", "refuse"])
def test_the_papers_go_with_their_expense(how, clerk, member, django_capture_on_commit_callbacks):
    expense = spend(clerk, 5).expense
    paths = [paper(expense, clerk, kind=kind).file for kind in ("pdf", "png")]

    with django_capture_on_commit_callbacks(execute=True):
        if how == "delete":
            delete_expense(expense=expense, by=clerk, at=NOW)
        else:
            refuse_expenses(picked={expense.pk: None}, reason="Private", by=member, at=NOW)

    assert not Attachment.objects.exists()
    assert not any(map(default_storage.exists, paths))


def test_a_deletion_that_is_undone_loses_no_file(expense, member, django_capture_on_commit_callbacks):
    found = paper(expense, member)

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        delete_expense(expense=expense, by=member, at=NOW)
        transaction.set_rollback(True)

    assert stored(Attachment.objects.get(pk=found.pk)) == content()


def test_a_closed_period_takes_papers_and_gives_none_back(expense, member, owner):
    Expense.objects.update(spent_on=date(2026, 2, 1))
    close_books(by=owner, until=date(2026, 2, 28), at=NOW)

    found = paper(expense, member)
    with pytest.raises(PeriodClosed):
        remove_paper(paper=Attachment.objects.get(pk=found.pk), by=owner, at=NOW)


@pytest.mark.parametrize("who", ["viewer", "clerk"])
def test_viewers_add_none_and_clerks_none_to_another_s(who, request, expense, member):
    found, person = paper(expense, member), request.getfixturevalue(who)

    with pytest.raises(NotAllowed):
        paper(expense, person, more=b"two")
    with pytest.raises(NotAllowed):
        remove_paper(paper=found, by=person, at=NOW)


def test_a_clerk_adds_to_their_own(clerk):
    assert paper(spend(clerk, 5).expense, clerk).added_by == clerk
