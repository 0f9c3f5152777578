# `make demo` and `make test` are the two commands; both set up what they need, once.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check docs bench lock

$(STAMP): pyproject.toml requirements/dev.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "demarc needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	$(BIN)/python -m compileall -q scanner collectors checks
	touch $@

demo: $(STAMP)
	$(BIN)/python -m simulators.demo

test: $(STAMP)
	$(BIN)/python -m pytest -n auto

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

docs: $(STAMP)
	rm -rf docs/reference
	$(BIN)/demarc docs docs/reference

bench: $(STAMP)
	$(BIN)/python -m benchmarks

# Universal: files for every platform and Python version that is supported. They name no index. The image is made of
# runtime.lock (the extras that run there) with the tools of build.lock.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
RUNTIME = aws azure gcp postgres web daemon scale cel
lock: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(LOCK) --all-extras --output-file requirements/dev.lock pyproject.toml
	$(LOCK) $(RUNTIME:%=--extra %) --constraint requirements/dev.lock --output-file requirements/runtime.lock pyproject.toml
	printf 'cyclonedx-bom\nhatchling\n' | $(LOCK) --constraint requirements/dev.lock --output-file requirements/build.lock -
