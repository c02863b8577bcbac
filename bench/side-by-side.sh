#!/usr/bin/env bash
# Runs one of our kernels and another program in turns, and prints the ratio of their rates with its 95 % interval.
#
#   bench/side-by-side.sh sha256d/avx512 --versions 1 -- some-miner --benchmark --threads 1
#   bench/side-by-side.sh --record "otherwise idle" sha256d/avx512 --name "some-miner 1.2" -- some-miner --benchmark
#
# The words are those of bench/src/bin/side_by_side.rs; without any it lists them. With --record NOTE first, what was
# measured is appended to this month's file in bench/record/. See docs/measure-against-a-peer.md; bench/against.sh knows the words
# for some programs. HASHKIT_SIDE_BY_SIDE names the program where it was built elsewhere.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"

if [ "${1:-}" = --record ]; then
    if [ $# -lt 2 ]; then
        echo "side-by-side: --record needs a note on the state of the machine" >&2
        exit 2
    fi
    exec "$here/scripts/bench-record" side_by_side "${@:2}"
fi
if [ -n "${HASHKIT_SIDE_BY_SIDE:-}" ]; then
    exec "$HASHKIT_SIDE_BY_SIDE" "$@"
fi
exec cargo run --manifest-path "$here/Cargo.toml" --quiet --release --package hashkit-bench --bin side_by_side -- "$@"
