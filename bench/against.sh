#!/usr/bin/env bash
# Runs one of our kernels and a program that this machine has in turns, on the same work, and prints the ratio of their rates with
# its 95 % interval.
#
#   bench/against.sh openssl sha256d/sha-ni
#   bench/against.sh hashcat sha256d/avx512 --pairs 6
#   bench/against.sh cpuminer scrypt/avx2
#   bench/against.sh --record "otherwise idle" openssl sha256d/sha-ni
#
# The first word is a program that PATH has. What follows the kernel are words of bench/side-by-side.sh, which does the measuring.
# A hash of sha256d is two blocks of SHA-256, so:
#
#   openssl    `openssl speed` of SHA-256 over 16 KiB: its blocks by twos, on one thread, in seconds of processor time. Ours may leave
#              out what all nonces of a header share, and the ratio says what that brings, too.
#   hashcat    `hashcat -b -m 1400`, one block a password: by twos. On the first OpenCL device that is a processor (PoCL), with one
#              thread, in seconds of the clock on the wall: it wants an idle machine.
#   cpuminer   `--benchmark` of the kernel's own algorithm on one thread: cpuminer, or minerd. In seconds of the clock on the wall.
# shellcheck disable=SC2016  # The commands are for the shell that they are run with.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"

usage() {
    echo "usage: bench/against.sh [--record NOTE] openssl|hashcat|cpuminer KERNEL [WORDS OF bench/side-by-side.sh]" >&2
    exit 2
}
record=()
if [ "${1:-}" = --record ]; then
    [ $# -ge 2 ] || usage
    record=("${@:1:2}")
    shift 2
fi
[ $# -ge 2 ] || usage
peer=$1 kernel=$2
shift 2
algorithm=${kernel%%/*}

# The program, by the first of these names that there is.
find_program() {
    local name
    for name in "$@"; do
        if command -v "$name" >/dev/null; then
            program=$name
            return
        fi
    done
    echo "against: there is no $1 here: install it, or measure by hand with bench/side-by-side.sh" >&2
    exit 4
}
only_for_sha256d() {
    if [ "$algorithm" != sha256d ]; then
        echo "against: $peer does the work of sha256d alone, and $kernel is none of its kernels" >&2
        exit 2
    fi
}

case "$peer" in
openssl)
    only_for_sha256d
    find_program openssl
    name="$( (openssl version || true) | cut -d' ' -f1,2) speed sha256, two blocks a hash"
    # The last field is bytes a second of its own processor time; a block has 64.
    run='openssl speed -mr -seconds 1 -bytes 16384 sha256 2>/dev/null | awk -F: "/^\+F:/ { printf \"%.0f H/s\n\", \$NF / 128 }"'
    clock=processor limit=30
    ;;
hashcat)
    only_for_sha256d
    find_program hashcat
    name="hashcat $(hashcat --version || true) -b -m 1400, two a hash"
    # PoCL's names for the number of threads, before and since its version 6; the last field is hashes a second.
    export POCL_MAX_PTHREAD_COUNT=1 POCL_CPU_MAX_CU_COUNT=1
    run='hashcat -b -m 1400 -D 1 --force --machine-readable 2>/dev/null | awk -F: "/^[0-9]+:1400:/ { printf \"%.0f H/s\n\", \$NF / 2; exit }"'
    clock=wall limit=300
    ;;
cpuminer)
    find_program cpuminer minerd
    name="$program $("$program" --version 2>/dev/null | grep -oE '[0-9]+\.[0-9.]+' | head -n 1 || true) -a $algorithm"
    run="exec $program -a $algorithm --benchmark -t 1"
    clock=wall limit=120
    ;;
*) usage ;;
esac
skip=0
[ "$peer" = cpuminer ] && skip=1
exec "$here/bench/side-by-side.sh" "${record[@]}" "$kernel" --clock "$clock" --skip "$skip" --limit "$limit" --name "$name" "$@" \
    -- sh -c "$run"
