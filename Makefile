# Every target makes .venv by itself. Another interpreter: make PYTHON=python3.13 test

PYTHON  ?= python3
WORKERS ?= auto

BIN     := .venv/bin
INSTALL := -m pip --quiet --disable-pip-version-check install --root-user-action=ignore --constraint
STAMP   := .venv/.installed
# An environment with the newest SQLAlchemy 2.0.
OLD     := .venv-sqlalchemy-2.0
BENCH   := .venv/.installed-bench

# What mypy reads.
TYPED      := $(wildcard crm migrations tests benchmarks scripts cli.py)
# Each script here writes one generated thing (catalogues, a page, a diagram); with --check it writes nothing and
# fails when the thing is out of date. A new scripts/generate_*.py is picked up by `make docs` and `make check`.
GENERATORS := $(sort $(wildcard scripts/generate_*.py))
# Further commands of `make check`, one script each: exit status 0 is good.
CHECKS     := $(sort $(wildcard scripts/check_*.py))

.PHONY: demo test test-all test-sqlalchemy-2.0 drill counts check bench docs clean
.DEFAULT_GOAL := check

demo: $(STAMP)
	@$(BIN)/crm demo --db sqlite:///demo.db

# Whatever the environment says, what the tests import is compiled once: hundreds of them start a process of their own.
test test-all test-sqlalchemy-2.0: export PYTHONDONTWRITEBYTECODE =

# Run often: PostgreSQL where SQL or locks differ, an eighth of the random examples.
test: $(STAMP)
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup --tier quick

# Run before a change lands: every test on both databases, with all examples.
test-all: $(STAMP)
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup --tier all

# What SQLAlchemy carries, on the newest 2.0; types are checked on 2.1 alone.
test-sqlalchemy-2.0: $(OLD)/.installed
	$(OLD)/bin/pytest -n $(WORKERS) --dist loadgroup --tier quick -p no:cacheprovider \
		tests/database tests/embedding tests/migrations tests/reads tests/reports tests/services

# Minutes: processes are killed, servers stopped, disks filled. Another seed: .venv/bin/python -m tests.drill --seed 2
drill: $(STAMP)
	$(BIN)/python -m tests.drill

# How much the laws of forging and of hidden leads try, for docs/security.md.
counts: $(STAMP)
	$(BIN)/python -m scripts.count_what_laws_try

check: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy $(TYPED)
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	@set -e; for script in $(GENERATORS); do echo "$$script --check"; $(BIN)/python $$script --check; done
	@set -e; for script in $(CHECKS); do echo "$$script"; $(BIN)/python $$script; done

bench: $(BENCH)
	$(BIN)/python -m benchmarks

docs: $(STAMP)
	@set -e; for script in $(GENERATORS); do echo "$$script"; $(BIN)/python $$script; done

clean:
	rm -rf .venv $(OLD) build dist *.egg-info htmlcov .coverage .coverage.* \
		.hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Hatchling goes first, so that the editable build uses the pinned one and fetches nothing of its own.
define installed
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=…")'
	@test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
	@sed 's/^SQLAlchemy==.*/SQLAlchemy==$(2)/' constraints.txt > $(1)/constraints.txt
	@$(1)/bin/python $(INSTALL) $(1)/constraints.txt hatchling
	@$(1)/bin/python $(INSTALL) $(1)/constraints.txt --no-build-isolation --editable '.[dev,postgres]'
	@touch $(1)/.installed
endef

$(STAMP): pyproject.toml constraints.txt
	$(call installed,.venv,$(shell sed -n 's/^SQLAlchemy==//p' constraints.txt))

$(OLD)/.installed: pyproject.toml constraints.txt
	$(call installed,$(OLD),2.0.58)

$(BENCH): $(STAMP)
	@$(BIN)/python $(INSTALL) constraints.txt --no-build-isolation --editable '.[bench]'
	@touch $@
