"""The icon and colour that an alert is shown with."""

import pytest

from alerts.models import Alert, AlertKind


@pytest.mark.parametrize(
    ("kind", "key", "sign"),
    [
        (AlertKind.OUT_OF_STOCK, "product:1", "out"),
        (AlertKind.LOW_STOCK, "product:1", "low"),
        (AlertKind.BUDGET, "budget:1:2026-03-01:80", "low"),
        (AlertKind.BUDGET, "budget:1:2026-03-01:99.5", "low"),
        (AlertKind.BUDGET, "budget:1:2026-03-01:100", "over"),
        (AlertKind.BUDGET, "budget:1:2026-03-01:120", "over"),
        (AlertKind.EXPIRING, "batch:1", "low"),
        (AlertKind.EXPIRING, "batch:1:expired", "out"),
        (AlertKind.LEDGER_MISMATCH, "ledger", "over"),
        (AlertKind.APPROVAL, "expense:1", "info"),
    ],
)
def test_close_to_a_limit_is_not_shown_as_over_it(kind, key, sign):
    assert Alert(kind=kind, subject_key=key).sign == sign
