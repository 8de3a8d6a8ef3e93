# make run    the app with demo data on http://127.0.0.1:8000   (PORT, ROROS_DATA, DATABASE_URL: see docs/drift.md)
# make test   everything that must hold: lint, types, import contract, tests with coverage, browser
# make bench  how fast it is
# make setup  the common first step: .venv and front-end files
# make lock   new versions into requirements/ after a change of pyproject.toml (UPGRADE=--upgrade: newer ones of all)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv

.DEFAULT_GOAL := run
.PHONY: setup setup-dev frontend chromium run test lint bench lock clean

setup: $(VENV)/.demo frontend
setup-dev: setup $(VENV)/.dev

run: setup
	@exec $(BIN)/python -m roros.launch

test: setup-dev chromium lint
	@$(BIN)/pytest -n 2 --cov --cov-report=term $$(.ci/chromium --found || echo --ignore=tests/browser)

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python manage.py makemigrations --check --dry-run
	HTTPS=yes $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: setup-dev
	@$(BIN)/python -m tests.bench

chromium:
	@.ci/chromium

# uv is quick; pip is there for machines where only pip knows the way to a package index
INSTALL = UV_SYSTEM_CERTS=1 $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1) \
  || $(BIN)/python -m pip install --quiet --require-hashes -r $(1)

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.demo: requirements/demo.txt | $(UV)
	@echo "Installing the packages …"
	@$(call INSTALL,$<)
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.demo
	@echo "Installing the development packages …"
	@$(call INSTALL,$<)
	@touch $@

frontend: $(VENV)/.demo
	@$(BIN)/python -m roros.frontend.vendor --check || { \
	  echo "Fetching the front-end files …"; \
	  { command -v npm >/dev/null || { $(call INSTALL,requirements/node.txt); }; } && \
	  { $(call INSTALL,requirements/fonts.txt); } && $(BIN)/python -m roros.frontend.vendor; }

COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE)

lock: | $(UV)
	$(COMPILE) pyproject.toml --group demo --group dev --output-file requirements/dev.txt
	$(COMPILE) pyproject.toml --group demo --constraints requirements/dev.txt --output-file requirements/demo.txt
	$(COMPILE) pyproject.toml --constraints requirements/dev.txt --output-file requirements/production.txt
	$(COMPILE) --group node --output-file requirements/node.txt
	$(COMPILE) --group fonts --output-file requirements/fonts.txt

clean:
	rm -rf $(VENV) .data staticfiles roros/static/vendor
