"""A call that lost a race for a lock is made again, from the start, on every database."""

import sqlite3

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, transaction

from common import db
from common.db import TRIES, is_lost_race, retried, unit_of_work


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """No test waits; the waits are kept."""
    kept = []
    monkeypatch.setattr(db.time, "sleep", kept.append)
    return kept


def error(kind=OperationalError, **cause):
    """As Django raises it, on top of what the driver said."""
    raised = kind("lost")
    raised.__cause__ = type("Driver", (Exception,), cause)(*cause.pop("args", ()))
    return raised


def busy():
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = 517  # SQLITE_BUSY_SNAPSHOT
    raised = OperationalError("database is locked")
    raised.__cause__ = cause
    return raised


LOST = [
    error(sqlstate="40001"),
    error(sqlstate="57033"),
    error(sqlstate="40P01"),
    error(args=(1213, "Deadlock found")),
    error(args=(1205, "Lock wait timeout exceeded")),
    busy(),
]


@pytest.mark.parametrize("lost", LOST)
def test_knows_a_lost_race_on_every_database(lost):
    assert is_lost_race(lost)


@pytest.mark.parametrize(
    "other",
    [
        error(sqlstate="23505"),
        error(kind=IntegrityError, args=(1062, "Duplicate")),
        DatabaseError("no cause"),
        ValueError("40001"),
    ],
)
def test_knows_what_would_only_fail_again(other):
    assert not is_lost_race(other)


class Losing:
    """A piece of work that loses the race this often, then succeeds."""

    def __init__(self, times, lost=LOST[0]):
        self.times, self.lost, self.calls = times, lost, 0

    def __call__(self):
        self.calls += 1
        if self.calls <= self.times:
            raise self.lost
        return "done"


@pytest.mark.usefixtures("transactional_db")
def test_begins_anew_and_waits_longer_each_time(waits):
    work = Losing(TRIES - 1)

    assert retried(lambda: work())() == "done"
    assert work.calls == TRIES
    assert 0 < waits[0] < 0.1
    assert len(waits) == TRIES - 1


@pytest.mark.usefixtures("transactional_db")
def test_gives_up_in_the_end():
    work = Losing(99)

    with pytest.raises(OperationalError):
        retried(lambda: work())()

    assert work.calls == TRIES


@pytest.mark.usefixtures("transactional_db")
def test_does_not_repeat_a_mistake():
    work = Losing(1, error(sqlstate="23505"))

    with pytest.raises(OperationalError):
        retried(lambda: work())()

    assert work.calls == 1


@pytest.mark.usefixtures("transactional_db")
def test_does_not_begin_anew_in_the_middle_of_a_transaction():
    work = Losing(1)

    with pytest.raises(OperationalError), transaction.atomic():
        retried(lambda: work())()

    assert work.calls == 1


@pytest.mark.usefixtures("transactional_db")
def test_only_the_outermost_call_begins_anew():
    work = Losing(1)
    outers = []

    @unit_of_work()
    def inner():
        return work()

    @unit_of_work()
    def outer():
        outers.append(1)
        return inner()

    assert outer() == "done"
    assert (work.calls, len(outers)) == (2, 2)
