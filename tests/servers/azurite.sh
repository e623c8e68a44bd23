#!/usr/bin/env bash
# Azure Blob Storage: the emulator of Microsoft (npm azurite), on loopback.
# usage: azurite.sh install | installed | start | stop | run      env: PORT=10000  STATE=<folder>
# start prints the connection string and returns; run exits when its standard input ends (also if its parent is killed).
# Data is in memory. stop kills the process, because a busy Azurite stops slowly. Garbage collection is disabled: see keeping_azurite.js.
set -euo pipefail
port=${PORT:-10000} here=$(cd "$(dirname "$0")" && pwd)
state=${STATE:-${XDG_CACHE_HOME:-$HOME/.cache}/mlops-servers}; app=$state/azurite; run=$state/run/azurite-$port
[ "${1:-}" != run ] || run=$run-$$   # a new folder, because an earlier server may still be stopping
main=$app/node_modules/azurite/dist/src/blob/main.js
account=devstoreaccount1   # the documented development account and key of Azurite
key='Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

install() {
  command -v npm >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm; }
  mkdir -p "$app"; cd "$app"
  [ -f package.json ] || npm init -y >/dev/null
  [ -f "$main" ] || npm install --no-audit --no-fund --ignore-scripts azurite@3.37.0
}

start() {
  if answers; then echo "port $port is taken: stop what listens there, or set PORT to another" >&2; exit 1; fi
  mkdir -p "$run"
  nohup node --require "$here/keeping_azurite.js" "$main" --blobHost 127.0.0.1 --blobPort "$port" --inMemoryPersistence --silent --disableTelemetry --skipApiVersionCheck >"$run/log" 2>&1 &
  echo $! >"$run/pid"
  for _ in $(seq 600); do answers && break; kill -0 "$(cat "$run/pid")" 2>/dev/null || break; sleep 0.05; done
  answers || { cat "$run/log" >&2; stop; exit 1; }
  echo "DefaultEndpointsProtocol=http;AccountName=$account;AccountKey=$key;BlobEndpoint=http://127.0.0.1:$port/$account;"
}

stop() {
  pid=$(cat "$run/pid" 2>/dev/null) && kill -9 "$pid" 2>/dev/null && while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  rm -rf "$run"
}

case "${1:-}" in
install) install ;;
installed) [ -f "$main" ] && command -v node >/dev/null ;;
start) start ;;
stop) stop ;;
run) trap stop EXIT; start; read -r _ || true ;;
*) sed -n 2,5p "$0"; exit 2 ;;
esac
