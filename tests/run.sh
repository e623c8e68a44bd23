#!/usr/bin/env bash
# Every test: installs the servers and programs that tests need (npm and apt-get, as root), then runs all tests and fails where one of them is absent.
# usage: run.sh [options of dotnet test]      env: MLOPS_TEST_SOAK=full for the full counts of soak tests
set -euo pipefail
cd "$(dirname "$0")/.."
for server in azurite moto rgw; do bash "tests/servers/$server.sh" install; done
command -v strace >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends strace; }   # to see what is flushed to the disk
MLOPS_TEST_BACKENDS=required exec dotnet test "$@"
