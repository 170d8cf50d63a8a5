.DEFAULT_GOAL := help
BIN := .venv/bin
export PYTHONDONTWRITEBYTECODE :=

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1: \2/'

run: ## Set up, load the worked example, serve on this machine
	@scripts/prepare run
	@$(BIN)/riskapp serve

check: ## The fast half: format, lint, types, import contracts, templates
	@scripts/prepare test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet riskapp/web/templates reports
	$(BIN)/riskapp rubric lint rubrics/*/*.yaml

test: check ## Everything: check, then all tests with browsers and both databases
	$(BIN)/python scripts/break_the_rules.py
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --maxprocesses 2

bench: ## Measure, each figure beside a floor of the same run; BENCH="--largest 100000" for the largest data
	@scripts/prepare test
	$(BIN)/python -m benchmarks $(BENCH)

format: ## Put the code into form
	@scripts/prepare test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## Resolve the dependencies anew and write the lock files with hashes
	@scripts/prepare test
	$(BIN)/python scripts/lock.py

wheel: ## Build the wheel into dist/
	@scripts/prepare test
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

.PHONY: help run check test bench format lock wheel
