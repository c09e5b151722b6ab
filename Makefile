# CloudSIRT: everything that can be done with it. `make` alone prints the menu.

PYTHON  ?= python3
WORKERS ?= 2
PORT    ?= 8000
ARGS    ?=

VENV := .venv
BIN  := $(VENV)/bin
RUN  := $(VENV)/.run
DEV  := $(VENV)/.dev

# Wheels only and hashes always: nothing is built, and nothing unknown is installed.
INSTALL := $(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r
ITSELF  := $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
# Releases younger than a week wait, so that a bad one is found by others first.
COOLDOWN ?= 7 days
LOCK := $(BIN)/uv --no-config pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --exclude-newer "$(COOLDOWN)" --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade)

# $(call quietly,COMMAND): its output is printed only when it fails.
quietly = out=$$($(1) 2>&1) || { printf '%s\n' "$$out"; exit 1; }
# $(call step,NAME,COMMAND): the same, with a line that says how it went.
step = out=$$($(2) 2>&1) && echo 'ok      $(1)' \
	|| { printf 'FAILED  $(1)\n%s\n' "$$out"; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-deep bench check format lock clean
.PHONY: check-format check-lint check-types check-imports check-architecture

help: ## this menu
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(DEV) ## install everything for working on CloudSIRT into .venv

demo: $(RUN) ## run a throw-away consortium on http://127.0.0.1:8000 (PORT=…)
	@$(BIN)/cloudsirt demo --port $(PORT) $(ARGS)

test: $(DEV) ## run the tests on SQLite and PostgreSQL, with coverage (ARGS=… for pytest)
	@$(BIN)/python -m pytest -q -n $(WORKERS) --cov --cov-report=term $(ARGS)

test-deep: $(DEV) ## run the long tests too, with many more examples per property
	@$(BIN)/python -m pytest -q -n $(WORKERS) --hypothesis-profile=deep -m "deep or not deep" $(ARGS)

bench: $(DEV) ## measure the exchange beside its peers, which are installed by it (ARGS=…)
	@$(BIN)/python -m benchmarks $(ARGS)

check: check-format check-lint check-types check-imports check-architecture ## check format, lint, types, import contracts, architecture

check-format: $(DEV)
	@$(call step,format,$(BIN)/ruff format --check .)

check-lint: $(DEV)
	@$(call step,lint,$(BIN)/ruff check .)

check-types: $(DEV)
	@$(call step,types,$(BIN)/mypy)

check-imports: $(DEV)
	@$(call step,imports,$(BIN)/lint-imports)

check-architecture: $(DEV)
	@$(call step,architecture,$(BIN)/python -m pytest -q tests/architecture)

format: $(DEV) ## put every file into the house format, and mend what can be mended
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

lock: $(DEV) ## recompile requirements/*.txt (UPGRADE=1 takes newer releases)
	@$(LOCK) requirements/run.in requirements/build.in -o requirements/run.txt
	@$(LOCK) requirements/dev.in -c requirements/run.txt -o requirements/dev.txt

clean: ## remove everything that these targets made
	@rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* .hypothesis
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("CloudSIRT needs Python 3.11 or newer; this is %d.%d. Name another one: make PYTHON=python3.13" % sys.version_info[:2])'
	@$(call quietly,$(PYTHON) -m venv --clear $(VENV))
	@touch $@

$(RUN): requirements/run.txt setup.cfg pyproject.toml | $(VENV)/.made
	@echo "Installing what CloudSIRT needs to run into $(VENV) (once, under a minute)"
	@$(call quietly,$(INSTALL) requirements/run.txt)
	@$(call quietly,$(ITSELF))
	@touch $@

# The development lock holds the run lock, so this counts as both.
$(DEV): requirements/dev.txt requirements/run.txt setup.cfg pyproject.toml | $(VENV)/.made
	@echo "Installing what work on CloudSIRT needs into $(VENV) (once, about a minute)"
	@$(call quietly,$(INSTALL) requirements/dev.txt)
	@$(call quietly,$(ITSELF))
	@touch $(RUN) $@
