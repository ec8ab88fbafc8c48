# Needs git, make and python3 (3.11 or newer); everything else goes to .venv. The first run fetches packages, later ones
# need no network until pyproject.toml changes.

.PHONY: demo test self bench clean
.DELETE_ON_ERROR:

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
RUNTIME = $(VENV)/.installed
DEVELOPMENT = $(VENV)/.installed-dev

# The first commit with a file below .specify/: from there on sdd's own rules hold for sdd.
ADOPTED = git log --diff-filter=A --format=%H -- .specify | tail -n 1
# Where work landed since then. Each stretch is judged as the one change that it was; whoever starts the next one adds
# the commit that it starts from.
LANDED = c057d9e9acd45888c6b22234fc248f8aef43dbc3

demo: $(RUNTIME)
	$(BIN)/sdd demo

test: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/pytest -n auto
	$(MAKE) --no-print-directory self

# sdd over its own records, and over everything that came after its adoption.
self: $(DEVELOPMENT)
	@adopted=$$($(ADOPTED)); \
	if test -z "$$adopted"; then echo 'self: nothing to judge, no commit adds .specify/'; exit; fi; \
	set -ex; $(BIN)/sdd check; base=$$adopted; \
	for head in $(LANDED) HEAD; do $(BIN)/sdd gate --base "$$base" --head "$$head"; base=$$head; done

bench: $(DEVELOPMENT)
	$(BIN)/python -m bench.run $(ARGS)

clean:
	rm -rf $(VENV) dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
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

$(DEVELOPMENT): pyproject.toml | $(BIN)/python
	$(INSTALL) --editable '.[dev]'
	@touch $(RUNTIME) $@
