#!/usr/bin/env bash
# A production S3 server: Ceph's RADOS Gateway (Debian's packages), one node on loopback, data in memory.
# usage: rgw.sh install | installed | start | stop | run      env: PORT=7480  STATE=<folder>  ROOT=<chroot with newer packages>  STORE=memstore|bluestore
# start prints "endpoint access-key secret-key" and returns; run exits when its standard input ends (also if its parent is killed).
# Uses PORT, PORT+20001, PORT+20002 and PORT+20100 to PORT+20190. Wrong keys get 403; conditional PUTs are atomic.
# Debian 12 has Ceph 16: no aws-chunked checksum trailers (set RequestChecksumCalculation = WHEN_REQUIRED), If-Match must be
# unquoted, a lost If-Match race returns 412 or 500, DELETE If-Match and conditional multipart completion are ignored.
set -euo pipefail
port=${PORT:-7480} root=${ROOT:-} store=${STORE:-memstore}
access=testaccesskey0000001 secret=testsecretkey00000000000000000000000000001
mon2=$((port+20001)) mon1=$((port+20002)) low=$((port+20100))
state=${STATE:-${XDG_CACHE_HOME:-$HOME/.cache}/mlops-servers}; mark=$state/rgw-installed; inner=$state/run/rgw-$port
[ "${1:-}" != run ] || inner=$inner-$$   # a new folder, because an earlier server may still be stopping
outer=$root$inner
inside() { if [ -n "$root" ]; then chroot "$root" "$@"; else "$@"; fi; }
daemon() { if [ -n "$root" ]; then exec chroot "$root" "$@"; else exec "$@"; fi; }
complete() { for needed in radosgw ceph-mon ceph-osd curl; do [ -n "$root" ] || command -v "$needed" >/dev/null || return 1; done; }
answers() { curl -sf -o /dev/null "http://127.0.0.1:$port/"; }
export CEPH_CONF=$inner/ceph.conf CEPH_ARGS="--conf $inner/ceph.conf"

install() {
  complete || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends curl radosgw ceph-mon ceph-osd ceph-common; }
  mkdir -p "$state"; touch "$mark"   # this mark states that the server is installed
}

start() {
  rm -rf "$outer"; mkdir -p "$outer"/{mon,osd,rgw,run,log}
  if [ -n "$root" ]; then [ -e "$root/dev/urandom" ] || mknod -m 666 "$root/dev/urandom" c 1 9; mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"; fi
  fsid=$(cat /proc/sys/kernel/random/uuid); osd=$(cat /proc/sys/kernel/random/uuid)
  cat >"$outer/ceph.conf" <<C
[global]
fsid = $fsid
mon_initial_members = a
mon_host = [v2:127.0.0.1:$mon2,v1:127.0.0.1:$mon1]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
public_network = 127.0.0.0/8
ms_bind_port_min = $low
ms_bind_port_max = $((low+90))
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
run_dir = $inner/run
admin_socket =
keyring = $inner/keyring
log_file = $inner/log/\$name.log
crash_dir = $inner/log
mon_data = $inner/mon
osd_data = $inner/osd
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
osd_crush_chooseleaf_type = 0
osd_objectstore = $store
memstore_device_bytes = 17179869184
bluestore_block_size = 21474836480
osd_class_load_list = *
osd_class_default_list = *
osd_memory_target = 1073741824
mon_data_avail_warn = 1
mon_data_avail_crit = 0
auth_allow_insecure_global_id_reclaim = false
[client.rgw]
rgw_data = $inner/rgw
keyring = $inner/keyring
# Deleted content is freed at once and not after hours: it is in memory here.
rgw_gc_obj_min_wait = 1
rgw_gc_processor_period = 5
rgw_gc_processor_max_time = 5
rgw_frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
C
  inside ceph-authtool -C $inner/keyring --gen-key -n mon. --cap mon 'allow *' >/dev/null
  for name in client.admin client.rgw osd.0; do inside ceph-authtool $inner/keyring --gen-key -n $name --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null; done
  inside monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$mon2,v1:127.0.0.1:$mon1]" $inner/monmap >/dev/null
  inside ceph-mon -i a --mkfs --monmap $inner/monmap --keyring $inner/keyring
  daemon ceph-mon -i a -f >"$outer/log/mon.out" 2>&1 & echo $! >"$outer/pids"
  for _ in $(seq 100); do inside ceph --connect-timeout 2 mon stat >/dev/null 2>&1 && break; sleep 0.1; done
  inside ceph osd new "$osd" >/dev/null
  inside ceph-osd -i 0 --mkfs --osd-uuid "$osd" >"$outer/log/mkfs.out" 2>&1
  daemon ceph-osd -i 0 -f >"$outer/log/osd.out" 2>&1 & echo $! >>"$outer/pids"
  for _ in $(seq 200); do inside ceph osd stat 2>/dev/null | grep -q '1 up' && break; sleep 0.1; done
  daemon radosgw -n client.rgw -f >"$outer/log/rgw.out" 2>&1 & echo $! >>"$outer/pids"
  for _ in $(seq 600); do answers && break; sleep 0.1; done
  answers || { cat "$outer"/log/*.out >&2; exit 1; }
  inside radosgw-admin user create --uid=test --display-name=test --access-key="$access" --secret-key="$secret" >/dev/null 2>>"$outer/log/admin.out"
  echo "http://127.0.0.1:$port $access $secret"
}

stop() {
  for p in $(tac "$outer/pids" 2>/dev/null); do kill "$p" 2>/dev/null || true; done
  for _ in $(seq 50); do alive=0; for p in $(cat "$outer/pids" 2>/dev/null); do if kill -0 "$p" 2>/dev/null; then alive=1; fi; done; [ $alive = 0 ] && break; sleep 0.1; done
  for p in $(cat "$outer/pids" 2>/dev/null); do kill -9 "$p" 2>/dev/null || true; done
  if [ -n "$root" ] && mountpoint -q "$root/proc"; then umount "$root/proc" || true; fi
  rm -rf "$outer"
}

case "${1:-}" in
install) install ;;
installed) [ -f "$mark" ] && complete ;;
start) start ;;
stop) stop ;;
run) trap stop EXIT; start; read -r _ || true ;;
*) sed -n 2,8p "$0"; exit 2 ;;
esac
