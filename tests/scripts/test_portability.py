"""The portability check finds what some database would drop, refuse or answer otherwise."""

import pytest
from django.apps import apps
from django.core import checks
from django.db import models
from django.test.utils import isolate_apps

from common.portability import check_others, check_ours, model_faults
from scripts.portability import source_faults


def faults_of(fields=None, **meta):
    """What is found in a model with these fields and Meta options."""
    with isolate_apps("common"):
        options = type("Meta", (), {"app_label": "common", **meta})
        model = type("Thing", (models.Model,), {"Meta": options, "__module__": __name__, **(fields or {})})
    return list(model_faults(model))


SKU = {"sku": models.CharField(max_length=64)}


def unique(**options):
    return [models.UniqueConstraint(name="once", **options)]


def index(**options):
    return [models.Index(name="quick", **options)]


@pytest.mark.parametrize(
    ("fields", "meta"),
    [
        ({"order": models.IntegerField()}, {}),
        ({"percent": models.IntegerField()}, {}),
        ({"long": models.IntegerField(db_column="LONG")}, {}),
        ({"facts": models.JSONField()}, {}),
        ({"amount": models.DecimalField(max_digits=32, decimal_places=2)}, {}),
        ({"code": models.CharField(max_length=20, unique=True, null=True)}, {}),
        ({"text": models.TextField(unique=True)}, {}),
        ({"code": models.CharField(max_length=256, db_index=True)}, {}),
        (SKU, {"constraints": unique(fields=["sku"], condition=models.Q(sku="x"))}),
        (SKU, {"constraints": unique(fields=["sku"], deferrable=models.Deferrable.DEFERRED)}),
        (SKU, {"constraints": unique(fields=["sku"], include=["id"])}),
        ({"at": models.DateField(null=True)}, {"constraints": unique(fields=["at"])}),
        (SKU, {"indexes": index(fields=["sku"], condition=models.Q(sku="x"))}),
        (SKU, {"indexes": index(fields=["sku"], include=["id"])}),
        ({"text": models.TextField()}, {"indexes": index(fields=["-text"])}),
        (SKU, {"db_table": "t" * 128}),
        ({"number": models.IntegerField(db_default=1)}, {}),
        ({"a": models.IntegerField(null=True), "b": models.IntegerField()}, {"unique_together": [("a", "b")]}),
    ],
)
def test_finds_what_a_model_may_not_have(fields, meta):
    assert len(faults_of(fields, **meta)) == 1


def test_lets_an_ordinary_model_pass():
    fields = {
        "sku": models.CharField(max_length=64),
        "note": models.TextField(),
        "user": models.ForeignKey("self", models.CASCADE),
    }

    assert faults_of(fields, constraints=unique(fields=["sku"]), indexes=index(fields=["sku", "-id"])) == []


@pytest.mark.parametrize(
    "line",
    [
        'Product.objects.filter(name__iregex="x")',
        'annotate(rank=Window("x"))',
        'annotate(day=TruncDay("sold_at"))',
        'filter(sold_at__date="2026-03-04")',
        "bulk_create(rows, ignore_conflicts=True)",
        "select_for_update(skip_locked=True)",
        'order_by("name").distinct("name")',
        'Product.objects.raw("SELECT 1")',
        "models.IntegerField(db_default=1)",
    ],
)
def test_finds_what_a_query_may_not_ask(tmp_path, line):
    source = tmp_path / "queries.py"
    source.write_text(f"import x\n{line}\n")

    [fault] = source_faults(source)

    assert fault.startswith(f"{source}:2: ")


def test_lets_ordinary_queries_pass(tmp_path):
    source = tmp_path / "queries.py"
    source.write_text('Sale.objects.filter(sold_on__gte=day, sold_at__lt=at).distinct().order_by("sold_on")\n')

    assert list(source_faults(source)) == []


def test_our_own_models_pass():
    ours = [apps.get_app_config(label) for label in ("accounts", "inventory", "purchasing", "sales")]

    assert [fault for app in ours for model in app.get_models() for fault in model_faults(model)] == []


def test_what_is_ours_is_an_error_with_a_number(monkeypatch):
    with isolate_apps("common"):
        options = type("Meta", (), {"app_label": "common"})
        faulty = type("Thing", (models.Model,), {"Meta": options, "__module__": __name__, "facts": models.JSONField()})
    monkeypatch.setattr(apps.get_app_config("common"), "get_models", lambda **_: [faulty])

    [error] = check_ours(None)

    assert (error.id, error.level, error.obj) == ("tillbook.E103", checks.ERROR, faulty)


def test_what_is_others_is_a_warning_with_a_number():
    warnings = check_others([apps.get_app_config("mfa")])

    assert {warning.id for warning in warnings} == {"tillbook.W102", "tillbook.W103", "tillbook.W106"}
    assert {warning.level for warning in warnings} == {checks.WARNING}


def test_every_model_of_ours_passes():
    assert check_ours(None) == []
