#!/usr/bin/env bash
# Installs the requirements of the tests that are missing: the servers and models of this folder, strace (to observe flushes to disk), and Chromium (to open
# pages).
# usage: install.sh      (as root, with npm or apt-get)
set -euo pipefail
cd "$(dirname "$0")"
for server in azurite moto rgw models; do bash "$server.sh" install; done
for program in strace chromium; do
  command -v $program >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $program; }
done
