from datetime import timedelta

import pytest

from common.errors import DomainError
from common.idempotency import KEPT_FOR, Answer, IdempotencyConflict, fingerprint, forget_old_requests, run_once
from common.models import IdempotentRequest
from inventory.models import Category
from tests.factories import NOW, MemberFactory


def ask(business, key="k1", body="b1", name="Tea"):
    def work() -> Answer:
        category = Category.objects.create(business=business, name=name)
        return Answer(201, f'{{"id": {category.pk}}}')

    return run_once(business_id=business.pk, key=key, body=body, at=NOW, work=work)


def test_a_retry_gets_the_first_answer_and_does_nothing_again(member):
    first, second = ask(member.business), ask(member.business)

    assert (second.status, second.body, second.replayed) == (first.status, first.body, True)
    assert not first.replayed
    assert Category.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(member):
    ask(member.business)

    with pytest.raises(IdempotencyConflict):
        ask(member.business, body="b2", name="Coffee")

    assert Category.objects.count() == 1


def test_a_key_means_nothing_in_another_business(member):
    ask(member.business)

    other = ask(MemberFactory().business)

    assert not other.replayed


def test_a_refused_request_leaves_no_trace_and_may_be_mended(member):
    def refuse() -> Answer:
        Category.objects.create(business=member.business, name="Half done")
        raise DomainError("No.")

    with pytest.raises(DomainError):
        run_once(business_id=member.business_id, key="k1", body="b1", at=NOW, work=refuse)

    assert not Category.objects.exists()
    assert not ask(member.business, body="mended").replayed


def test_without_a_key_each_request_is_its_own(member):
    ask(member.business, key="", name="Tea")
    ask(member.business, key="", name="Coffee")

    assert not IdempotentRequest.objects.exists()


def test_keys_are_kept_for_the_promised_time(member):
    ask(member.business)

    assert forget_old_requests(at=NOW + timedelta(days=7)) == 0
    assert forget_old_requests(at=NOW + KEPT_FOR + timedelta(seconds=1)) == 1


def test_parts_of_a_fingerprint_do_not_run_together():
    assert fingerprint(b"ab", b"c") != fingerprint(b"a", b"bc")
