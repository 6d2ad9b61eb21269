# huanjie: `make` or `make help` lists what can be done.
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/runtime.stamp
DEV := $(VENV)/dev.stamp
INSTALL := infra/tools/install.sh requirements-build.lock pyproject.toml
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" $(LOCK_OPTIONS)
TESTS ?= tests
WORKERS ?= 2
ELECTIONS ?= 100000

.DEFAULT_GOAL := help
.PHONY: help install run test test-fast fuzz check lint format types proto proto-release lock upgrade bench clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(RUNTIME) ## install what runs into .venv; `. .venv/bin/activate` then finds the command huanjie

run: $(RUNTIME) ## start the whole platform with the sample district and a rehearsal playing
	@$(BIN)/huanjie demo

test: $(DEV) ## run all tests (TESTS=tests/kernel for a part, HUANJIE_SEED=n to replay a run)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

test-fast: $(DEV) ## run the tests that need no browser, no Docker and no killing of processes
	HUANJIE_PROFILE=fast $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal \
		-m "not docker and not browser and not faults" $(TESTS)

fuzz: $(DEV) ## count random elections twice and compare, and act at random on sheets, votes and small sittings (ELECTIONS=n, HUANJIE_SEED=n to replay a run)
	$(BIN)/python -m tests.tally.fuzz_counts $(ELECTIONS)
	HUANJIE_FUZZ_EXAMPLES=1500 $(BIN)/python -m pytest -q -o faulthandler_timeout=3600 \
		tests/tally/test_stateful.py tests/tally/test_stateful_small.py

check: lint types ## lint, format, strict types, proto lint and breaking check, drift of generated code, own lints
	$(BIN)/python -m infra.tools.protos check
	$(BIN)/python -m infra.tools.lints

lint: $(DEV)
	$(BIN)/ruff check --quiet --output-format=concise
	$(BIN)/ruff format --check --quiet

types: $(DEV)
	$(BIN)/mypy

format: $(DEV) ## put the code into its standard form, mending what can be mended
	$(BIN)/ruff check --quiet --fix-only
	$(BIN)/ruff format --quiet

proto: $(DEV) ## generate the Python code of protos/
	$(BIN)/python -m infra.tools.protos generate

proto-release: $(DEV) ## declare the present protos/ released: later ones may not break them
	$(BIN)/python -m infra.tools.protos release

lock: $(RUNTIME) ## write the locks anew after a change of pyproject.toml, keeping what is pinned
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --group build -c requirements.lock -o requirements-build.lock
	$(COMPILE) pyproject.toml --group dev -c requirements.lock -c requirements-build.lock -o requirements-dev.lock

upgrade: ## write the locks anew with the newest releases
	$(MAKE) lock LOCK_OPTIONS=--upgrade

bench: $(DEV) ## measure the promised numbers, side by side in one run, into docs/benchmarks.md
	$(BIN)/huanjie bench

clean: ## remove what was built or cached; data folders stay
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements.lock $(INSTALL)
	@sh infra/tools/install.sh requirements.lock
	@touch $@

$(DEV): requirements-dev.lock $(INSTALL)
	@sh infra/tools/install.sh requirements-dev.lock
	@touch $(RUNTIME) $@
