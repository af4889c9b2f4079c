"""What does not run on Derby, each with its reason. A line comes only with a reason, and goes when its tests run there.

Read only where the suite runs on Derby (`make test DB=db2`). What is CANNOT runs all the same, and fails the run if it passes.
What is ELSEWHERE asks nothing of the database that tests here do not ask, and runs on SQLite, PostgreSQL and MariaDB.
"""

import pytest
from django.conf import settings

DERBY = "tests.databases.db2.derby"
PAGE = "Pages over services and queries whose own tests run here; Derby, through the translator, takes a second for each page."
ON_DERBY_ONLY = "tests/databases/test_db2check_whole.py"  # it asks for a server that IBM's driver can speak to
ROW_BY_ROW = "DB2 gives no ids back from a bulk insert: rows whose ids are needed go in one by one, each a statement."
ONCE_FOR_ALL = "Derby answers a sorted subquery of one row once for all outer rows where it stands inside IN."
RACES = (
    "Derby's locks are not DB2's, and through the translator the answer to a deadlock at times breaks the wire. "
    "Races run on PostgreSQL and MariaDB; `db2check` runs one on a real DB2."
)
CANNOT = {
    "tests/expenses/test_trying_rules.py::test_applying_costs_the_same_at_any_number[20]": ROW_BY_ROW,
    "tests/alerts/test_low_stock.py::test_any_number_of_alerts_opens_eases_and_closes_in_the_same_few_statements[20]": ROW_BY_ROW,
    "tests/alerts/test_digests_of_many.py::test_many_readers_cost_as_many_statements_as_one[20]": ROW_BY_ROW,
    "tests/inventory/test_many_shops.py::test_many_shops_cost_as_many_statements_as_one[1]": ROW_BY_ROW,
    "tests/inventory/test_many_shops.py::test_many_shops_cost_as_many_statements_as_one[20]": ROW_BY_ROW,
    "tests/expenses/test_bank_import.py::test_a_chunk_costs_the_same_at_any_length": ROW_BY_ROW,
    "tests/expenses/test_import_costs.py::test_letting_it_in_costs_the_same": ROW_BY_ROW,
    "tests/inventory/test_stocktake.py::test_approval_costs_a_product_and_its_shelf_each_and_little_else[20]": ROW_BY_ROW,
    "tests/purchasing/test_receiving.py::test_a_receipt_costs_a_few_queries_a_line[20]": ROW_BY_ROW,
    "tests/inventory/test_ledger_in_turn.py::test_products_and_shelves_are_locked_in_order_whatever_the_order_of_the_lines[2]": (
        ROW_BY_ROW
    ),
    "tests/inventory/test_ledger.py::test_the_record_of_many_products_is_one_statement[20]": ROW_BY_ROW,
    "tests/inventory/test_bulk_edit.py::test_costs_the_same_however_many_are_changed[change1-21-1]": ROW_BY_ROW,
    "tests/inventory/test_bulk_edit.py::test_costs_the_same_however_many_are_changed[change1-21-20]": ROW_BY_ROW,
    "tests/inventory/test_units.py::test_the_packs_of_all_lines_are_looked_up_at_once[20]": ROW_BY_ROW,
    "tests/inventory/test_valuation.py::test_costs_one_query_however_many_products[20]": ONCE_FOR_ALL,
    "tests/portal/test_db2check.py::test_its_probes_pass_where_all_is_well[_conditional_unique]": (
        "On DB2 a conditional unique is an index over CASE expressions; Derby indexes columns only."
    ),
    "tests/portal/test_db2check.py::test_its_probes_pass_where_all_is_well[_rollback]": (
        "Derby has one savepoint at a time, and inside a test the probe itself already holds it."
    ),
}
ELSEWHERE = {
    "tests/api/": "The API over services and queries whose own tests run here; each call takes Derby a second.",
    "tests/tracker/": "Settings, health and the admin's pages: Django's own queries, hundreds of them a test.",
    "tests/scripts/": "Commands of the workshop: they meet no database.",
    "tests/databases/test_races.py": RACES,
    "tests/databases/test_bad_night.py": RACES,
    "tests/databases/test_billing_races.py": RACES,
    "tests/databases/test_budget_races.py": RACES,
    "tests/databases/test_bulk_races.py": RACES,
    "tests/databases/test_counting_races.py": RACES,
    "tests/databases/test_crowd.py": RACES,
    "tests/databases/test_digest_races.py": RACES,
    "tests/databases/test_undo_races.py": RACES,
    "tests/databases/test_holding_races.py": RACES,
    "tests/databases/test_preference_races.py": RACES,
    "tests/databases/test_webhook_races.py": RACES,
    "tests/databases/test_batch_races.py": RACES,
    "tests/inventory/test_batches_property.py": (
        "Derby has one savepoint at a time: inside a test that Hypothesis repeats, what was refused is not undone."
    ),
    "tests/databases/test_transfer_races.py": RACES,
    "tests/inventory/test_batch_pages.py": PAGE,
    "tests/inventory/test_batches_shown.py": PAGE,
    "tests/inventory/test_back_dating.py::test_in_whatever_order_the_past_is_entered_it_adds_up": (
        "Derby has one savepoint at a time: inside a test that Hypothesis repeats, what was refused is not undone."
    ),
    "tests/inventory/test_back_dating_property.py": (
        "Derby has one savepoint at a time: inside a test that Hypothesis repeats, what was refused is not undone."
    ),
    "tests/inventory/test_flows_property.py": (
        "Derby has one savepoint at a time: inside a test that Hypothesis repeats, what was refused is not undone."
    ),
    "tests/inventory/test_transfer_property.py": (
        "Derby has one savepoint at a time: inside a test that Hypothesis repeats, what was refused is not undone."
    ),
    "tests/databases/test_db2_sql.py": "Compares SQL that is recorded offline; nothing of it reaches a server.",
    "tests/accounts/test_invitation_page.py": PAGE,
    "tests/accounts/test_settings_pages.py": PAGE,
    "tests/alerts/test_alerts_page.py": PAGE,
    "tests/imports/test_import_pages.py": PAGE,
    "tests/inventory/test_bulk_pages.py": PAGE,
    "tests/inventory/test_grid.py": PAGE,
    "tests/inventory/test_places_pages.py": PAGE,
    "tests/inventory/test_product_form.py": PAGE,
    "tests/inventory/test_product_page.py": PAGE,
    "tests/inventory/test_screens_of_others.py": PAGE,
    "tests/inventory/test_stock_forms.py": PAGE,
    "tests/inventory/test_when.py": PAGE,
    "tests/inventory/test_stock_pages.py": PAGE,
    "tests/inventory/test_transfer_pages.py": PAGE,
    "tests/portal/test_audit_page.py": PAGE,
    "tests/portal/test_email_pages.py": PAGE,
    "tests/portal/test_error_pages.py": PAGE,
    "tests/portal/test_frame.py": PAGE,
    "tests/portal/test_idle_stock.py": PAGE,
    "tests/portal/test_movements_report.py": PAGE,
    "tests/portal/test_palette.py": PAGE,
    "tests/portal/test_run.py": "Starts the program on its embedded default, not on this database.",
    "tests/portal/test_sample_pages.py": PAGE,
    "tests/portal/test_sample_shop.py": "Builds a year of sales, a minute on SQLite; its services are tested here by themselves.",
    "tests/portal/test_sell_through.py": PAGE,
    "tests/portal/test_shrinkage.py": PAGE,
    "tests/portal/test_stock_value.py": PAGE,
    "tests/portal/test_stock_value_by.py": PAGE,
    "tests/portal/test_today.py": PAGE,
    "tests/sales/test_pages.py": PAGE,
    "tests/sales/test_sales_list.py": PAGE,
    "tests/sales/test_till_lost_pages.py": PAGE,
    "tests/sales/test_till_page.py": PAGE,
    "tests/expenses/test_to_be_filed_pages.py": PAGE,
    "tests/expenses/test_unusual_page.py": PAGE,
    "tests/inventory/test_label_page.py": PAGE,
    "tests/inventory/test_stocktake_pages.py": PAGE,
    "tests/portal/test_lists_as_files.py": PAGE,
    "tests/portal/test_mail_trouble.py": PAGE,
    "tests/portal/test_report_files.py": PAGE,
    "tests/purchasing/test_order_pages.py": PAGE,
    "tests/purchasing/test_supplier_pages.py": PAGE,
    "tests/webhooks/test_pages.py": PAGE,
    "tests/accounts/test_new_sign_ins.py": PAGE,
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    is_derby = settings.DATABASES["default"]["ENGINE"] == DERBY
    elsewhere = tuple(ELSEWHERE) if is_derby else ON_DERBY_ONLY
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid.startswith(elsewhere)])
    items[:] = [item for item in items if not item.nodeid.startswith(elsewhere)]
    if not is_derby:
        return
    for item in items:
        if reason := CANNOT.get(item.nodeid):
            item.add_marker(pytest.mark.xfail(strict=True, reason=reason))
