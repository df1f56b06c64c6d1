# Everything there is to do, from a fresh clone. Needs make and Python 3.11 or newer; the rest is
# installed into .venv, checked against the hashes in packaging/requirements/.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PYTEST := .venv/bin/python -m pytest
# Four workers, which is what keeps two processors at work: half of the time a test waits.
PARALLEL := -n 4 --dist worksteal

.PHONY: help install program run test check bench bench-account bench-ui screenshots screenshots-account soak lock translations clean dev

help:
	@echo "make install            set up .venv"
	@echo "make run                try it in its window, on an S3 server of its own; without a screen:"
	@echo "make run FOLDER=path    in the terminal: back a folder up, restore it, compare"
	@echo "make test               every test"
	@echo "make check              formatting, lint, types, layers; then every other test"
	@echo "make bench-account      measure how long a purchase takes to reach 500 computers"
	@echo "make bench-ui           measure how fluid the window is with a million files"
	@echo "make screenshots        every page, light and dark, into build/screenshots"
	@echo "make screenshots-account  every page of the account service, into build/screenshots/account"
	@echo "make bench [BENCH=…]    compare speed and memory with restic; BENCH=--help lists options"
	@echo "make soak [SOAK=…]      use a repository at random for minutes, with kills and losses"
	@echo "make lock               renew the locked versions"
	@echo "make translations       renew the window's texts in other languages from its source"
	@echo "make clean              remove .venv and everything made here"

ifeq ($(PYTHON),)
install dev program:
	@echo "Plainkeep needs Python 3.11 or newer, and no such python3 was found." >&2; exit 1
else
program:
	@$(PYTHON) packaging/install.py run

install:
	@$(PYTHON) packaging/install.py dev

dev:
	@$(PYTHON) packaging/install.py dev
	@$(PYTHON) packaging/install.py system
endif

run: program
	@exec .venv/bin/backupclient demo $(if $(FOLDER),"$(FOLDER)",--window --with-parent)

test: dev
	@$(PYTEST) $(PARALLEL)

check: dev
	@$(PYTEST) tests/test_quality.py
	@$(PYTEST) $(PARALLEL) --ignore=tests/test_quality.py

bench: dev
	@.venv/bin/python -m tests.bench $(BENCH)

bench-account: dev
	@.venv/bin/python -m tests.bench.account $(BENCH)

bench-ui: dev
	@.venv/bin/python -m tests.bench.ui $(BENCH)

screenshots: dev
	@.venv/bin/python -m tests.screenshots

screenshots-account: dev
	@.venv/bin/python -m tests.screenshots.account
	@.venv/bin/python -m tests.screenshots.account_walk

soak: dev
	@.venv/bin/python -m tests.soak $(SOAK)

COMPILE := .venv/bin/uv pip compile pyproject.toml --quiet --generate-hashes --no-emit-index-url \
	--universal --python-version 3.11 --group build --custom-compile-command "make lock"
lock: dev
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	@$(COMPILE) --upgrade --extra app --extra demo --extra account-server --group dev -o packaging/requirements/dev.txt
	@$(COMPILE) --upgrade --extra app --extra demo -c packaging/requirements/dev.txt \
		-o packaging/requirements/run.txt
	@$(PYTHON) packaging/install.py dev

translations: dev
	@.venv/bin/python packaging/translations.py

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find backupclient ui resources tests packaging -name __pycache__ -prune -exec rm -rf {} +
