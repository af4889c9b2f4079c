"""Charts drawn by hand: their scale, their bars, and what lies under them."""

from decimal import Decimal

import pytest

from common.charts import BOTTOM, THICKEST, TOP, bar_charts, line_charts, scale, short

D = Decimal


@pytest.mark.parametrize(
    ("largest", "top", "step"),
    [(1, 1, 1), (3, 3, 1), (4, 4, 2), (10, 10, 5), (130, 150, 50), (200, 200, 100), (9999, 10000, 5000)],
)
def test_the_scale_ends_on_a_round_number_not_below_the_largest(largest, top, step):
    assert scale(Decimal(largest)) == (top, step)


def test_the_largest_bar_is_as_high_as_its_value_on_the_scale():
    desk, _ = bar_charts([Decimal(0), Decimal(50), Decimal(100)], ["a", "b", "c"])

    room = desk.size.height - BOTTOM - TOP
    heights = [float(bar.height) for bar in desk.bars]
    assert heights == [pytest.approx(room / 2, abs=0.1), pytest.approx(room, abs=0.1)]


def test_a_day_below_zero_has_no_bar():
    desk, phone = bar_charts([Decimal(-5), Decimal(5)], ["a", "b"])

    assert len(desk.bars) == len(phone.bars) == 1


def test_the_last_label_is_always_shown_and_a_phone_shows_fewer():
    desk, phone = bar_charts([Decimal(1)] * 30, [str(n) for n in range(30)])

    assert desk.labels[-1].text == phone.labels[-1].text == "29"
    assert len(phone.labels) < len(desk.labels) <= desk.size.labels


def test_nothing_sold_still_draws_a_floor():
    desk, _ = bar_charts([Decimal(0)], ["a"], unit="£")

    assert desk.bars == []
    assert desk.lines[0][1].text == "£0"


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (800, "800"), (2500, "2.5k"), (3_000_000, "3m")])
def test_large_numbers_are_shortened(number, text):
    assert short(number) == text


def test_a_mark_runs_across_its_slot_at_the_height_of_its_value():
    desk, _ = bar_charts([Decimal(1), Decimal(1)], ["a", "b"], marks=[Decimal(0), Decimal(2)])

    mark, top = desk.marks[0].path, desk.lines[-1][0]
    assert len(desk.marks) == 1
    assert mark.split()[1].partition("H")[0] == top.split()[1].partition("H")[0]


def test_keeps_the_last_word_within_the_drawing():
    for chart in bar_charts([Decimal(1)] * 30, ["22 Nov"] * 30):
        assert float(chart.labels[-1].x) <= chart.size.width - 18


def test_two_bars_stay_bars_and_their_marks_stay_over_them():
    desk, _ = bar_charts([Decimal(5), Decimal(5)], ["a", "b"], marks=[Decimal(4), Decimal(4)])

    bar, mark = desk.bars[0], desk.marks[0]
    left, right = (float(x) for x in mark.path.removeprefix("M").replace(" ", "H").split("H")[::2])
    assert float(bar.width) == THICKEST
    assert left < float(bar.x) < float(bar.x) + float(bar.width) < right


def test_a_line_goes_below_zero_and_keeps_zero_in_sight():
    desk, _ = line_charts([D(150), D(-250)], ["Jan", "Feb"], unit="£")

    assert [word.text for _, word in desk.lines] == ["−£400", "−£200", "£0", "£200"]
    first, second = (float(point.split()[1]) for point in desk.path[1:].split("L"))
    heights = {word.text: float(path.split()[1].split("H")[0]) for path, word in desk.lines}
    assert heights["£200"] < first < heights["£0"] < heights["−£200"] < second < heights["−£400"]


@pytest.mark.parametrize("values", [[], [D(0)], [D(-3)], [D(10) ** 15], [D("0.01")]])
def test_a_line_of_whatever_values_can_be_drawn(values):
    assert len(line_charts(values, ["x"] * len(values))) == 2
