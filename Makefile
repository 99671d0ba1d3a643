# Everything runs in a virtual environment made on first use; only Python 3.10-3.13, pip and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BASE := $(VENV)/.base
LANGUAGE := $(VENV)/.language

.PHONY: demo test check lint types layers train evaluate diff docs designs bench pictures lock clean

demo: $(BASE)
	$(BIN)/art9 scan corpus/demo/patients.csv || test $$? -eq 1

test: $(READY)
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

check: lint types layers test

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports --no-logo

# An hour and a quarter for the language reader, half an hour for classifier and network.
train: $(LANGUAGE)
	$(BIN)/python -m detector.workshop.language
	$(BIN)/art9 train

evaluate: $(READY)
	$(BIN)/art9 evaluate test --card

# Findings gained and lost by rule, against a git revision: make diff REV=HEAD~3
diff: $(READY)
	$(BIN)/python -m detector.workshop.diff $(or $(REV),HEAD)

# Compare designs of the classifier anew: half an hour.
designs: $(READY)
	$(BIN)/python -m detector.workshop.designs

docs: $(READY)
	$(BIN)/python -m detector.workshop.catalogue
	$(BIN)/python -m detector.workshop.statistics

bench: $(READY)
	$(BIN)/python -m tests.bench

pictures: $(READY)
	$(BIN)/python -m tests.pictures

# Pin every dependency anew, for all supported versions of Python and all platforms.
lock: $(READY)
	$(BIN)/uv pip compile --universal --python-version 3.10 --all-extras --group dev --no-annotate \
		--no-header --quiet --upgrade pyproject.toml -o requirements.lock

# What users install, at the pinned versions; then everything that tests and documents need.
$(BASE): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --editable .
	touch $@

$(READY): $(BASE)
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	touch $@

# What the language reader is trained with, some gigabytes on machines with a GPU: for `make train`, and for a test of it.
$(LANGUAGE): $(READY)
	$(BIN)/python -m pip install --quiet --group language
	touch $@

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
