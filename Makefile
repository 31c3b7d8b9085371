# Everything a person or CI does here. Assumed: make, and Python >= 3.11 with the venv module. Nothing else.
.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:
SHELL := /bin/sh

# The first Python that is new enough; `make PYTHON=python3.12 run` overrides.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# One test process per core; `make test WORKERS=0` runs them in one process, for a debugger.
WORKERS ?= logical
ARGS ?=

.PHONY: help run test check lint format types contracts lock vendor soak bench clean pictures guide translations venv dev

help: ## Show what can be made here
	@echo "Usage: make <target>"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1@\2/p' Makefile | awk -F@ '{ printf "%-16s%s\n", $$1, $$2 }'

run: $(VENV)/.runtime var/secret_key ## Start the site with the demonstration organization (ARGS="--port 9000"; ARGS=--empty starts empty)
	@AUDITAPP_SECRET_KEY="$${AUDITAPP_SECRET_KEY:-$$(cat var/secret_key)}" $(BIN)/auditapp run $(if $(findstring --empty,$(ARGS)),,--demo) $(ARGS)

test: $(VENV)/.dev ## Run every test, on SQLite and on PostgreSQL
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

check: $(VENV)/.dev ## Exactly what CI runs: format, lint, types, contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

lint: $(VENV)/.dev ## Look for faults in the code's form
	$(BIN)/ruff check . $(ARGS)

format: $(VENV)/.dev ## Lay out the code and repair what can be repaired by machine
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

types: $(VENV)/.dev ## Check the types
	$(BIN)/mypy $(ARGS)

contracts: $(VENV)/.dev ## Check who may import whom
	$(BIN)/lint-imports $(ARGS)

soak: $(VENV)/.dev ## The long tests: every property with examples drawn anew, lost updates, lives of nonconformities at length, 200 kills of the server while it saves, 200 of workers while they deliver and some while they tell webhooks, 50 of a tablet's browser; every operation of the interface
	$(BIN)/pytest -m "hypothesis or soak" -n 0 --hypothesis-profile anew $(ARGS)
	$(BIN)/python -m scripts.soak_kill --kills 200
	$(BIN)/python -m scripts.soak_reminders --messages 10000 --kills 200 --database sqlite
	$(BIN)/python -m scripts.soak_reminders --messages 10000 --kills 200 --database postgresql
	$(BIN)/python -m scripts.soak_tablet --questions 150 --photos 40 --kills 50

bench: $(VENV)/.dev ## Measure the walk page, one saved answer, the registers, the dashboards, the scan of what is due, a calendar feed, a click in Slack and the PDF of an audit report, as ratios; the tablet in milliseconds and kB
	$(BIN)/python -m bench.walk
	$(BIN)/python -m bench.answer
	$(BIN)/python -m bench.registers
	$(BIN)/python -m bench.dashboards
	$(BIN)/python -m bench.due
	$(BIN)/python -m bench.feed
	$(BIN)/python -m bench.slack
	$(BIN)/python -m bench.tablet
	$(BIN)/python -m bench.reports

pictures: $(VENV)/.dev ## Make the pictures of the user guide anew, by the browser tests
	AUDITAPP_TESTS_PICTURES=docs/pictures $(BIN)/pytest -n 0 -m pictures $(ARGS)

guide: $(VENV)/.dev ## Write docs/guide.md anew: each bullet of the guide, its place, its questions
	$(BIN)/python -m scripts.guide

translations: $(VENV)/.dev ## Collect every text a person sees into translations/messages.pot
	mkdir -p translations
	$(BIN)/pybabel -q extract -F babel.cfg -k Text:1 -k lazy_gettext -k _l --no-location --sort-output --omit-header \
		-o translations/messages.pot auditapp bots

lock: $(VENV)/.dev ## Write the lock files anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra build $(ARGS) -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra build --extra dev -c requirements.lock $(ARGS) -o requirements-dev.lock pyproject.toml

vendor: ## Fetch the front-end files anew (the one target that needs Node)
	node scripts/vendor.mjs $(ARGS)

clean: ## Remove what was built; keeps ./var, where the data is
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find auditapp bots bench migrations scripts tests -type d -name __pycache__ -prune -exec rm -rf {} +

venv: $(VENV)/.runtime
dev: $(VENV)/.dev

# For the site on this desk; an installation sets AUDITAPP_SECRET_KEY itself.
var/secret_key: | $(VENV)/.runtime
	@mkdir -p var
	@umask 077 && $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))' > $@

# The stamps stand for "this lock file is installed": they are older than the lock when it changed.
$(VENV)/.python:
	@test -n "$(PYTHON)" || { \
		echo "This needs Python 3.11 or newer, and none was found on the PATH."; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.12 run"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than Python 3.11. Name a newer one: make PYTHON=/path/to/python3.12 run"; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) has no venv module. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Making $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml $(VENV)/.python
	@echo "Installing what requirements.lock names (a minute, the first time)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing the tools of requirements-dev.lock"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
