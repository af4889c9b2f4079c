"""`make test` and `make check` refuse what they do not know."""

import pytest

from scripts import check, test


@pytest.mark.parametrize(("command", "kind"), [(test.main, "test part"), (check.main, "check")])
def test_an_unknown_name_is_an_error_that_lists_the_known_ones(command, kind, capsys):
    code = command(["oracle"])

    said = capsys.readouterr().err
    assert code == 2
    assert f"There is no {kind} called oracle." in said


def test_a_part_that_fails_fails_the_whole(monkeypatch, capsys):
    ran = []
    monkeypatch.setattr(test, "PARTS", {"one": lambda: ran.append("one") or 1, "two": lambda: ran.append("two") or 0})

    assert test.main([]) == 1
    assert ran == ["one", "two"]
    assert "Failed: one" in capsys.readouterr().err


def test_shell_settings_do_not_reach_the_tests(monkeypatch):
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.real")
    monkeypatch.setenv("DATABASE_URL", "postgres://production")
    seen = {}
    monkeypatch.setattr(
        test.subprocess, "run", lambda command, env, check: seen.update(env) or type("Done", (), {"returncode": 0})
    )

    test._pytest([], REDIS_URL="redis://here")

    assert "SENDGRID_API_KEY" not in seen
    assert "DATABASE_URL" not in seen
    assert seen["REDIS_URL"] == "redis://here"
