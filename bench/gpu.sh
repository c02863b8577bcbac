#!/usr/bin/env bash
# Measures every kernel on every GPU of this machine, through every API, and appends the result to this month's file in
# bench/record/: the median of 7 for each API and number of versions, what a launch costs, and the ratio to CUDA. With one card
# it takes under 8 minutes.
#
#   bench/gpu.sh "otherwise idle, clocks as found"
#   bench/gpu.sh "lavapipe and PoCL, busy machine" --software --repeat 6 --launches 2 --first 1
#
# The first word says what a reader has to know about the machine's state; what follows goes to bench/src/bin/gpus.rs, which lists
# its words when it is given a wrong one. On a machine without Rust, HASHKIT_GPUS names the program `gpus`, built elsewhere with
#   cargo build --release --package hashkit-bench --bin gpus --features wgpu
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"

if [ $# -lt 1 ]; then
    echo "usage: bench/gpu.sh NOTE [WORDS OF bench/src/bin/gpus.rs]" >&2
    exit 2
fi
if [ -z "${HASHKIT_GPUS:-}" ]; then
    cargo build --manifest-path "$here/Cargo.toml" --quiet --release --package hashkit-bench --bin gpus --features wgpu
    HASHKIT_GPUS="$(cd "$here" && realpath "${CARGO_TARGET_DIR:-target}/release/gpus")"
    export HASHKIT_GPUS
fi
exec timeout 480 "$here/scripts/bench-record" gpus "$@"
