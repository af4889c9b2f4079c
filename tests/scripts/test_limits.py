"""The limits of the house, and vendored files as they were taken."""

import hashlib

import pytest

from scripts import limits


@pytest.fixture
def vendor(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "VENDOR", tmp_path)
    monkeypatch.setattr(limits, "SUMS", tmp_path / "SHA256SUMS")
    (tmp_path / "lib.js").write_text("original")
    digest = hashlib.sha256(b"original").hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  lib.js\n")
    return tmp_path


@pytest.mark.parametrize(("lines", "faults"), [(300, 0), (301, 1)])
def test_a_file_has_at_most_300_lines(tmp_path, lines, faults):
    source = tmp_path / "page.css"
    source.write_text("x\n" * lines)

    assert len(list(limits.too_long(source))) == faults


@pytest.mark.parametrize(("lines", "faults"), [(60, 0), (61, 1)])
def test_a_function_has_at_most_60_lines(tmp_path, lines, faults):
    source = tmp_path / "module.py"
    source.write_text("def f():\n" + "    pass\n" * (lines - 1))

    assert len(list(limits.too_long(source))) == faults


def test_vendored_files_are_those_that_were_taken(vendor):
    assert list(limits.vendored()) == []


def test_finds_a_vendored_file_that_was_changed(vendor):
    (vendor / "lib.js").write_text("changed")

    assert [fault.split(": ")[1] for fault in limits.vendored()] == [f"not the file that {vendor}/SHA256SUMS names"]


def test_finds_a_vendored_file_that_is_not_listed(vendor):
    (vendor / "other.js").write_text("new")

    assert [fault.split(": ")[1] for fault in limits.vendored()] == [f"not in {vendor}/SHA256SUMS"]


def test_finds_a_listed_file_that_is_missing(vendor):
    (vendor / "lib.js").unlink()

    assert [fault.split(": ")[1] for fault in limits.vendored()] == ["lib.js is listed and missing"]
