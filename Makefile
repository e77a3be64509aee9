# Every target but `setup` uses the environment that `setup` makes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := build/frontend/frontend/govuk-frontend.min.css

.PHONY: help setup demo demo-reset run test check formatting types contracts reference fix docs pictures prove requirements clean

help:            ## show the targets
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*##/ /' | awk '{name=$$1; $$1=""; printf "  make %-14s%s\n", name, $$0}'

setup: $(VENV)/.ready $(FRONTEND)   ## make the environment: Python packages in .venv, front-end packages in node_modules and build

$(VENV)/.ready: requirements/run.txt requirements/develop.txt pyproject.toml
	@$(PYTHON) tools/bare_machine.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt -r requirements/develop.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $@

node_modules/.ready: package.json package-lock.json
	npm ci --no-progress --loglevel=error
	@touch $@

$(FRONTEND): src/trellis/service/ui/frontend.py node_modules/.ready | $(VENV)/.ready
	$(BIN)/python -m trellis.service.ui.frontend

demo: setup      ## open a working scheme with invented people and data
	$(BIN)/trellis demo

demo-reset: setup  ## throw the demonstration's data away and start over
	$(BIN)/trellis demo --reset

run: setup       ## serve what TRELLIS_DATABASE_URL names, or the demonstration's data
	$(BIN)/trellis serve

test: setup      ## run every test, on real PostgreSQL and a real browser
	$(BIN)/python tools/browser_present.py
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: formatting types contracts reference   ## formatting, lint, types, import contracts and generated pages

formatting: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports --no-cache

reference: setup
	$(BIN)/trellis docs --check

fix: setup       ## mend what the formatter and linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup      ## write the generated reference pages
	$(BIN)/trellis docs

pictures: setup  ## draw the pictures of docs/explanation again, and their tables
	$(BIN)/python -m tools.before_and_after

prove: setup     ## the long proofs and the benchmarks; prints their figures
	$(BIN)/python tools/browser_present.py
	$(BIN)/python -m pytest -n 2 --dist worksteal -m prove
	$(BIN)/python -m bench

requirements: setup  ## pin requirements/*.in again, with hashes and without any index's address
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet requirements/run.in -o requirements/run.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet requirements/develop.in -o requirements/develop.txt

clean:           ## remove what set-up made (not the demonstration's data)
	rm -rf $(VENV) node_modules build
