"""A real import, killed at a bad moment and run again, ends as if nothing had happened."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from accounts.models import Business
from accounts.permissions import Role
from audit.models import AuditEntry
from imports.models import ImportBatch, ImportState
from sales.models import Payment, Sale, SaleLine
from tests.factories import MemberFactory
from tests.imports.online_retail_sample import packed

pytestmark = [pytest.mark.two_processes, pytest.mark.django_db(transaction=True)]
INVOICES = 700  # four chunks


def command(file: Path, business: Business) -> list[str]:
    return [sys.executable, "manage.py", "import_sales", str(file), "--business", business.slug, "--mapping", "online-retail"]


def finish(file: Path, business: Business, env: dict[str, str]) -> str:
    return subprocess.run(command(file, business), env=env, check=True, capture_output=True, text=True).stdout


def kill_when(file: Path, business: Business, env: dict[str, str], said: str, times: int) -> None:
    """Start the import and kill it, without a warning, when it has said something so many times."""
    with subprocess.Popen(
        command(file, business), env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stderr
        for line in child.stderr:
            times -= said in line
            if not times:
                os.kill(child.pid, signal.SIGKILL)
                break
        assert child.wait() == -signal.SIGKILL


def books(business: Business) -> tuple[Counter[object], Counter[object], list[object]]:
    lines = SaleLine.objects.filter(sale__business=business).values_list("sale__number", "product__sku", "quantity", "total")
    payments = Payment.objects.filter(sale__business=business).values_list("sale__number", "amount")
    sales = Sale.objects.filter(business=business).order_by("number").values_list("number", "kind", "total", "sold_at", "sold_on")
    return Counter(lines), Counter(payments), list(sales)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "retail.csv.gz"
    path.write_bytes(packed(INVOICES))
    return path


def test_a_killed_import_goes_on_where_it_stopped_and_doubles_nothing(file: Path, process_env: dict[str, str]) -> None:
    killed, whole = (MemberFactory(role=Role.OWNER).business for _ in range(2))

    kill_when(file, killed, process_env, "Checking:", 2)
    assert not Sale.objects.filter(business=killed).exists()
    kill_when(file, killed, process_env, "Importing:", 1)
    first = Sale.objects.filter(business=killed).count()
    kill_when(file, killed, process_env, "Importing:", 1)
    second = Sale.objects.filter(business=killed).count()
    said = finish(file, killed, process_env)
    finish(file, whole, process_env)

    assert 0 < first < second < Sale.objects.filter(business=killed).count()
    assert "to the penny" in said
    assert books(killed) == books(whole)
    batch = ImportBatch.objects.get(business=killed)
    assert batch.state == ImportState.DONE
    assert batch.counts == ImportBatch.objects.get(business=whole).counts
    assert AuditEntry.objects.filter(business=killed, action="import done").count() == 1


def test_two_at_once_import_a_file_once(file: Path, process_env: dict[str, str]) -> None:
    twice, once = (MemberFactory(role=Role.OWNER).business for _ in range(2))

    both = [
        subprocess.Popen(command(file, twice), env=process_env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    for child in both:
        child.wait()
    finish(file, twice, process_env)
    finish(file, once, process_env)

    assert books(twice) == books(once)
