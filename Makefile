# Needs Python 3.11 or newer, make and a package index; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-slow lint doctest bench clean

demo: $(STAMP)-demo  ## compare pre-trained and learned embeddings with TF-IDF, in under five minutes
	$(BIN)/python -m skembed.demo

test: $(STAMP)-test  ## the test suite, without what takes long
	$(BIN)/python -m pytest -m "not slow"

test-slow: $(STAMP)-test  ## only what takes long
	$(BIN)/python -m pytest -m slow

lint: $(STAMP)-test  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

doctest: $(STAMP)-test  ## the examples in the docstrings
	$(BIN)/python -m pytest --doctest-modules skembed

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

$(STAMP)-%: setup.cfg pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[$*]"
	touch $@
