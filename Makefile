# Each target sees to its own set-up: .venv, the locked packages, system libraries.
.DEFAULT_GOAL := help
.PHONY: help run test bench lock coverage clean venv-run venv-dev

help:
	@echo "make run       open the window on the demo study (without a display: index, render, screenshot into build/run)"
	@echo "make test      everything that is checked: ruff, mypy, import contracts, tests, known vulnerabilities"
	@echo "make bench     how fast we are beside others, measured now"
	@echo "make coverage  docs/coverage.md: every file of DATA (../shared/data), shown or refused and why"
	@echo "make lock      renew requirements/ from pyproject.toml"
	@echo "make clean     remove what was built"

run: venv-run
	@scripts/system_packages.sh run
	@scripts/run.sh

test: venv-dev
	@scripts/system_packages.sh test
	@scripts/checks.sh

bench: venv-dev
	@scripts/system_packages.sh test
	@.venv/bin/python -m benchmarks --json build/bench/rows.json

DATA ?= ../shared/data
coverage: venv-dev
	@.venv/bin/python scripts/coverage_table.py $(DATA) --output docs/coverage.md

lock:
	@scripts/lock.sh

venv-run:
	@PYTHON="$(PYTHON)" scripts/make_venv.sh run

venv-dev:
	@PYTHON="$(PYTHON)" scripts/make_venv.sh dev

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
