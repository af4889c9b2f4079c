import pytest

from common.ids import as_id


@pytest.mark.parametrize(("text", "found"), [("7", 7), ("007", 7), ("9" * 15, 10**15 - 1)])
def test_plain_digits_are_an_id(text, found):
    assert as_id(text) == found


@pytest.mark.parametrize("text", ["", "x", "-7", "7.0", " 7", "٣", "²", "9" * 16])
def test_anything_else_is_nobodys(text):
    assert as_id(text) == 0
