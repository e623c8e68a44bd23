#!/usr/bin/env bash
# Installs the servers that tests need, then runs all tests. A test that is skipped because a server is missing is a failure.
# usage: run.sh [options of dotnet test]      env: MLOPS_TEST_SOAK=full for the full counts of soak tests
set -euo pipefail
cd "$(dirname "$0")/.."
bash tests/servers/install.sh
MLOPS_TEST_BACKENDS=required exec dotnet test "$@"
