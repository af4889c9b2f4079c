"""Tables are emptied without a stored procedure: who points goes first, and circles are opened before."""

from tracker.db2.flush import children_first


def test_who_points_goes_first():
    order, loosened = children_first(["accounts_business", "inventory_product"])

    assert order == ["inventory_product", "accounts_business"]
    assert loosened == []


def test_a_circle_is_opened_at_a_column_that_may_be_null():
    order, loosened = children_first(["accounts_business", "accounts_member", "accounts_user", "inventory_product"])

    assert [table for table, _ in loosened] == ["accounts_user"]
    assert order.index("accounts_member") < order.index("accounts_user")
    assert order.index("inventory_product") < order.index("accounts_business")


def test_flushing_sends_plain_statements(ours):
    sql = ours.connection.ops.sql_flush(None, ["accounts_business", "inventory_product"], reset_sequences=True)

    assert sql[:2] == ['DELETE FROM "INVENTORY_PRODUCT"', 'DELETE FROM "ACCOUNTS_BUSINESS"']
    assert 'ALTER TABLE "ACCOUNTS_BUSINESS" ALTER COLUMN "ID" RESTART WITH 1' in sql
