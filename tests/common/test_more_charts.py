"""Bars that go both ways, and bars that lie."""

from decimal import Decimal

import pytest

from common.charts import LYING, RANK, flow_charts, rank_charts

D = Decimal


def test_what_went_hangs_below_the_line_on_the_same_scale():
    desk, phone = flow_charts([D(100), D(0)], [D(50), D(0)], ["a", "b"], unit="£")

    up, down = desk.bars[0], desk.downs[0]
    assert float(up.height) == pytest.approx(2 * float(down.height), abs=0.2)
    assert float(up.y) + float(up.height) == pytest.approx(float(down.y), abs=0.2)
    assert (len(desk.bars), len(desk.downs), len(phone.downs)) == (1, 1, 1)
    assert desk.lines[0][1].text == desk.lines[-2][1].text == "£50"


def test_nothing_at_all_still_has_a_line():
    desk, _ = flow_charts([], [], [])

    assert (desk.bars, desk.downs) == ([], [])
    assert desk.lines


def test_the_longest_bar_that_lies_is_as_wide_as_the_drawing():
    desk, phone = rank_charts([D(4), D(2), D(-1)], ["Broken", "L" * 300, "Found"], ["£4", "£2", "−£1"])

    assert [bar.width for bar in desk.bars] == [f"{desk.size.width:.1f}", f"{desk.size.width / 2:.1f}"]
    assert phone.size.height == 3 * RANK
    assert float(desk.bars[1].y) + LYING < 2 * RANK
    assert phone.names[1].text.endswith("…")
    assert [word.text for word in desk.amounts] == ["£4", "£2", "−£1"]


def test_nothing_to_rank_is_nothing_drawn():
    assert rank_charts([], [], [])[0].bars == []
