"""The list of what cannot run on Derby names tests that exist, each with a reason."""

from pathlib import Path

import pytest

from tests.databases.cannot import ON_DERBY


@pytest.mark.parametrize(("test", "reason"), ON_DERBY.items())
def test_every_line_names_a_test_and_a_reason(test, reason):
    path, _, name = test.partition("::")

    assert f"def {name.partition('[')[0]}(" in Path(path).read_text()
    assert len(reason.split()) > 5
