#!/usr/bin/env bash
# Fills the database that POSTGRES_* name with BENCH_JOBS jobs and measures the list on it.
set -euo pipefail
(cd .. && .venv/bin/python -m tests.bench.data "${BENCH_JOBS:-1000000}")
(cd .. && .venv/bin/python backend/manage.py create_dev_accounts >/dev/null)
playwright test --config playwright.bench.config.ts
