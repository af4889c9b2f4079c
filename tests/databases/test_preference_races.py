"""Two browsers save how one hears of alerts at the same moment."""

import pytest

from alerts.models import AlertKind, AlertPreference, Channel

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]


def test_saves_at_once_all_succeed_and_one_of_them_holds_for_every_kind(race, member):
    outcomes = race("choose", 20, kinds=AlertKind.values, channels=Channel.values)

    assert set(outcomes) == {("done", "")}
    kept = AlertPreference.objects.filter(member=member).values_list("kind", "channel")
    assert sorted(kind for kind, _ in kept) == sorted(AlertKind.values)
    assert len({channel for _, channel in kept}) == 1
