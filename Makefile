# Needs Python 3.11 or newer, make and a package index; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Each worker takes some 3 GB of memory, and TensorFlow's threads fill two cores.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
TESTS ?=

.PHONY: audit demo test test-slow test-all test-soak test-cluster test-site lint doctest docs dist bench scale fuzz clean

demo: $(STAMP)-demo  ## compare pre-trained and learned embeddings with TF-IDF, in under five minutes
	$(BIN)/python -m skembed demo

test: $(STAMP)-test  ## the test suite, without what takes long; TESTS=tests/text for a part
	$(PYTEST) -m "not slow and not process and not soak and not site and not cluster and not companions" $(TESTS)

test-slow: $(STAMP)-test  ## only what takes longer, or starts TensorFlow anew
	$(PYTEST) -m "slow or process"

test-all: $(STAMP)-test  ## both
	$(PYTEST) -m "not soak and not site and not cluster and not companions"

test-soak: $(STAMP)-test  ## kills by the hundred, long documents, many fits: half an hour, 3 GB of memory
	$(BIN)/python -m pytest -m soak

test-cluster: $(STAMP)-distributed  ## on local clusters of Dask, Ray and Spark, which needs Java
	$(BIN)/python -m pytest -m cluster tests/distributed tests/benchmarks
	$(BIN)/python -m pytest --doctest-modules skembed/distributed

lint: $(STAMP)-test  ## ruff, mypy, spelling and prose
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md benchmarks docs examples skembed
	$(BIN)/python -m tests.prose

# Modules of packages that the group `test` does not install have no examples, or `test-cluster` runs them.
doctest: $(STAMP)-test  ## the examples in the docstrings and in the guide
	$(BIN)/python -m pytest --doctest-modules skembed $(foreach name,dask jax torch,--ignore-glob='*_$(name).py')
	$(BIN)/python -m pytest --doctest-glob="*.md" docs
	$(BIN)/python -m pytest --doctest-modules benchmarks/scale/simulation.py benchmarks/scale/words.py

docs: $(STAMP)-docs  ## the documentation, in docs/build/html
	$(BIN)/python -m sphinx -W --keep-going -q -b html -d docs/build/doctrees docs docs/build/html

test-site: docs  ## open the documentation in a headless browser; Debian has chromium, chromium-driver
	$(BIN)/python -m pytest -m site tests/site

# The time of the commit, which the wheel tells as that of its files: each build gives the same wheel.
dist: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)
dist: $(STAMP)-dist  ## the distributions, in dist; checked, and installed elsewhere
	rm -rf dist build/serve
	$(BIN)/python -m build
	$(BIN)/python packaging/serve/stage.py build/serve
	$(BIN)/python -m build --outdir dist build/serve
	$(BIN)/python -m twine check --strict dist/*
	$(BIN)/python -m check_manifest
	$(BIN)/python -m pytest -m soak tests/release

audit: $(STAMP)-audit  ## compare what is installed with known vulnerabilities
	$(BIN)/python -m pip_audit --skip-editable --progress-spinner off

bench: $(STAMP)-bench  ## measure side by side with the peers, and write docs/benchmarks.md
	$(BIN)/python -m benchmarks speed

scale: $(STAMP)-distributed  ## measure stages and clusters, simulate larger ones, and write docs/scale.md
	$(BIN)/python -m benchmarks scale

fuzz: $(STAMP)-fuzz  ## try damaged files on every reader, a minute each; see tests/fuzz/README.md
	$(BIN)/python -m tests.fuzz all 60

clean:
	rm -rf .venv* .nox docs/api docs/build docs/gallery build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

# Python 3.11 brings a pip that does not know groups yet.
$(STAMP)-%: setup.cfg pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group $*
	touch $@
