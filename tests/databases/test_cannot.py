"""The list of what does not run on Derby names tests that exist, each with a reason."""

from pathlib import Path

import pytest

from tests.databases.cannot import CANNOT, ELSEWHERE


@pytest.mark.parametrize(("test", "reason"), CANNOT.items())
def test_every_line_names_a_test_and_a_reason(test, reason):
    path, _, name = test.partition("::")

    assert f"def {name.partition('[')[0]}(" in Path(path).read_text()
    assert len(reason.split()) > 5


@pytest.mark.parametrize(("path", "reason"), ELSEWHERE.items())
def test_what_runs_elsewhere_exists_and_says_why_it_may(path, reason):
    file, _, name = path.partition("::")

    assert Path(file).exists()
    assert not name or f"def {name}(" in Path(file).read_text()
    assert len(reason.split()) > 5
