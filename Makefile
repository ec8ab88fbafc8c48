# Needs git, make and python3 (3.11 or newer); everything else goes to .venv. The first run fetches packages, later ones
# need no network until pyproject.toml changes.

.PHONY: demo test static tests lowest self bench fuzz properties clean
.DELETE_ON_ERROR:

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
RUNTIME = $(VENV)/.installed
DEVELOPMENT = $(VENV)/.installed-dev
LOWEST = .venv-lowest
UV = $(BIN)/uv --quiet pip

# Programs that may keep no bytecode compile all of sdd whenever a test starts one.
unexport PYTHONDONTWRITEBYTECODE

demo: $(RUNTIME)
	$(BIN)/sdd demo

# With -j they run side by side: but for the tests, each of them keeps one processor busy.
test: static tests self

static: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

tests: $(DEVELOPMENT)
	$(BIN)/pytest -n auto --dist worksteal

# The tests that reach each dependency, with the lowest version of each that is allowed.
lowest: $(LOWEST)/.installed
	$(LOWEST)/bin/pytest -q -n auto --dist worksteal $(patsubst %,tests/test_%.py,console document errors index_rows mcp \
	  patterns plain_yaml report_site schemas search)

# sdd over its own records, over all that has landed since the policy's `since`, and over what HEAD adds to that.
# The landings are those of main here where origin's main does not go further; HEAD's own in a clone without either.
self: $(DEVELOPMENT)
	@own=refs/heads/main; origin=refs/remotes/origin/main; \
	there() { git rev-parse --quiet --verify "$$1^{commit}" > /dev/null; }; \
	if there $$own && { ! there $$origin || git merge-base --is-ancestor $$origin $$own; }; then landed=$$own; \
	elif there $$origin; then landed=$$origin; else landed=HEAD; fi; \
	set -ex; $(BIN)/sdd check; $(BIN)/sdd audit --fail-under 100 $$landed; \
	git merge-base --is-ancestor HEAD $$landed || $(BIN)/sdd gate --base $$landed

# prek is there for comparison only: where it cannot be had, its row says so.
bench: $(DEVELOPMENT)
	@test -x $(BIN)/prek || $(INSTALL) --only-binary :all: prek 2> /dev/null || echo 'prek cannot be installed here' >&2
	$(BIN)/python -m bench.run $(ARGS)

# What the tests hold a part of their examples to, held to all of them, which are others each time.
properties: $(DEVELOPMENT)
	EXAMPLES=all $(BIN)/pytest -q -n auto --dist worksteal -m hypothesis

# atheris watches which lines of sdd a text reaches. It has wheels for few systems, and no check needs it.
fuzz: $(DEVELOPMENT) $(if $(ARGS),,properties)
	@$(BIN)/python -c 'import atheris' 2> /dev/null || $(INSTALL) --only-binary :all: atheris 2> /dev/null \
	  || echo 'atheris cannot be installed here: hypothesis has all of the time' >&2
	$(BIN)/python -m fuzz.run $(ARGS)

clean:
	rm -rf $(VENV) $(LOWEST) dist .fuzz .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'sdd needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo '$(PYTHON) cannot make virtual environments: install its venv module (Debian, Ubuntu: apt install python3-venv)' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUNTIME): pyproject.toml | $(BIN)/python
	$(INSTALL) --editable .
	@touch $@

# uv installs in a tenth of pip's time. Where it cannot, pip can or says why not.
$(DEVELOPMENT): pyproject.toml | $(BIN)/python
	@$(INSTALL) uv && $(UV) install --python $(BIN)/python --editable '.[dev]' 2> /dev/null || $(INSTALL) --editable '.[dev]'
	@touch $(RUNTIME) $@

# First sdd alone, so that no tool of the tests asks for more than sdd does.
$(LOWEST)/.installed: pyproject.toml | $(DEVELOPMENT)
	$(BIN)/python -m venv --clear --without-pip $(LOWEST)
	$(UV) install --python $(LOWEST)/bin/python --resolution lowest-direct --editable '.[mcp]'
	$(UV) freeze --python $(LOWEST)/bin/python --exclude-editable > $(LOWEST)/constraints.txt
	$(UV) install --python $(LOWEST)/bin/python --constraint $(LOWEST)/constraints.txt \
	  hypothesis jsonschema jsonschema-rs junitparser pytest pytest-xdist
	@touch $@
