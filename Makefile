# Needs Python 3.11 or newer, make and a package index; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-slow test-lowest lint doctest bench clean

demo: $(STAMP)-demo  ## compare pre-trained and learned embeddings with TF-IDF, in under five minutes
	$(BIN)/python -m skembed.demo

test: $(STAMP)-test  ## the test suite, without what takes long
	$(BIN)/python -m pytest -m "not slow"

test-slow: $(STAMP)-test  ## only what takes long
	$(BIN)/python -m pytest -m slow

test-lowest:  ## the test suite with the lowest versions that setup.cfg allows
	test -x $(VENV)-lowest/bin/python || $(PYTHON) -m venv $(VENV)-lowest
	$(VENV)-lowest/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(VENV)-lowest/bin/python -m uv pip install --quiet --python $(VENV)-lowest/bin/python \
		--resolution lowest-direct -e ".[test]"
	$(VENV)-lowest/bin/python -m pytest -m "not slow"

lint: $(STAMP)-test  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

doctest: $(STAMP)-test  ## the examples in the docstrings
	$(BIN)/python -m pytest --doctest-modules skembed

bench: $(STAMP)-bench  ## measure side by side with the peers, and write docs/benchmarks.md
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) $(VENV)-lowest build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

$(STAMP)-%: setup.cfg pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[$*]"
	touch $@
