# Everything runs in a virtual environment made on first use; only Python 3.10-3.13, pip and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check lint types layers train evaluate docs bench lock clean

demo: $(READY)
	$(BIN)/art9 scan corpus/demo/patients.csv || test $$? -eq 1

test: $(READY)
	$(BIN)/python -m pytest

check: lint types layers test

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports --no-logo

train: $(READY)
	$(BIN)/art9 train

evaluate: $(READY)
	$(BIN)/art9 evaluate test --card

docs: $(READY)
	$(BIN)/python -m detector.workshop.catalogue

bench: $(READY)
	$(BIN)/python -m tests.bench

# Pin every dependency anew, for all supported versions of Python and all platforms.
lock: $(READY)
	$(BIN)/uv pip compile --universal --python-version 3.10 --all-extras --group dev --no-annotate \
		--no-header --quiet --upgrade pyproject.toml -o requirements.lock

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --requirement requirements.lock --editable .
	touch $@

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
