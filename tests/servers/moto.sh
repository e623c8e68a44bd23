#!/usr/bin/env bash
# A fast S3 server for every test run: moto (the Debian package of sid, with the Python of this machine), on loopback.
# usage: moto.sh install | installed | start | stop | run      env: PORT=5000  STATE=<folder>
# start prints "endpoint access-key secret-key" and returns; run exits when its standard input ends (also if its parent is killed).
# Any keys are accepted. Data is in memory. atomic_moto.py makes conditional writes (If-None-Match, If-Match) atomic and refuses truncated requests.
set -euo pipefail
port=${PORT:-5000} here=$(cd "$(dirname "$0")" && pwd)
state=${STATE:-${XDG_CACHE_HOME:-$HOME/.cache}/mlops-servers}; app=$state/moto; run=$state/run/moto-$port
[ "${1:-}" != run ] || run=$run-$$   # a new folder, because an earlier server may still be stopping
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

install() {
  [ -x "$app/usr/bin/moto_server" ] && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debian-archive-keyring python3-boto3 python3-flask python3-flask-cors \
    python3-responses python3-xmltodict python3-jinja2 python3-werkzeug python3-cryptography python3-yaml python3-antlr4
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)   # the mirror of this machine
  work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
  mkdir -p "$work"/{lists/partial,cache/archives/partial} "$app"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$work/sources.list"
  options=(-o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update -qq
  (cd "$work" && apt-get "${options[@]}" download python3-moto && dpkg -x python3-moto_*.deb "$app")
}

start() {
  if answers; then echo "port $port is taken: stop what listens there, or set PORT to another" >&2; exit 1; fi
  mkdir -p "$run"
  (cd "$run" && PYTHONPATH=$app/usr/lib/python3/dist-packages exec nohup /usr/bin/python3 "$here/atomic_moto.py" "$port" >"$run/log" 2>&1) &
  echo $! >"$run/pid"
  for _ in $(seq 600); do answers && break; kill -0 "$(cat "$run/pid")" 2>/dev/null || break; sleep 0.05; done
  answers || { cat "$run/log" >&2; stop; exit 1; }
  echo "http://127.0.0.1:$port testaccesskey testsecretkey"
}

stop() { kill "$(cat "$run/pid" 2>/dev/null)" 2>/dev/null || true; rm -rf "$run"; }

case "${1:-}" in
install) install ;;
installed) [ -x "$app/usr/bin/moto_server" ] && [ -x /usr/bin/python3 ] ;;
start) start ;;
stop) stop ;;
run) trap stop EXIT; start; read -r _ || true ;;
*) sed -n 2,5p "$0"; exit 2 ;;
esac
