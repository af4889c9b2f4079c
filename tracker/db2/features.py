from tracker.db2.stock import base as ibm


class DatabaseFeatures(ibm.DatabaseFeatures):  # type: ignore[name-defined]
    minimum_database_version = (11, 1)
    has_bulk_insert = True
    implied_column_null = True
    supports_nullable_unique_constraints = True  # by indexes: see uniques.py
    supports_partially_nullable_unique_constraints = True
    supports_partial_indexes = True  # unique ones as uniques.py says; for any other, a whole index finds the same rows
    supports_expression_indexes = True
    supports_deferrable_unique_constraints = False
    supports_covering_indexes = False
    supports_over_clause = True
    supports_json_field = False  # stored and read back, never looked into
    has_json_object_function = False
    supports_default_keyword_in_insert = True
    supports_default_keyword_in_bulk_insert = False
    can_rename_index = True
    time_cast_precision = 0
