from datetime import UTC, datetime

import pytest
from django import forms

from common.form_fields import MomentField


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("", None),
        ("2026-03-03T09:30", datetime(2026, 3, 3, 9, 30, tzinfo=UTC)),
        ("2026-07-03 09:30:15", datetime(2026, 7, 3, 8, 30, 15, tzinfo=UTC)),
        ("2026-10-25T01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # it comes twice: the first
    ],
)
def test_a_moment_is_read_off_the_clock_of_the_shop(typed, moment):
    assert MomentField(zone="Europe/London", required=False).clean(typed) == moment


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("yesterday", "Enter a day and a time, for example 2026-12-24 17:30."),
        ("2026-13-01T10:00", "Enter a day and a time, for example 2026-12-24 17:30."),
        ("2026-03-03T09:30\x00", "Enter a day and a time, for example 2026-12-24 17:30."),
        ("0001-01-01T00:00", "Enter a day from 1 January 2000 on."),
        ("2026-03-29T01:30", "The clocks were put forward: there was no 01:30 on 29 March 2026. Enter another time."),
    ],
)
def test_a_moment_that_never_was_is_asked_for_again(typed, sentence):
    with pytest.raises(forms.ValidationError) as refusal:
        MomentField(zone="Europe/London", required=False).clean(typed)

    assert refusal.value.messages == [sentence]
