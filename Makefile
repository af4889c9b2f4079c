# make install   everything the program needs, into .venv
# make run       the program with a sample shop, on http://localhost:8000  (PORT=9000, SAMPLE=0 for an empty one)
# make test      all tests: SQLite, PostgreSQL with Redis, MariaDB, DB2's driver on Derby, a real browser
# make test DB=sqlite|postgres|mariadb|db2|journeys|programs   one of them
# make sql       the SQL that DB2 gets, written anew
# make check     what CI and pre-commit check
SHELL := /bin/sh
PORT ?= 8000
SAMPLE ?= 1
PYTHON ?= python3
VENV ?= .venv
PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py

.PHONY: install run test sql check bench seed lock fmt schema dev help

help:
	@sed -n 's/^# //p' Makefile

install: $(VENV)/.installed
dev: $(VENV)/.installed-dev

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tillbook needs Python 3.11 or newer; say which with: make PYTHON=python3.11 install" >&2; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: install
	@$(MANAGE) migrate --noinput --verbosity 0
	@test "$(SAMPLE)" = 0 || $(MANAGE) seed_demo --if-empty
	@exec $(MANAGE) run --port $(PORT)

seed: install
	$(MANAGE) migrate --noinput --verbosity 0
	$(MANAGE) seed_demo

test: dev
	@exec $(PY) -m scripts.test $(DB)

sql: dev
	RENEW_SQL=1 $(PY) -m pytest -q tests/databases/test_db2_sql.py

check: dev
	@exec $(PY) -m scripts.check

bench: dev
	@exec $(PY) -m tests.benchmarks

fmt: dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

schema: dev
	DJANGO_SETTINGS_MODULE=tracker.settings.test $(MANAGE) spectacular --validate --fail-on-warn --file docs/openapi.yaml

lock: dev
	$(PY) -m uv pip compile --quiet --upgrade --no-emit-index-url --python-version 3.11 requirements.in -o requirements.txt
	$(PY) -m uv pip compile --quiet --upgrade --no-emit-index-url --python-version 3.11 requirements-dev.in -o requirements-dev.txt
