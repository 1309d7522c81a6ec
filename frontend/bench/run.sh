#!/usr/bin/env bash
# Fills the database that POSTGRES_* name with BENCH_JOBS jobs and measures the list on it.
set -euo pipefail
(cd .. && .venv/bin/python -m tests.bench.data "${BENCH_JOBS:-1000000}")
DEMO_JOBS=0 playwright test --config playwright.bench.config.ts
