# Everything that is done with this checkout. `make` alone tells what there is.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# All paths are relative, so a checkout may lie anywhere, spaces in its name included.
BIN := .venv/bin
PYTHON := $(BIN)/python
MANAGE := $(PYTHON) backend/manage.py
ON_POSTGRES := $(PYTHON) -m backend.dev.postgres --
ON_SQLITE := env -u POSTGRES_HOST -u POSTGRES_DB -u POSTGRES_USER
NPM := backend/dev/npm.sh

# Stamps: what is newer than its stamp is done again.
INSTALLED := .venv/.installed
HAS_FRONTEND := $(wildcard frontend/package.json)
FRONTEND_INSTALLED := $(if $(HAS_FRONTEND),frontend/node_modules/.package-lock.json)
DASHBOARD_BUILT := frontend/node_modules/.built

PORT ?= 8000
export PORT

# One line for a check that passes, its whole output for one that fails.
check = @if output=$$($(2) 2>&1); then echo '  ok      $(1)'; \
	else echo '  FAILED  $(1)'; printf '%s\n' "$$output"; exit 1; fi

.PHONY: help
help:
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo

##@ Develop

.PHONY: dev
dev: $(INSTALLED) dashboard ## Serve with demo jobs and accounts, on SQLite unless POSTGRES_* say otherwise (PORT=8000)
	@exec $(PYTHON) -m backend.dev.serve

.PHONY: dev-pg
dev-pg: $(INSTALLED) dashboard ## The same on PostgreSQL: POSTGRES_HOST's, or a throwaway one
	@exec $(ON_POSTGRES) $(PYTHON) -m backend.dev.serve

.PHONY: demo
demo: $(INSTALLED) dashboard ## The same with work going on: a replay reports jobs, a day in 90 seconds
	@exec $(PYTHON) -m backend.dev.demo

.PHONY: import
import: $(INSTALLED) ## Import real jobs: make import FILE=trace.swf.gz
	@test -n "$${FILE:-}" || { echo 'Which file? make import FILE=trace.swf.gz' >&2; exit 2; }
	@$(MANAGE) migrate --verbosity 0
	@exec $(MANAGE) import_jobs "$$FILE"

.PHONY: schema
schema: $(INSTALLED) ## Print the GraphQL schema into schema.graphql
	@$(ON_SQLITE) $(MANAGE) shell --no-imports --command \
		'from schema.schema import schema; print(schema)' > .venv/schema.graphql
	@mv .venv/schema.graphql schema.graphql

.PHONY: lock
lock: $(INSTALLED) ## Pin the dependencies of pyproject.toml with hashes (UPGRADE=--upgrade: newest)
	@$(call lock,requirements.txt,)
	@$(call lock,requirements-dev.txt,--group dev)

lock = $(BIN)/uv pip compile pyproject.toml $(2) --output-file backend/$(1) --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command 'make lock' $(UPGRADE)

##@ Check

.PHONY: test
test: $(INSTALLED) $(FRONTEND_INSTALLED) ## Run every test, on PostgreSQL and on SQLite
	@echo 'On PostgreSQL:'
	@$(ON_POSTGRES) $(PYTHON) -m pytest --quiet --numprocesses auto
	@echo 'On SQLite:'
	@$(ON_SQLITE) $(PYTHON) -m pytest --quiet --numprocesses auto -m 'not postgres' \
		$(wildcard tests/backend/jobs tests/schema)
ifneq ($(HAS_FRONTEND),)
	@echo 'The dashboard:'
	@$(NPM) run --silent build && touch $(DASHBOARD_BUILT)
	@$(NPM) run --silent check-size
	@$(NPM) run --silent test
	@backend/dev/browser.sh
	@$(NPM) run --silent e2e
endif

.PHONY: lint
lint: $(INSTALLED) ## Check style, types, walls between packages, container files
	@$(MAKE) --keep-going lint-style lint-format lint-types lint-walls lint-tables \
		lint-containers lint-frontend

.PHONY: lint-style
lint-style: $(INSTALLED)
	$(call check,style,$(BIN)/ruff check --output-format concise backend schema tests)

.PHONY: lint-format
lint-format: $(INSTALLED)
	$(call check,format,$(BIN)/ruff format --check --output-format concise backend schema tests)

.PHONY: lint-types
lint-types: $(INSTALLED)
	$(call check,types,$(PYTHON) -m mypy)

.PHONY: lint-walls
lint-walls: $(INSTALLED)
	$(call check,walls between packages,$(BIN)/lint-imports --no-logo)

.PHONY: lint-tables
lint-tables: $(INSTALLED)
	$(call check,migrations match the models,$(ON_SQLITE) $(MANAGE) makemigrations --check --dry-run)

.PHONY: lint-containers
lint-containers: $(INSTALLED)
	$(call check,compose files,$(PYTHON) -m check_jsonschema \
		--builtin-schema vendor.compose-spec docker-compose.yml backend/dev/container.yml)
	$(call check,Dockerfile,$(BIN)/hadolint backend/Dockerfile frontend/Dockerfile)

.PHONY: lint-frontend
lint-frontend: $(INSTALLED) $(FRONTEND_INSTALLED)
ifneq ($(HAS_FRONTEND),)
	$(call check,dashboard,$(NPM) run --silent lint)
endif

.PHONY: format
format: $(INSTALLED) $(FRONTEND_INSTALLED) ## Put everything into the one format
	@$(BIN)/ruff check --quiet --fix-only backend schema tests
	@$(BIN)/ruff format --quiet backend schema tests
