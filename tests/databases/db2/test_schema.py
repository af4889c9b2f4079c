"""On DB2, the tables keep every rule of their models, through creation and change, or the change is refused."""

import warnings

import pytest
from django.db import NotSupportedError, models
from django.db.models.functions import Lower
from django.test.utils import isolate_apps

from tracker.db2.schema import LeftOutWarning, SchemaEditor, is_change_in_place

Q = models.Q


def thing(fields=None, app="common", **meta):
    """A model with these fields, outside every real app's."""
    with isolate_apps(app):
        options = type("Meta", (), {"app_label": app.rpartition(".")[2], "db_table": "thing", **meta})
        return type("Thing", (models.Model,), {"Meta": options, "__module__": __name__, **(fields or {})})


def made(db2, model):
    with db2.connection.schema_editor() as editor:
        editor.create_model(model)
    return db2.sql


def named(field, name, model):
    field.set_attributes_from_name(name)
    field.model = model
    return field


def change(db2, before, after, name="code"):
    """What is sent when this column becomes that one."""
    model = thing({name: before})
    with db2.connection.schema_editor() as editor:
        editor.alter_field(model, model._meta.get_field(name), named(after, name, model))
    return db2.sql


def add(db2, field, name="extra"):
    model = thing()
    with db2.connection.schema_editor() as editor:
        editor.add_field(model, named(field, name, model))
    return db2.sql


def test_a_unique_column_may_be_null(db2):
    sql = made(db2, thing({"code": models.CharField(max_length=9, unique=True, null=True)}))

    assert '"CODE" VARCHAR(9)' in sql[0]
    assert '"CODE" VARCHAR(9) NOT NULL' not in sql[0]
    assert sql[1].startswith("CREATE UNIQUE INDEX")
    assert sql[1].endswith('ON "THING" ("CODE") EXCLUDE NULL KEYS')


def test_a_one_to_one_may_be_null(db2):
    sql = made(db2, thing({"twin": models.OneToOneField("self", models.CASCADE, null=True)}))

    assert '"TWIN_ID" BIGINT NOT NULL' not in sql[0]
    assert any(s.startswith("CREATE UNIQUE INDEX") and s.endswith("EXCLUDE NULL KEYS") for s in sql)


def test_two_columns_may_be_unique_where_neither_is_null(db2):
    fields = {"shop": models.IntegerField(), "code": models.CharField(max_length=9, null=True)}

    sql = made(db2, thing(fields, constraints=[models.UniqueConstraint(fields=["shop", "code"], name="once")]))

    assert sql[1] == (
        'CREATE UNIQUE INDEX "ONCE" ON "THING" (CASE WHEN "CODE" IS NOT NULL THEN "SHOP" END, '
        'CASE WHEN "CODE" IS NOT NULL THEN "CODE" END) EXCLUDE NULL KEYS'
    )


def test_a_conditional_unique_is_kept(db2):
    fields = {"user": models.IntegerField(), "main": models.BooleanField()}
    once = models.UniqueConstraint(fields=["user", "main"], condition=Q(main=True), name="one_main")

    sql = made(db2, thing(fields, constraints=[once]))

    assert sql[1] == (
        'CREATE UNIQUE INDEX "ONE_MAIN" ON "THING" (CASE WHEN ("MAIN") THEN "USER" END, '
        'CASE WHEN ("MAIN") THEN "MAIN" END) EXCLUDE NULL KEYS'
    )


def test_a_conditional_unique_quotes_its_texts(db2):
    once = models.UniqueConstraint(fields=["code"], condition=Q(code__in=["O'Brien", "100 %"]), name="once")

    sql = made(db2, thing({"code": models.CharField(max_length=9)}, constraints=[once]))

    assert """CASE WHEN ("CODE" IN ('O''Brien', '100 %')) THEN "CODE" END""" in sql[1]


def test_a_unique_expression_is_kept(ours):
    once = models.UniqueConstraint(Lower("code"), name="once")

    sql = made(ours, thing({"code": models.CharField(max_length=9)}, constraints=[once]))

    assert sql[1] == 'CREATE UNIQUE INDEX "ONCE" ON "THING" ((LOWER("CODE"))) EXCLUDE NULL KEYS'


LATE = models.UniqueConstraint(fields=["code"], deferrable=models.Deferrable.DEFERRED, name="late")


def test_a_rule_of_ours_that_db2_cannot_keep_is_an_error(db2):
    with pytest.raises(NotSupportedError, match="late"):
        made(db2, thing({"code": models.IntegerField()}, constraints=[LATE]))


def test_a_rule_of_others_that_db2_cannot_keep_is_said(db2):
    before = list(SchemaEditor.left_out)
    with pytest.warns(LeftOutWarning, match="late"):
        made(db2, thing({"code": models.IntegerField()}, app="django.contrib.sessions", constraints=[LATE]))

    assert len(SchemaEditor.left_out) == len(before) + 1
    SchemaEditor.left_out[:] = before


