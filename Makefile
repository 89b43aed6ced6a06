# Everything that a person or CI runs. `make help` lists it.

PYTHON ?= python3
DATA ?= ../shared/data
SIZES ?= 1000000 100000000
ONLY ?= events,tail,one,import,peers,spark
RUNS ?= 3

VENV := .venv
BIN := $(VENV)/bin
SETUP := PYTHON="$(PYTHON)" VENV="$(VENV)" tools/set_up.sh
NEEDS := pyproject.toml constraints.txt tools/set_up.sh

.DEFAULT_GOAL := help

.PHONY: help
help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# One stamp for each set of extras: set-up runs once, and again when what it reads has changed.
$(VENV)/.run: $(NEEDS)
	@$(SETUP) arrow,calendar,charts,cli,duckdb,pandas,report
	@touch $@

$(VENV)/.dev: $(NEEDS)
	@$(SETUP) dev
	@touch $@ $(VENV)/.run

$(VENV)/.docs: $(NEEDS)
	@$(SETUP) docs
	@touch $@ $(VENV)/.run

$(VENV)/.bench: $(NEEDS)
	@$(SETUP) bench
	@touch $@

# Hosts have an environment of their own: Django and its like bring plugins of pytest and versions
# that `make test` must not depend on.
$(VENV)-hosts/.hosts: $(NEEDS) tools/set_up_hosts.sh tools/with_postgres.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)-hosts" tools/set_up_hosts.sh
	@touch $@

.PHONY: demo
demo: $(VENV)/.run ## score the example office: a table, a page per person, a JSON document
	$(BIN)/python examples/lubuk_begalung/run.py --out build/lubuk_begalung
	$(BIN)/python examples/lubuk_begalung/run.py --out build/lubuk_begalung --regulation all

.PHONY: demo-real
demo-real: $(VENV)/.run ## score real service requests and a real survey (DATA=folder of the files)
	$(BIN)/python examples/city_requests/run.py --data "$(DATA)"

.PHONY: test
test: $(VENV)/.dev ## run the tests, with branch coverage and its threshold
	$(BIN)/python -m pytest --cov --numprocesses auto --dist worksteal

.PHONY: slow
slow: $(VENV)/.dev ## run the tests that take tens of seconds each, which `make test` leaves out
	$(BIN)/python -m pytest -m slow --no-cov --numprocesses auto --dist worksteal

.PHONY: deep
deep: $(VENV)/.dev ## try every law on 5,000 inputs in place of 50: hours
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest tests/laws --numprocesses auto --dist worksteal

.PHONY: faults
faults: $(VENV)/.dev ## kill every command that writes at every moment, many writers, a million lines
	$(BIN)/python -m pytest -m "faults or slow or not slow" -o faulthandler_timeout=3600 tests/faults --numprocesses auto --dist worksteal

TRIED ?= 2000

.PHONY: fuzz
fuzz: $(VENV)/.dev ## try many random and spoilt inputs at every door (TRIED, of each kind)
	CAPAIAN_FUZZ=$(TRIED) $(BIN)/python -m pytest --no-cov -q tests/faults/test_fuzz.py

HOSTS ?= batch django_office notebook service sqlalchemy_postgres

.PHONY: hosts
hosts: $(VENV)-hosts/.hosts ## run the examples of hosts: Django, PostgreSQL, HTTP, batch, notebook (HOSTS)
	PYTHON_OF_HOSTS="$(VENV)-hosts/bin/python" tools/with_postgres.sh \
		"$(VENV)-hosts/bin/python" -m pytest -p no:schemathesis \
		$(HOSTS:%=examples/%/tests)

.PHONY: bench
bench: $(VENV)/.bench ## measure against the job by hand and the peers (SIZES, ONLY, RUNS)
	$(BIN)/python bench/run.py --sizes "$(SIZES)" --only "$(ONLY)" --runs $(RUNS)

.PHONY: bench-analysis
bench-analysis: $(VENV)/.bench ## time every function of analysis at a million subjects
	$(BIN)/python bench/analysis_run.py

.PHONY: lint
lint: $(VENV)/.dev ## style, types, floors, changelog fragments, files
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	for each in $$(ls -d examples/*/ | grep -v -e -template/ -e clients/) bench/; do \
		MYPYPATH="$$each:$$each""src:tools:examples/front_desk:tests" $(BIN)/mypy "$$each" || exit 1; done
	$(BIN)/lint-imports --no-logo
	@mkdir -p build
	@$(BIN)/towncrier build --draft --version next >build/changelog.txt 2>build/changelog.err \
		|| { cat build/changelog.err; exit 1; }
	SKIP=ruff-format,ruff-check $(BIN)/pre-commit run --all-files

.PHONY: docs
docs: $(VENV)/.docs ## build the documentation into build/docs; a warning is an error
	$(BIN)/sphinx-build -n -W --keep-going -d build/doctrees docs build/docs

.PHONY: lock
lock: ## pin every dependency anew in constraints.txt (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv" >&2; exit 1; }
	@sed '/^[^#]/,$$d' constraints.txt >constraints.new
	@uv pip compile --quiet --universal --upgrade --python-version 3.11 --all-extras \
		--no-emit-package capaian --no-emit-index-url --no-annotate --no-header \
		pyproject.toml >>constraints.new
	@mv constraints.new constraints.txt

.PHONY: clean
clean: ## remove .venv, build/ and every cache
	rm -rf $(VENV) $(VENV)-hosts build dist constraints.new .coverage .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache docs/_build docs/.jupyter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