ifneq ($(HAS_FRONTEND),)
	@$(NPM) run --silent format
endif

.PHONY: fuzz
fuzz: $(INSTALLED) ## Send random requests to a real server, ours and another tool's (CASES=2000; network)
	@FUZZ_CASES=$${CASES:-2000} $(ON_POSTGRES) $(PYTHON) -m pytest --quiet tests/schema/test_fuzz.py

# By the registries' lists. What can not be looked up fails: it is not known to be safe.
.PHONY: audit
audit: $(INSTALLED) ## Look for known holes in what production depends on (network)
	@$(MAKE) --keep-going audit-server audit-dashboard

.PHONY: audit-server
audit-server: $(INSTALLED)
	$(call check,server,$(BIN)/uv tool run --from pip-audit==2.10.1 pip-audit --strict --disable-pip \
		--require-hashes --progress-spinner off --requirement backend/requirements.txt)

.PHONY: audit-dashboard
audit-dashboard: $(INSTALLED) $(FRONTEND_INSTALLED)
ifneq ($(HAS_FRONTEND),)
	$(call check,dashboard,$(NPM) audit --omit=dev)
endif

.PHONY: chaos
chaos: $(INSTALLED) ## Break everything under full load, and judge every call (MINUTES=10)
	@exec $(PYTHON) -m tests.chaos

.PHONY: bench
bench: $(INSTALLED) ## Measure the API beside its peers, on a PostgreSQL of its own (JOBS=100000)
	@exec $(PYTHON) -m tests.bench

.PHONY: bench-full
bench-full: $(INSTALLED) ## The same at length, into tests/bench/RESULTS.md (JOBS=1000000)
	@exec $(PYTHON) -m tests.bench --full --write-results

.PHONY: bench-frontend
bench-frontend: $(INSTALLED) dashboard ## Scroll and filter 1,000,000 jobs in a real browser (BENCH_JOBS)
	@exec $(NPM) run --silent bench

.PHONY: lighthouse
lighthouse: $(INSTALLED) dashboard ## Have Lighthouse judge the dashboard (network)
	@exec $(NPM) run --silent lighthouse

.PHONY: screenshots
screenshots: $(INSTALLED) dashboard ## Take the pictures of the README, from demo data
	@exec $(NPM) run --silent screenshots

##@ Deploy (Docker Compose; settings in .env, see .env.example)

.PHONY: build
build: engine ## Build the images
	@docker compose build

.PHONY: up
up: engine ## Build what changed, start everything, wait until it is healthy
	@docker compose up --detach --build --wait

.PHONY: stop
stop: engine ## Stop the containers
	@docker compose stop

.PHONY: down
down: engine ## Remove the containers; the data stays
	@docker compose down

.PHONY: logs
logs: engine ## Follow what they say
	@exec docker compose logs --follow --tail 100

.PHONY: rebuild
rebuild: engine ## Build the images from nothing, then start
	@docker compose build --pull --no-cache
	@docker compose up --detach --wait

.PHONY: engine
engine:
	@docker compose version >/dev/null 2>&1 || \
		{ echo 'Docker with its compose plug-in is needed for this.' >&2; exit 1; }

##@ Clean up

.PHONY: clean
clean: ## Delete everything that make made, but for the data in var/
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		frontend/node_modules frontend/dist
	@find backend schema tests -name __pycache__ -prune -exec rm -rf {} +

# What the targets above stand on

# uv comes from the machine, or else from the lock itself, into the virtual environment.
$(INSTALLED): backend/requirements-dev.txt
	@echo 'Installing the Python dependencies ...'
	@$(PYTHON) -c '' 2>/dev/null || { \
		for python in python3.13 python3.12 python3.11 python3.14 python3 ''; do \
			$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
		done; \
		test -n "$$python" || { echo 'Python 3.11 or newer is needed.' >&2; exit 1; }; \
		$$python -m venv --clear .venv; }
	@uv=$$(command -v uv || true); \
		if [ -z "$$uv" ]; then \
			sed -n '/^uv==/,/[^\\]$$/p' $< > .venv/uv.txt; \
			$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt; \
			uv=$(BIN)/uv; \
		fi; \
		"$$uv" pip sync --quiet --require-hashes --python $(PYTHON) $<
	@touch $@

# npm writes this file itself, so what was installed by hand counts as well.
frontend/node_modules/.package-lock.json: frontend/package-lock.json | $(INSTALLED)
	@echo "Installing the dashboard's dependencies ..."
	@$(NPM) ci --silent
	@touch $@

# Built again when a source, a setting or the schema is newer. Names of sources may hold anything
# (routes have $ in theirs), so find compares them, not make. A dashboard that can not be built is
# told and does not keep the API from being served.
.PHONY: dashboard
dashboard: $(FRONTEND_INSTALLED)
ifneq ($(HAS_FRONTEND),)
	@if [ -f frontend/dist/index.html ] && [ -f $(DASHBOARD_BUILT) ] && [ -z "$$( \
		find frontend -maxdepth 1 -type f ! -name '*.tsbuildinfo' -newer $(DASHBOARD_BUILT); \
		find $(wildcard frontend/src frontend/public frontend/scripts) schema.graphql -newer $(DASHBOARD_BUILT))" ]; \
	then exit 0; fi; \
	echo 'Building the dashboard ...'; \
	if output=$$(NO_COLOR=1 $(NPM) run --silent build 2>&1); then touch $(DASHBOARD_BUILT); \
	else printf '%s\n' "$$output" 'The dashboard could not be built; going on without the change.' >&2; fi
endif
