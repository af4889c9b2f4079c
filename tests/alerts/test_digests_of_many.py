"""Summaries of many businesses at once: claims and messages in as many statements as for one, and each alone if need be."""

import pytest

from accounts.permissions import Role
from alerts import digests, tasks
from alerts.models import DigestPreference, DigestRun
from mail.models import OutboxMessage
from tests.factories import NOW, BusinessFactory, MemberFactory

pytestmark = pytest.mark.django_db


def readers(shops, each=3):
    businesses = BusinessFactory.create_batch(shops)
    for business in businesses:
        for member in MemberFactory.create_batch(each, business=business, role=Role.OWNER):
            DigestPreference.objects.create(member=member, hour=0, even_if_empty=True)
    return businesses


@pytest.mark.parametrize("people", [1, 20])
def test_many_readers_cost_as_many_statements_as_one(people, django_assert_num_queries, django_assert_max_num_queries):
    businesses = readers(1, each=people)

    with django_assert_max_num_queries(40) as seen:
        assert digests.write_due(businesses=businesses, at=NOW) == people

    writes = [query["sql"] for query in seen.captured_queries if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert len(writes) == 3
    assert DigestRun.objects.filter(was_sent=True).count() == OutboxMessage.objects.count() == people


def test_each_reads_of_their_own_business():
    businesses = readers(3)

    assert digests.write_due(businesses=businesses, at=NOW) == 9

    for business in businesses:
        letters = OutboxMessage.objects.filter(business=business)
        assert {letter.to for letter in letters} == {member.user.email for member in business.members.all()}
        assert all(letter.subject.startswith(f"{business.name}: ") for letter in letters)


def test_a_second_beat_writes_only_what_the_first_has_not():
    businesses = readers(3)
    digests.write_due(businesses=businesses[:1], at=NOW)

    assert digests.write_due(businesses=businesses, at=NOW) == 6
    assert OutboxMessage.objects.count() == 9


def test_one_that_is_claimed_meanwhile_is_left_to_the_other(monkeypatch):
    businesses = readers(2, each=1)
    due = digests.get_due(businesses=businesses, at=NOW)
    digests.write_due(businesses=businesses[:1], at=NOW)
    monkeypatch.setattr(digests, "get_due", lambda **_: due)

    assert digests.write_due(businesses=businesses, at=NOW) == 1
    assert OutboxMessage.objects.count() == 2


def test_a_business_whose_summary_fails_keeps_no_other_from_theirs(monkeypatch, frozen_time):
    good, bad, better = readers(3, each=1)
    write = digests.get_sections
    monkeypatch.setattr(digests, "get_sections", lambda span: 1 / 0 if span.business == bad else write(span))

    with pytest.raises(ZeroDivisionError):
        tasks.write_digests(business_ids=[good.pk, bad.pk, better.pk])

    assert set(OutboxMessage.objects.values_list("business_id", flat=True)) == {good.pk, better.pk}
    assert set(DigestRun.objects.values_list("member__business_id", flat=True)) == {good.pk, better.pk}