def test_a_check_quotes_its_column_and_its_texts(db2):
    fields = {"order": models.PositiveIntegerField(), "code": models.CharField(max_length=9)}
    check = models.CheckConstraint(condition=Q(code__in=["o'x", "50%"]), name="known")

    [sql, *_] = made(db2, thing(fields, constraints=[check]))

    assert 'CHECK ("ORDER" >= 0)' in sql
    assert """CHECK ("CODE" IN ('o''x', '50%'))""" in sql


def adds_quoted(db2, default):
    [sql, *_] = add(db2, models.CharField(max_length=9, default=default))

    quoted = default.replace("'", "''")
    assert sql == f"""ALTER TABLE "THING" ADD COLUMN "EXTRA" VARCHAR(9) DEFAULT '{quoted}' NOT NULL"""


@pytest.mark.parametrize("default", ["O'Brien", "a 'b"])
def test_the_default_of_a_new_column_is_quoted(db2, default):
    adds_quoted(db2, default)


@pytest.mark.parametrize("default", ["*", "{}", "100 %", "default"])
def test_a_default_that_the_stock_backend_quotes_is_quoted_too(ours, default):
    adds_quoted(ours, default)


def test_a_column_that_ceases_to_be_null_takes_its_default_as_data(ours):
    sql = change(ours, models.CharField(max_length=9, null=True), models.CharField(max_length=9, default="*"))

    assert 'UPDATE "THING" SET "CODE" = ? WHERE "CODE" IS NULL' in sql
    assert any('"CODE" SET NOT NULL' in s for s in sql)


def test_widening_a_column_with_a_default_rebuilds_nothing(db2):
    sql = change(db2, models.CharField(max_length=9, default="*"), models.CharField(max_length=90, default="*"))

    assert sql == ['ALTER TABLE "THING" ALTER COLUMN "CODE" SET DATA TYPE VARCHAR(90)']


@pytest.mark.parametrize(
    ("before", "after", "sql"),
    [
        (models.CharField(max_length=9), models.CharField(max_length=90), "VARCHAR(90)"),
        (models.IntegerField(), models.BigIntegerField(), "BIGINT"),
        (
            models.DecimalField(max_digits=9, decimal_places=2),
            models.DecimalField(max_digits=14, decimal_places=2),
            "DECIMAL(14, 2)",
        ),
    ],
)
def test_a_column_is_widened_in_place(ours, before, after, sql):
    assert change(ours, before, after) == [f'ALTER TABLE "THING" ALTER COLUMN "CODE" SET DATA TYPE {sql}']


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (models.CharField(max_length=90), models.CharField(max_length=9)),
        (models.CharField(max_length=9), models.TextField()),
        (models.IntegerField(), models.CharField(max_length=9)),
        (models.DecimalField(max_digits=9, decimal_places=2), models.DecimalField(max_digits=9, decimal_places=4)),
        (models.BigIntegerField(), models.IntegerField()),
    ],
)
def test_a_change_that_would_rebuild_the_table_is_refused(db2, before, after):
    with pytest.raises(NotSupportedError, match="Add a new column"):
        change(db2, before, after)

    assert db2.sql == []


def test_a_column_does_not_begin_to_count_by_itself(db2):
    model = thing({"id": models.IntegerField(primary_key=True)})
    with pytest.raises(NotSupportedError), db2.connection.schema_editor() as editor:
        editor.alter_field(model, model._meta.pk, named(models.AutoField(primary_key=True), "id", model))


def test_a_table_is_not_renamed_under_its_keys(db2):
    with pytest.raises(NotSupportedError, match="rename"), db2.connection.schema_editor() as editor:
        editor.alter_db_table(thing(), "thing", "other")


def test_only_our_own_schema_is_reorganised(db2):
    add(db2, models.IntegerField(null=True))

    asked = [sql for sql, _ in db2.connection.sent if "ADMINTABINFO" in sql]
    assert asked
    assert all("TABSCHEMA = CURRENT SCHEMA" in sql for sql in asked)


def test_a_partial_index_is_made_whole(ours):
    index = models.Index(fields=["code"], condition=Q(code=1), name="some")

    sql = made(ours, thing({"code": models.IntegerField()}, indexes=[index]))

    assert sql[1] == 'CREATE INDEX "SOME" ON "THING" ("CODE")'


def test_json_is_kept_as_text(ours):
    [sql, *_] = made(ours, thing({"data": models.JSONField(default=dict)}))

    assert '"DATA" CLOB(1048576) NOT NULL' in sql


def test_what_is_kept_is_not_warned_of(ours):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert made(ours, thing({"code": models.CharField(max_length=9, unique=True)}))


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("DATE", "TIMESTAMP", False),
        ("SMALLINT", "BIGINT", True),
        ("DECIMAL(9, 2)", "VARCHAR(20)", False),
        ("VARCHAR(5)", "VARCHAR(5)", True),
    ],
)
def test_knows_which_changes_lose_nothing(old, new, allowed):
    assert is_change_in_place(old, new) is allowed
